"""Messages about events: queued by the event's own row, sent beside the work, logged, retried.

The committed event is the outbox. A worker turns events into deliveries and sends them; a gateway
that fails is tried again later and never holds up a call, because nothing waits for it.
"""

import json
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from hubpost.actions.gateways import Send, send_message
from hubpost.model.events import MembersAlerted
from hubpost.storage import schema
from hubpost.storage.clocks import CLOCKS_APART
from hubpost.storage.sealed import open_strict, open_value, seal_value
from hubpost.storage.sealed_events import event_row
from hubpost.storage.store import Store
from hubpost.storage.transaction import Tx

#: Seconds until the next try, by how many have failed; after the last one it is given up.
RETRY_S = (5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
#: A worker that took a delivery and died: another may take it after this.
LEASE_S = 60.0
#: How long new events are gathered before they are looked at.
GATHER_S = 0.5
_PAGE = 500
_CURSOR = "notified_event_id"


@dataclass(frozen=True, slots=True)
class Channel:
    """Where messages about which events go.

    address: an Apprise address, or `webhook+https://host/path#secret`. kinds: names of events.
    most_priority: only calls this grave or graver; exercises go nowhere unless asked for.
    """

    name: str
    address: str
    kinds: frozenset[str]
    most_priority: int = 4
    exercises: bool = False


def queue_deliveries(tx: Tx, channels: Sequence[Channel]) -> int:
    """Turn events since the last time into deliveries; how many. Each event once per channel."""
    cursor = _read_cursor(tx.conn)
    if cursor is None:
        _write_cursor(tx, tx.last_event_id)
        return 0
    event, call = schema.event, schema.call
    rows: Sequence[Any] = tx.conn.execute(
        sa.select(
            event.c.id, event.c.at, event.c.kind, event.c.body, event.c.unit_id, event.c.call_id,
            call.c.number, call.c.category, call.c.priority, call.c.place_text, call.c.exercise,
        )
        .select_from(event.outerjoin(call, call.c.id == event.c.call_id))
        .where(event.c.id > cursor)
        .order_by(event.c.id)
        .limit(_PAGE)
    ).all()  # fmt: skip
    made = [d for row in rows for d in _deliveries(tx, row, channels)]
    if made:
        tx.conn.execute(schema.delivery.insert(), made)
    if rows:
        _write_cursor(tx, rows[-1].id)
    return len(made)


def claim_due(tx: Tx, limit: int = 20) -> list[sa.Row[Any]]:
    """Deliveries that are due, taken for this worker: no other sends them meanwhile."""
    table = schema.delivery
    due = _is_due(tx.now)
    rows = tx.conn.execute(sa.select(table).where(due).order_by(table.c.id).limit(limit)).all()
    if rows:
        tx.conn.execute(
            table.update()
            .where(table.c.id.in_([r.id for r in rows]))
            .values(state="sending", next_at=tx.now + timedelta(seconds=LEASE_S))
        )
    ahead = [r.id for r in rows if r.queued_at > tx.now]
    if ahead:
        tx.conn.execute(table.update().where(table.c.id.in_(ahead)).values(queued_at=tx.now))
    return list(rows)


def _is_due(now: datetime) -> sa.ColumnElement[bool]:
    """Its time has come; or it was queued, or put off, before the clock was put back."""
    table = schema.delivery
    furthest = now + timedelta(seconds=RETRY_S[-1])
    open_ = table.c.state.in_(("waiting", "sending"))
    return open_ & (
        (table.c.next_at <= now)
        | (table.c.queued_at > now + CLOCKS_APART)
        | (table.c.next_at > furthest + CLOCKS_APART)
    )


def note_delivery(tx: Tx, delivery_id: int, error: str | None) -> None:
    """Write down that a message went out, or why not and when it is tried again."""
    table = schema.delivery
    mine = table.c.id == delivery_id
    attempts = tx.conn.execute(sa.select(table.c.attempts).where(mine)).scalar_one() + 1
    if error is None:
        values: dict[str, Any] = {"state": "sent", "done_at": tx.now, "error": None}
    elif attempts > len(RETRY_S):
        values = {"state": "given_up", "done_at": tx.now, "error": error[:500]}
    else:
        again = tx.now + timedelta(seconds=RETRY_S[attempts - 1])
        values = {"state": "waiting", "next_at": again, "error": error[:500]}
    tx.conn.execute(table.update().where(mine).values(attempts=attempts, **values))


class Notifier:
    """The worker: it lives beside the server and sends what is due."""

    def __init__(
        self, store: Store, channels: Sequence[Channel], send: Send = send_message
    ) -> None:
        self._store, self._channels, self._send = store, tuple(channels), send
        self._wake, self._ended, self._stop = threading.Event(), threading.Event(), False
        self._kinds = frozenset(k for c in channels for k in c.kinds) | {MembersAlerted.__name__}
        self._looked_to = 0
        self._thread = threading.Thread(target=self._run, name="hubpost-notifier", daemon=True)

    def start(self) -> None:
        """Begin with the events after now; sending is not waited for, a gateway may hang."""
        if self._store.read(_read_cursor) is None:
            self._store.write(lambda tx: queue_deliveries(tx, self._channels), actor="notifier")
        self._unlisten = self._store.listen(lambda _id: self._wake.set())
        self._thread.start()

    def stop(self) -> None:
        """End after the message being sent."""
        self._stop = True
        self._wake.set()
        self._ended.set()
        self._unlisten()
        self._thread.join(timeout=15)

    def work_once(self) -> int:
        """Queue what is new and send what is due; how many went out."""
        if not self._store.read(self._has_work):
            return 0
        self._store.write(lambda tx: queue_deliveries(tx, self._channels), actor="notifier")
        due = self._store.write(claim_due, actor="notifier")
        return sum(self._deliver(row) for row in due)

    def _has_work(self, conn: sa.Connection) -> bool:
        """Whether anything is new or due: most commits are nobody's message, and need no write."""
        cursor = _read_cursor(conn)
        if cursor is None:
            return True
        upto = self._store.last_event_id
        event = schema.event
        new = sa.exists().where(
            event.c.id > max(cursor, self._looked_to), event.c.kind.in_(self._kinds)
        )
        due = sa.exists().where(_is_due(self._store.now()))
        found = bool(conn.execute(sa.select(sa.or_(new, due))).scalar())
        if not found:
            self._looked_to = upto
        return found

    def _run(self) -> None:
        while not self._stop:
            # A database that is away for a moment must not end the worker for good.
            with suppress(sa.exc.OperationalError):
                self.work_once()
            self._wake.wait(timeout=2.0)
            self._wake.clear()
            # What commits meanwhile is looked at together: messages may take half a second.
            self._ended.wait(GATHER_S)

    def _deliver(self, row: sa.Row[Any]) -> bool:
        error = self._try(row)
        self._store.write(lambda tx: note_delivery(tx, row.id, error), actor="notifier")
        return error is None

    def _try(self, row: sa.Row[Any]) -> str | None:
        address = self._address(row.channel)
        if address is None:
            return "no address is known any longer"
        try:
            title, body = self._store.read(lambda conn: _message(conn, row))
            return None if self._send(address, title, body) else "the gateway refused it"
        except Exception as error:
            # Whatever a gateway does wrong is written down; it must not end the worker.
            return f"{type(error).__name__}: {error}"

    def _address(self, channel: str) -> str | None:
        for known in self._channels:
            if known.name == channel:
                return known.address
        table = schema.contact
        query = sa.select(table.c.address).where(table.c.id == channel)

        def find(conn: sa.Connection) -> str | None:
            held = conn.execute(query).scalar()
            return held and open_strict(conn, "contact", "address", held, channel)

        return self._store.read(find)


def _message(conn: sa.Connection, row: Any) -> tuple[str, str]:
    place = (row.event_id, row.channel)
    title = open_value(conn, "delivery", "title", row.title, *place)
    return title, open_value(conn, "delivery", "body", row.body, *place)


def _deliveries(tx: Tx, row: Any, channels: Sequence[Channel]) -> list[dict[str, Any]]:
    names = [c.name for c in channels if _wants(c, row)]
    if row.kind == "MembersAlerted":
        event = event_row(tx.sealing, row)
        assert isinstance(event, MembersAlerted)  # noqa: S101 - its kind says so
        names += _reachable(tx, [f"member:{m}" for m in event.member_ids])
    return [_delivery(tx, row, name) for name in names]


def _wants(channel: Channel, row: Any) -> bool:
    if row.kind not in channel.kinds or (row.exercise and not channel.exercises):
        return False
    return row.priority is None or row.priority <= channel.most_priority


def _reachable(tx: Tx, ids: list[str]) -> list[str]:
    table = schema.contact
    return list(tx.conn.execute(sa.select(table.c.id).where(table.c.id.in_(ids))).scalars())


def _delivery(tx: Tx, row: Any, channel: str) -> dict[str, Any]:
    """What leaves the house: what happened, where, how grave. No caller, no note."""
    place = row.place_text
    if place:
        place = open_value(tx.sealing, "call", "place_text", place, row.call_id)
    facts = {
        "event_id": row.id,
        "event": row.kind,
        "at": row.at.isoformat(),
        "number": row.number,
        "category": row.category,
        "priority": row.priority,
        "place": place,
        "unit_id": row.unit_id,
        "exercise": bool(row.exercise),
    }
    drill = "[演练 EXERCISE] " if row.exercise else ""
    title = f"{drill}{row.kind} {row.number or row.unit_id or ''}".strip()
    body = json.dumps({k: v for k, v in facts.items() if v is not None}, ensure_ascii=False)
    return delivery_row(tx, row.id, channel, title, body)


def delivery_row(tx: Tx, event_id: int, channel: str, title: str, body: str) -> dict[str, Any]:
    """A message to be sent, as it is stored: sealed, and due at once."""
    place = (event_id, channel)
    return {
        "event_id": event_id,
        "channel": channel,
        "title": seal_value(tx.sealing, "delivery", "title", title, *place),
        "body": seal_value(tx.sealing, "delivery", "body", body, *place),
        "queued_at": tx.now,
        "next_at": tx.now,
    }


def _read_cursor(conn: sa.Connection) -> int | None:
    table = schema.setting
    held = conn.execute(sa.select(table.c.value).where(table.c.key == _CURSOR)).scalar()
    return None if held is None else msgspec.json.decode(held, type=int)


def _write_cursor(tx: Tx, event_id: int) -> None:
    table = schema.setting
    written = tx.conn.execute(
        table.update().where(table.c.key == _CURSOR).values(value=str(event_id))
    )
    if written.rowcount == 0:
        tx.conn.execute(table.insert().values(key=_CURSOR, value=str(event_id)))
