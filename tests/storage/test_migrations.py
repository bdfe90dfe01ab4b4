"""The schema: migrations make what the tables say, and can be undone step by step."""

import importlib
import pkgutil

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import hubpost.storage
from hubpost.storage.engine import _newest, create_engine, migrate
from hubpost.storage.schema import metadata

for module in pkgutil.walk_packages(hubpost.storage.__path__, "hubpost.storage."):
    if "migrations" not in module.name:
        importlib.import_module(module.name)


def revisions():
    config = Config()
    folder = hubpost.storage.__path__[0]
    config.set_main_option("script_location", f"{folder}/migrations")
    return config, [r.revision for r in ScriptDirectory.from_config(config).walk_revisions()]


def test_migrations_make_exactly_the_tables_of_the_code(database_url):
    engine = create_engine(database_url)
    migrate(engine)
    with engine.connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": False})
        differences = [d for d in compare_metadata(context, metadata) if not _virtual(d)]
    engine.dispose()
    assert differences == []


def test_every_migration_can_be_undone_and_done_again(database_url):
    """Down one revision at a time to nothing, and up again."""
    engine = create_engine(database_url)
    migrate(engine)
    config, chain = revisions()
    for down_to in [*chain[1:], "base"]:
        with engine.execution_options(hubpost_write=True).begin() as conn:
            config.attributes["connection"] = conn
            command.downgrade(config, down_to)
    with engine.connect() as conn:
        left = set(sa.inspect(conn).get_table_names()) - {"alembic_version"}
    assert left == set()
    migrate(engine)
    engine.dispose()


def test_revisions_form_one_line(database_url):
    config, chain = revisions()
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
    assert chain[-1] == "0001"


def _virtual(difference) -> bool:
    """Full-text tables are made by SQLite's own means and are no part of the metadata."""
    name = getattr(difference[1], "name", "") if isinstance(difference, tuple) else ""
    return "record_text" in str(name)


def test_a_schema_that_is_up_to_date_is_recognised_without_running_alembic(
    database_url, monkeypatch
):
    """So that a restart takes no lock; the file's number must be alembic's own head."""
    _, chain = revisions()
    assert _newest() == chain[0]
    engine = create_engine(database_url)
    migrate(engine)
    monkeypatch.setattr(command, "upgrade", None)
    migrate(engine)
    engine.dispose()
