"""From every schema there ever was to today's and back, with rows in every table: nothing lost."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from hubpost.cli.main import main
from hubpost.model.board import Board
from hubpost.storage.audit_chain import find_broken_row
from hubpost.storage.board_state import catch_up
from hubpost.storage.engine import create_engine, migrate, revision_of, step_back
from hubpost.storage.store import Store
from tests.storage.test_migrations import revisions

DUMPS = Path(__file__).parents[1] / "data" / "schemas"
OLD = sorted(p.stem for p in DUMPS.glob("*.sql"))
#: Kept by the database's own means beside the search index, which is derived from the records.
DERIVED = "record_text"


@pytest.fixture(params=OLD)
def old(request):
    """A revision and, as one connection, the database it left."""
    conn = sqlite3.connect(":memory:")
    conn.executescript((DUMPS / f"{request.param}.sql").read_text("utf-8"))
    yield request.param, conn
    conn.close()


def test_every_schema_before_the_newest_has_its_database():
    """Who adds a migration leaves a database of the one before: scripts/make_schema_dump.py."""
    _, chain = revisions()
    assert set(chain[1:]) <= set(OLD)


def test_migrations_still_make_what_each_version_made(old, tmp_path):
    """Column for column: a migration that is edited afterwards would part old sites from new."""
    revision, left = old
    engine = create_engine(f"sqlite:///{tmp_path / 'made.sqlite'}")
    migrate(engine, revision)
    with engine.connect() as conn:
        made = _columns(conn.connection.driver_connection)
    engine.dispose()
    assert {t: c for t, c in made.items() if not t.startswith(DERIVED)} == _columns(left)


def test_up_to_today_and_back_loses_nothing(old, empty_database_url):
    """Up: the console opens, board and chain are those of the old version. Down: the same rows."""
    revision, left = old
    engine = create_engine(empty_database_url, DUMPS / "keys")
    migrate(engine, revision)
    _carry_over(left, engine)
    before = _rows(engine)
    assert all(before[t] for t in before if t != "alembic_version"), "a table without a row"
    migrate(engine)
    store = Store(empty_database_url, keys=DUMPS / "keys")
    assert len(store.board.stations) == 4
    assert store.read(lambda c: catch_up(c, Board(), 0))[0] == store.board
    assert store.read(find_broken_row) is None
    events = store.last_event_id
    store.close()
    assert events == len(before["event"])
    counts = {table: len(rows) for table, rows in _rows(engine).items()}
    assert all(counts[table] >= len(rows) for table, rows in before.items())
    step_back(engine, revision)
    after = _rows(engine)
    engine.dispose()
    if revision >= "0007":  # what is sealed anew, such as the check of the keys, reads otherwise
        before.pop("setting"), after.pop("setting")
    assert after == before


def test_a_database_newer_than_the_program_is_refused_in_one_line(database_url, capsys):
    """Neither read nor changed: the newer version finds it as it was."""
    engine = create_engine(database_url)
    with engine.execution_options(hubpost_write=True).begin() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    code = main(["verify-log", "--db", database_url])
    code = main(["serve", "--db", database_url, "--port", "0"]) if code == 0 else code
    told = capsys.readouterr().err.strip().splitlines()
    assert (code, len(told)) == (2, 1), told
    assert "schema 9999" in told[0]
    assert "start the newer version" in told[0]
    assert revision_of(engine) == "9999"
    engine.dispose()


@pytest.mark.parametrize("to", ["9999", "newest", "0000"])
def test_a_step_back_to_what_is_no_earlier_schema_is_refused(empty_database_url, to):
    engine = create_engine(empty_database_url)
    migrate(engine, "0002")
    with pytest.raises(ValueError, match="Expected a revision from 0001 to 0002"):
        step_back(engine, to)
    assert revision_of(engine) == "0002"
    engine.dispose()


def test_the_command_says_the_schema_and_steps_back(database_url, capsys):
    assert main(["schema", "--db", database_url]) == 0
    assert main(["schema", "--db", database_url, "--to", "0006"]) == 0
    assert capsys.readouterr().out.split() == ["schema", revisions()[1][0], "schema", "0006"]


def _columns(conn: sqlite3.Connection) -> dict[str, list[tuple]]:
    tables = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {t: conn.execute(f'PRAGMA table_info("{t}")').fetchall() for (t,) in tables}


def _carry_over(left: sqlite3.Connection, engine: sa.Engine) -> None:
    """The old rows into the tables of their own revision, whatever database it is."""
    source = sa.create_engine("sqlite://", creator=lambda: left, poolclass=sa.pool.StaticPool)
    theirs, ours = sa.MetaData(), sa.MetaData()
    theirs.reflect(source)
    with engine.execution_options(hubpost_write=True).begin() as conn, source.connect() as there:
        ours.reflect(conn)
        for table in ours.sorted_tables:
            if table.name.startswith(DERIVED) or table.name == "alembic_version":
                continue
            rows = there.execute(sa.select(theirs.tables[table.name])).mappings().all()
            kinds = {c.name: c.type for c in table.columns}
            if rows:
                conn.execute(table.insert(), [_fitting(row, kinds) for row in rows])


def _fitting(row, kinds) -> dict:
    return {k: bool(v) if isinstance(kinds[k], sa.Boolean) and v is not None else v
            for k, v in row.items()}  # fmt: skip


def _rows(engine: sa.Engine) -> dict[str, list[tuple]]:
    held = sa.MetaData()
    with engine.connect() as conn:
        held.reflect(conn)
        return {
            t.name: sorted(map(repr, conn.execute(sa.select(t)).all()))
            for t in held.sorted_tables
            if not t.name.startswith(DERIVED)
        }
