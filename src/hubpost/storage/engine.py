"""Opening a database: connection settings of each kind, and the schema brought up to date."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config


def create_engine(url: str) -> sa.Engine:
    """An engine with the settings Hubpost relies on. Raises ValueError for other databases."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        return sa.create_engine(parsed, pool_pre_ping=True, pool_size=8, max_overflow=8)
    raise ValueError(
        f"Expected a sqlite:/// or postgresql:// address, came {parsed.drivername}://. "
        "Name one of these with --db."
    )


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})

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


def migrate(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the schema up to a revision, the newest unless another is named."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.execution_options(hubpost_write=True).begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, revision)
