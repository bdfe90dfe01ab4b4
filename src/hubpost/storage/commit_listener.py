"""Hearing at once of what other processes commit to the same PostgreSQL database."""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from hubpost.storage.writer_connection import CHANNEL_HERE

#: How often a silent connection looks whether it is to end, and how long it waits to come back.
_LOOK_S = 0.5
_AGAIN_S = 1.0


class CommitListener:
    """A thread that listens; ended by `close`.

    heard: called with the last event id of each commit by another connection than `own_pid()`.
    A cut connection is made anew; what was missed meanwhile is for the caller's poll to find.
    """

    def __init__(
        self, url: sa.URL, own_pid: Callable[[], int | None], heard: Callable[[int], None]
    ) -> None:
        # As parts: in an address, sqlalchemy and libpq write a space in different ways.
        self._address = {**url.translate_connect_args(username="user", database="dbname"),
                         **url.query}  # fmt: skip
        self._own_pid, self._heard = own_pid, heard
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hubpost-listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with psycopg.connect(autocommit=True, **self._address) as conn:
                    here: Any = conn.execute(f"SELECT {CHANNEL_HERE}").fetchone()
                    conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(here[0])))
                    while not self._ended.is_set():
                        self._pass_on(conn)
            except psycopg.OperationalError:
                self._ended.wait(_AGAIN_S)

    def _pass_on(self, conn: psycopg.Connection[Any]) -> None:
        for notice in conn.notifies(timeout=_LOOK_S):
            if notice.pid != self._own_pid() and notice.payload.isdigit():
                self._heard(int(notice.payload))
            if self._ended.is_set():
                return
