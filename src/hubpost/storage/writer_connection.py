"""The writer's own connection: kept from commit to commit, and under the writers' common lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import sqlalchemy as sa

from hubpost.storage.audit_chain import GENESIS
from hubpost.storage.pending_rows import Row

#: What PostgreSQL calls the lock that lets one process write at a time, and the channel on which
#: each commit is told to the others.
ADVISORY_LOCK = 0x48756270
CHANNEL = "hubpost_events"

#: A writer that stands still in a transaction so long (its machine was frozen) holds the common
#: lock against all others: PostgreSQL then ends it, and what it had not committed is undone.
STALLED_S = 60.0

#: Counties that share a database write each under a lock of its own, and tell only their own
#: processes; in the schema of a county alone both are what they always were.
_ALONE = "current_schema() = 'public'"
_LOCK = (
    f"SELECT pg_advisory_xact_lock(CASE WHEN {_ALONE} THEN {ADVISORY_LOCK} ELSE "
    f"({ADVISORY_LOCK}::bigint << 32) | (hashtext(current_schema())::bigint & 4294967295) END)"
)
CHANNEL_HERE = f"CASE WHEN {_ALONE} THEN '{CHANNEL}' ELSE '{CHANNEL}_' || current_schema() END"
_HEAD = (
    "SELECT (SELECT max(id) FROM event), (SELECT id FROM audit ORDER BY id DESC LIMIT 1), "
    "(SELECT hash FROM audit ORDER BY id DESC LIMIT 1)"
)
_NOTIFY = sa.text(f"SELECT pg_notify({CHANNEL_HERE}, :last_id)")


@dataclass(frozen=True, slots=True)
class Head:
    """Where the database stands: its last event, and the last row of its audit log."""

    last_event_id: int
    last_seal: tuple[int, str]


class WriterConnection:
    """One connection for one thread; after any failure a new one is taken, and tried first.

    backend_pid: by what PostgreSQL tells our own commits from those of others.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._postgres = engine.dialect.name == "postgresql"
        self._conn: sa.Connection | None = None
        self.backend_pid: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_of_error: object) -> None:
        self._let_go()

    @contextmanager
    def transaction(self) -> Iterator[tuple[sa.Connection, Head]]:
        """A transaction in which nobody else writes, and where the database stands in it."""
        try:
            conn, head = self._begin_again() if self._conn is not None else self._begin()
            yield conn, head
            conn.commit()
        except BaseException:
            self._let_go()
            raise

    def announce(self, rows: list[Row], last_event_id: int) -> None:
        """Let the other processes hear of the commit, by what is told in it."""
        if self._postgres:
            rows.append((_NOTIFY, {"last_id": str(last_event_id)}))

    def _begin_again(self) -> tuple[sa.Connection, Head]:
        """On the connection kept; the server may have been restarted since, so with a second try.

        Only before anything was done: a commit that failed may have been a commit.
        """
        try:
            return self._begin()
        except sa.exc.OperationalError:
            self._let_go()
            return self._begin()

    def _begin(self) -> tuple[sa.Connection, Head]:
        if self._conn is None:
            self._conn = self._engine.connect().execution_options(hubpost_write=True)
            if self._postgres:
                raw: Any = self._conn.connection.driver_connection
                self.backend_pid = raw.info.backend_pid
                raw.execute(f"SET idle_in_transaction_session_timeout = {int(STALLED_S * 1000)}")
                raw.commit()
        conn = self._conn
        conn.begin()
        event_id, audit_id, sealed = _read_head(conn, lock=self._postgres)
        seal = (audit_id, sealed) if audit_id is not None else (0, GENESIS)
        return conn, Head(event_id or 0, seal)

    def _let_go(self) -> None:
        conn, self._conn = self._conn, None
        if conn is None:
            return
        # Closed, not handed back: nobody knows what state it is in.
        conn.invalidate()
        conn.close()


def _read_head(conn: sa.Connection, *, lock: bool) -> Any:
    """In one round trip: both statements on their way before the first is answered.

    They are two, because a statement sees what was committed when it began, not when it got the
    lock.
    """
    if not lock:
        return conn.exec_driver_sql(_HEAD).one()
    raw: Any = conn.connection.driver_connection
    try:
        with raw.pipeline():
            raw.execute(_LOCK)
            return raw.execute(_HEAD).fetchone()
    except Exception as error:
        raise sa.exc.OperationalError("lock", None, error) from error
