"""The store: one writer thread with group commit, readers beside it, a feed of what was committed.

Why one writer: on SQLite, threads that write for themselves wait busily (p99 about a second);
one thread that commits whatever has queued up does 2,400-3,000 writes a second at 25 ms p99.
On PostgreSQL the same thread takes an advisory lock, so several processes keep one order.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from hubpost.model.board import Board
from hubpost.storage.audit_chain import last_seal_at
from hubpost.storage.board_state import SNAPSHOT_EVERY, catch_up, load_board, save_snapshot
from hubpost.storage.commit_listener import CommitListener
from hubpost.storage.engine import create_engine, migrate
from hubpost.storage.pending_rows import Row, RowsRefused, send_rows
from hubpost.storage.sealed import check_keys
from hubpost.storage.sealing import KeyMissing
from hubpost.storage.transaction import Tx
from hubpost.storage.writer_connection import Head, WriterConnection

T = TypeVar("T")
Job = Callable[[Tx], T]

_GROUP = 64
#: A clock is said to have been put back when it is so much behind what it said before.
_BACK = timedelta(seconds=2)


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _Queued:
    job: Job[Any]
    actor: str
    future: "Future[Any]"


class Store:
    """An open database with its live board. Close it to end the writer thread."""

    def __init__(
        self, url: str, clock: Callable[[], datetime] = _utc_now, keys: Path | None = None
    ) -> None:
        """keys: the key file of the personal columns, as create_engine takes it. Raises KeyMissing
        when it is not the one this database was sealed with."""
        self.engine = create_engine(url, keys)
        self._clock = clock
        migrate(self.engine)
        try:
            with self.engine.begin() as conn:
                check_keys(conn)
                self._board, self._last_event_id = load_board(conn)
                self._snapshot_at = self._last_event_id
                self._clock_said = last_seal_at(conn)
        except KeyMissing:
            self.engine.dispose()
            raise
        self._queue: queue.SimpleQueue[_Queued | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[int], None]] = []
        self._other_writes = self._in_hand = 0
        self._writer = WriterConnection(self.engine)
        self._thread = threading.Thread(target=self._run, name="hubpost-writer", daemon=True)
        self._thread.start()

    @property
    def board(self) -> Board:
        """The board as of the last commit this process has seen."""
        return self._board

    @property
    def last_event_id(self) -> int:
        return self._last_event_id

    @property
    def writes(self) -> bool:
        """Whether the writer thread is alive."""
        return self._thread.is_alive()

    @property
    def other_writes(self) -> int:
        """How many actions of this process have had the connection in hand, as those about
        accounts always have; it stands still while only events are recorded."""
        return self._other_writes

    def now(self) -> datetime:
        """The time by the store's clock, UTC."""
        return self._clock()

    def submit(self, job: Job[T], *, actor: str) -> "Future[T]":
        """Queue an action; its future answers after the commit, or with what the action raised."""
        future: Future[T] = Future()
        # From here on nobody can cancel it: an answer to a cancelled future would end the writer.
        future.set_running_or_notify_cancel()
        self._queue.put(_Queued(job, actor, future))
        return future

    def write(self, job: Job[T], *, actor: str) -> T:
        """Run an action and wait until it is committed."""
        return self.submit(job, actor=actor).result()

    def read(self, query: Callable[[sa.Connection], T]) -> T:
        """Run a query on a consistent view."""
        with self.engine.connect() as conn:
            return query(conn)

    def refresh(self) -> None:
        """Take in what other processes have committed."""
        self.submit(lambda tx: None, actor="system").result()

    def listen(self, listener: Callable[[int], None]) -> Callable[[], None]:
        """Call a function with the last event id after each commit; the answer ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def follow_others(self) -> Callable[[], None]:
        """Take in at once what other processes commit; the answer ends that.

        On SQLite there is one process, and nothing to follow.
        """
        if self.engine.dialect.name != "postgresql":
            return lambda: None
        own_pid = lambda: self._writer.backend_pid  # noqa: E731
        return CommitListener(self.engine.url, own_pid, self._hear_of).close

    def _hear_of(self, last_event_id: int) -> None:
        if last_event_id > self._last_event_id:
            self.submit(lambda tx: None, actor="system")

    def close(self) -> None:
        """Finish what is queued, then let the database go."""
        self._queue.put(None)
        self._thread.join()
        self.engine.dispose()

    def _run(self) -> None:
        with self._writer:
            self._serve_queue()

    def _serve_queue(self) -> None:
        while (first := self._queue.get()) is not None:
            group, stop = [first], False
            while len(group) < _GROUP and not self._queue.empty():
                more = self._queue.get()
                if more is None:
                    stop = True
                    break
                group.append(more)
            self._commit(group)
            if stop:
                return

    def _commit(self, group: list[_Queued]) -> None:
        """One transaction for the group; nobody is answered before it is durable."""
        before = self._last_event_id
        try:
            with self._writer.transaction() as (conn, head):
                board, last_id, outcomes = self._run_group(conn, head, group)
        except (RowsRefused, sa.exc.IntegrityError, sa.exc.DataError) as error:
            # Rows were refused that nobody waited for; alone, each learns which were its own.
            self._commit_singly(group, error)
            return
        except BaseException as error:
            for queued in group:
                queued.future.set_exception(error)
            return
        self._board, self._last_event_id = board, last_id
        # Only now: who looked before the commit must not take what was seen for what is so now.
        self._other_writes += self._in_hand
        for queued, (ok, value) in zip(group, outcomes, strict=True):
            (queued.future.set_result if ok else queued.future.set_exception)(value)
        if last_id != before:
            for listener in list(self._listeners):
                listener(last_id)

    def _note_clock(self, tx: Tx) -> tuple[int, str]:
        """Say so in the audit log when the clock was put back; the last seal then.

        Ids tell the order of events and seals, whatever the clock does.
        """
        before, self._clock_said = self._clock_said, tx.now
        if before is not None and tx.now < before - _BACK:
            facts = {"said": before.isoformat(), "says": tx.now.isoformat()}
            tx.audit("clock_put_back", "", facts)
            tx.end(undo=False)
        return tx.last_audit

    def _commit_singly(self, group: list[_Queued], error: Exception) -> None:
        if len(group) == 1:
            group[0].future.set_exception(error)
            return
        for queued in group:
            self._commit([queued])

    def _run_group(
        self, conn: sa.Connection, head: Head, group: list[_Queued]
    ) -> tuple[Board, int, list[tuple[bool, Any]]]:
        board, last_id, audit = self._board, self._last_event_id, head.last_seal
        if head.last_event_id != last_id:
            board, last_id = catch_up(conn, board, last_id)
        self._in_hand = 0
        outcomes: list[tuple[bool, Any]] = []
        rows: list[Row] = []
        caught_up_to = last_id
        audit = self._note_clock(Tx(conn, board, last_id, audit, "system", self._clock(), rows))
        for queued in group:
            tx = Tx(conn, board, last_id, audit, queued.actor, self._clock(), rows)
            try:
                value = queued.job(tx)
            except (sa.exc.OperationalError, RowsRefused):
                raise  # the disk or the server is gone: the whole group fails, nothing is kept
            except Exception as error:
                tx.end(undo=True)
                outcomes.append((False, error))
                continue
            self._in_hand += tx.end(undo=False)
            outcomes.append((True, value))
            board, last_id, audit = tx.board, tx.last_event_id, tx.last_audit
        if last_id != caught_up_to:
            self._writer.announce(rows, last_id)
        send_rows(conn, rows)
        if last_id - self._snapshot_at >= SNAPSHOT_EVERY:
            save_snapshot(conn, board, last_id)
            self._snapshot_at = last_id
        return board, last_id, outcomes
