"""The live feed: every committed event, in order, to every screen, as server-sent events."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice

import sqlalchemy as sa

from hubpost.model.access import Grant
from hubpost.storage.schema import event
from hubpost.storage.store import Store
from hubpost.web.feed_view import Change, call_places, seen_change

#: Changes kept in memory for screens that are close behind; older ones are read from the database.
RECENT = 2_000
#: What commits within this time goes out together; a screen does not notice, a busy server does.
GATHER_S = 0.1
_PAGE = 500
#: Seconds until the database is asked again that did not answer.
_AGAIN_S = 1.0
#: A stream of somebody with an account ends after this, so that the account is looked at again.
RENEW_S = 300.0
#: The grants of a viewer; None where nobody signs in, and everything is shown.
Grants = tuple[Grant, ...] | None


@dataclass(frozen=True, slots=True)
class Piece:
    """Changes as they go over the wire, up to an event id."""

    last_id: int
    text: bytes


class Feed:
    """Takes in commits once per process and hands them to all open streams.

    heartbeat_s: the longest silence of a stream. poll_s: how often commits of other processes
    are looked for where PostgreSQL has not told of them; on SQLite there is one process.
    """

    def __init__(self, store: Store, *, heartbeat_s: float = 10.0, poll_s: float = 1.0) -> None:
        self._store = store
        self._heartbeat_s = heartbeat_s
        self._poll_s = poll_s if store.engine.dialect.name == "postgresql" else None
        self._recent: deque[Change] = deque(maxlen=RECENT)
        self._last_id = store.last_event_id
        self._news = asyncio.Event()
        self._committed = asyncio.Event()
        self._pieces: dict[tuple[int, Grants], asyncio.Future[Piece]] = {}
        self._ended = False

    def end(self) -> None:
        """Let all streams end; their screens will ask again, of whoever answers then."""
        self._ended = True
        self._announce()

    async def run(self) -> None:
        """Follow the store until cancelled."""
        loop = asyncio.get_running_loop()

        def wake(_last_id: int) -> None:
            # The writer thread must not die of a loop that is being closed.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._committed.set)

        stop, stop_following = self._store.listen(wake), self._store.follow_others()
        beating = asyncio.create_task(self._beat_on())
        try:
            while True:
                self._committed.clear()
                try:
                    await self._take_in()
                    await asyncio.sleep(GATHER_S)
                    await self._wait_for_commit()
                except sa.exc.SQLAlchemyError:
                    # A database that is away for a moment must not end the feed for good.
                    await asyncio.sleep(_AGAIN_S)
        finally:
            beating.cancel()
            stop()
            await asyncio.to_thread(stop_following)

    async def stream(self, after: int | None, grants: Grants = None) -> AsyncIterator[bytes]:
        """Server-sent events after an event id (after now when None), without gap or repeat.

        grants: of a viewer with an account, who is shown what these let them see; the ids go on
        all the same, so that a resumed stream asks for nothing twice. An id that was never given
        (another database) yields `reset`: reload everything.
        """
        sent = self._store.last_event_id if after is None else after
        yield b"retry: 1000\n\n"
        if sent > self._store.last_event_id:
            sent = self._store.last_event_id
            yield f"id: {sent}\nevent: reset\ndata: {{}}\n\n".encode()
        yield self._beat()
        clock = asyncio.get_running_loop().time
        spoke_at, began_at = clock(), clock()
        while not self._ended and (grants is None or clock() - began_at < RENEW_S):
            news = self._news
            if sent < self._last_id:
                try:
                    piece = await self._piece_after(sent, grants)
                except sa.exc.SQLAlchemyError:
                    return  # the screen asks again from where it is
                yield piece.text
                sent, spoke_at = piece.last_id, clock()
            elif clock() - spoke_at >= self._heartbeat_s * 0.9:
                yield self._beat()
                spoke_at = clock()
            if sent >= self._last_id:
                await news.wait()

    def _beat(self) -> bytes:
        """A comment keeps proxies awake; the event lets a page know it still hears us."""
        now = self._store.now().isoformat()
        return f": heartbeat\n\nevent: beat\ndata: {json.dumps({'now': now})}\n\n".encode()

    async def _beat_on(self) -> None:
        """Wake silent streams; one clock for all, since 200 are costly to wind at each commit."""
        while True:
            await asyncio.sleep(self._heartbeat_s)
            self._announce()

    async def _wait_for_commit(self) -> None:
        try:
            # Not wait_for: in Python 3.11 it loses a cancellation that meets the event, and the
            # server would wait for ever to end.
            async with asyncio.timeout(self._poll_s):
                await self._committed.wait()
        except TimeoutError:
            await asyncio.to_thread(self._store.refresh)

    async def _take_in(self) -> None:
        while self._last_id < self._store.last_event_id:
            changes = await asyncio.to_thread(read_changes, self._store, self._last_id)
            if not changes:
                return
            self._recent.extend(changes)
            self._last_id = changes[-1].id
            self._announce()

    def _announce(self) -> None:
        """Wake every stream once."""
        self._pieces.clear()
        self._news.set()
        self._news = asyncio.Event()

    async def _piece_after(self, sent: int, grants: Grants) -> Piece:
        """All that is new, as one piece of text: made once for all who may see the same.

        Who comes while it is made waits for it, and does not make it again; who leaves meanwhile
        does not take it along.
        """
        making = self._pieces.get((sent, grants))
        if making is None:
            making = self._pieces[sent, grants] = asyncio.ensure_future(
                self._make_piece(sent, grants)
            )
        return await asyncio.shield(making)

    async def _make_piece(self, sent: int, grants: Grants) -> Piece:
        try:
            changes = await self._list_after(sent)
            shown = changes if grants is None else await self._seen(changes, grants)
        except sa.exc.SQLAlchemyError:
            # Not kept: who asks next is to ask the database once more.
            self._pieces.pop((sent, grants), None)
            raise
        last_id = changes[-1].id
        text = b"".join(map(_as_text, shown))
        if not shown or shown[-1].id != last_id:
            text += f"id: {last_id}\n\n".encode()
        return Piece(last_id, text)

    async def _seen(self, changes: Sequence[Change], grants: tuple[Grant, ...]) -> list[Change]:
        places = await asyncio.to_thread(call_places, self._store, changes)
        now = self._store.now()
        return [s for c in changes if (s := seen_change(grants, places, c, now)) is not None]

    async def _list_after(self, sent: int) -> Sequence[Change]:
        """The next changes; ids have no gaps, so the memory either reaches back or does not."""
        new = self._last_id - sent
        if new <= len(self._recent):
            return list(islice(reversed(self._recent), new))[::-1]
        return await asyncio.to_thread(read_changes, self._store, sent)


def read_changes(store: Store, after: int, limit: int = _PAGE) -> list[Change]:
    """Committed changes after an event id, oldest first."""
    columns = (event.c.id, event.c.kind, event.c.call_id, event.c.unit_id)
    query = sa.select(*columns).where(event.c.id > after).order_by(event.c.id).limit(limit)
    return store.read(lambda conn: [Change(*row) for row in conn.execute(query)])


@lru_cache(maxsize=2 * RECENT)
def _as_text(change: Change) -> bytes:
    data = {k: v for k, v in asdict(change).items() if k != "id"}
    return f"id: {change.id}\nevent: change\ndata: {json.dumps(data)}\n\n".encode()
