"""Opening a database: connection settings of each kind, and the schema brought up to date."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from hubpost.storage.rewriting import rewrite_files
from hubpost.storage.vault import OPTION, Vault, usual_keys

#: Since this revision personal columns are sealed.
_SEALED_SINCE = "0007"
#: A server whose machine is gone says nothing at all: no connection waits for it for ever.
_NOT_FOR_EVER = {
    "connect_timeout": 5, "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}  # fmt: skip
_MIGRATIONS = Path(__file__).parent / "migrations"


def create_engine(url: str, keys: Path | None = None) -> sa.Engine:
    """An engine with the settings Hubpost relies on, and the keys of its personal columns.

    keys: the key file; without it the one beside a SQLite file, or of the usual data folder. It
    is read when first needed. Raises ValueError for other databases.
    """
    parsed = sa.make_url(url)
    made = _plain_engine(parsed)
    made.update_execution_options(**{OPTION: Vault(keys or usual_keys(parsed))})
    return made


def _plain_engine(parsed: sa.URL) -> sa.Engine:
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        # A county of a city shares the server with many: it keeps one connection, not eight.
        kept = 1 if "options" in parsed.query else 8
        return sa.create_engine(
            parsed, pool_pre_ping=True, pool_size=kept, max_overflow=8, hide_parameters=True,
            connect_args=_NOT_FOR_EVER,
        )  # fmt: skip
    raise ValueError(
        f"Expected a sqlite:/// or postgresql:// address, came {parsed.drivername}://. "
        "Name one of these with --db."
    )


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    # Values of a statement may be personal data: they are in no error and no log.
    engine = sa.create_engine(
        url, connect_args={"timeout": 30, "check_same_thread": False}, hide_parameters=True
    )

    @sa.event.listens_for(engine, "connect")
    def _settings(connection, _record) -> None:  # type: ignore[no-untyped-def]
        # We begin transactions ourselves; the driver's own way would begin them too late.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        write = connection.get_execution_options().get("hubpost_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


class DatabaseNewer(ValueError):
    """The database was written by a later version; this one would misread it."""


def migrate(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the schema up to a revision, the newest unless another is named.

    A schema that is up to date is only read: a restart takes no lock and waits for no disk.
    Raises DatabaseNewer when the schema is one this version does not know.
    """
    found = revision_of(engine)
    if revision == "head" and found == _newest():
        return
    _require_known(found)
    _run(engine, command.upgrade, revision)
    if found is not None and found < _SEALED_SINCE:
        # What stood readable is still in free pages and in the log until the file is rewritten.
        rewrite_files(engine)


def step_back(engine: sa.Engine, revision: str) -> None:
    """Bring the schema down to an earlier revision, for the version before that belongs to it.

    Raises DatabaseNewer, and ValueError for a revision that is not an earlier one.
    """
    found = revision_of(engine)
    _require_known(found)
    if revision not in _known() or found is None or revision > found:
        raise ValueError(
            f"Expected a revision from {min(_known())} to {found}, came {revision}. The schema is "
            "brought up by starting the newer version."
        )
    _run(engine, command.downgrade, revision)


def _run(engine: sa.Engine, move: Any, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.execution_options(hubpost_write=True).begin() as conn:
        config.attributes["connection"] = conn
        move(config, revision)


def _require_known(found: str | None) -> None:
    if found is not None and found not in _known():
        raise DatabaseNewer(
            f"The database has schema {found}, this version of Hubpost knows schemas up to "
            f"{_newest()}: start the newer version, or restore a backup made before the upgrade."
        )


def revision_of(engine: sa.Engine) -> str | None:
    """The revision the schema is at; None for an empty database."""
    with engine.connect() as conn:
        if not sa.inspect(conn).has_table("alembic_version"):
            return None
        found: str | None = conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        return found


def _newest() -> str:
    """The last revision, by the number its file begins with."""
    return max(_known())


def _known() -> set[str]:
    return {file.name[:4] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py")}
