"""What an action is given: the board as of this transaction, and the one way to change it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from hubpost.model.apply import Refused, apply
from hubpost.model.board import Board, CallOnBoard, UnitOnBoard
from hubpost.model.call import Call
from hubpost.model.codec import event_kind
from hubpost.model.events import (
    AidCommitted,
    AidRequested,
    CallCleared,
    CallMerged,
    CallReceived,
    CallStruckThrough,
    Event,
    FieldActionRefused,
    UnitJoined,
)
from hubpost.storage import statements
from hubpost.storage.audit_chain import seal
from hubpost.storage.pending_rows import Row, RowsRefused, Statement, checked_row, send_rows
from hubpost.storage.sealed import place_of
from hubpost.storage.sealed_events import event_body
from hubpost.storage.vault import vault_of

#: Columns of a call that are sealed.
SEALED_CALL = ("note", "place_text", "caller_masked", "outcome")
#: Events that name a call without changing its row.
_OF_NO_CALL_ROW = (AidRequested, AidCommitted, FieldActionRefused)


@dataclass(slots=True)
class Tx:
    """One action's transaction; it lives from the writer's lock to its commit.

    record() moves the board, the state tables, the event table and the audit log together; an
    exception anywhere undoes all of them. Rows are kept back (`rows`) until the action asks for
    `conn`, or the group commits; earlier_rows: those of the group's actions before this one.
    """

    _conn: sa.Connection
    board: Board
    last_event_id: int
    last_audit: tuple[int, str]
    actor: str
    now: datetime
    earlier_rows: list[Row]
    rows: list[Row] = field(default_factory=list)
    _savepoint: sa.NestedTransaction | None = None

    @property
    def conn(self) -> sa.Connection:
        """The connection, with all that was recorded so far in its tables."""
        if self._savepoint is None:
            self._send_earlier()
            self._savepoint = self._conn.begin_nested()
        send_rows(self._conn, self.rows)
        return self._conn

    @property
    def sealing(self) -> sa.Connection:
        """The connection as far as its keys are wanted: nothing is sent for it."""
        return self._conn

    @property
    def reading(self) -> sa.Connection:
        """The connection for SELECTs alone, which need no savepoint: two round trips fewer."""
        if self._savepoint is not None or self.rows:
            return self.conn
        self._send_earlier()
        return self._conn

    def keep(self, statement: Statement, row: dict[str, Any]) -> None:
        """Send a row with the others; for statements whose answer nobody waits for."""
        self.rows.append(checked_row(statement, row))

    def _send_earlier(self) -> None:
        """What the database refuses of it is no fault of this action."""
        try:
            send_rows(self._conn, self.earlier_rows)
        except sa.exc.OperationalError:
            raise
        except sa.exc.DBAPIError as error:
            raise RowsRefused from error

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """What is done inside is undone when it raises, and the action may go on."""
        before = (self.board, self.last_event_id, self.last_audit)
        try:
            with self.conn.begin_nested():
                yield
                send_rows(self._conn, self.rows)
        except BaseException:
            self.rows.clear()
            self.board, self.last_event_id, self.last_audit = before
            raise

    def end(self, *, undo: bool) -> bool:
        """Keep what the action did, or undo it; whether it had the connection in hand."""
        if undo:
            self.rows.clear()
        if self._savepoint is not None:
            (self._savepoint.rollback if undo else self._savepoint.commit)()
        self.earlier_rows += self.rows
        return self._savepoint is not None

    def record(self, event: Event) -> int:
        """Apply an event and write it down; its id. Raises Refused when the board forbids it."""
        before = self.board
        event = self._apply(event)
        self.last_event_id += 1
        call_id, unit_id = _call_id(event), _unit_id(event)
        self._project(event, call_id, unit_id, before)
        row = {
            "id": self.last_event_id,
            "at": event.at,
            "recorded_at": self.now,
            "kind": event_kind(event),
            "call_id": call_id,
            "unit_id": unit_id,
            "actor": self.actor,
            "body": event_body(self._conn, self.last_event_id, event),
        }
        self.keep(statements.INSERT_EVENT, row)
        self.audit(event_kind(event), call_id or unit_id or "", {"event_id": self.last_event_id})
        return self.last_event_id

    def _apply(self, event: Event) -> Event:
        """Move the board; the event as it was applied.

        What our own clock stamps is never refused as too early: the clock was put back since, and
        the step then takes the time of the one before it. `recorded_at` keeps what the clock said.
        """
        try:
            self.board = apply(self.board, event)
        except Refused as refused:
            if refused.code != "time_runs_backwards" or event.at != self.now:
                raise
            event = replace(event, at=datetime.fromisoformat(refused.detail["earlier"]))
            self.board = apply(self.board, event)
        return event

    def audit(self, action: str, subject: str, facts: dict[str, Any]) -> None:
        """Seal one row of the audit log; what an event holds is not repeated in it."""
        row_id, previous = self.last_audit[0] + 1, self.last_audit[1]
        body = msgspec.json.encode(facts).decode()
        sealed = seal(previous, row_id, self.now, self.actor, action, subject, body)
        row = {
            "id": row_id,
            "at": self.now,
            "actor": self.actor,
            "action": action,
            "subject": subject,
            "body": body,
            "previous_hash": previous,
            "hash": sealed,
        }
        self.keep(statements.INSERT_AUDIT, row)
        self.last_audit = (row_id, sealed)

    def _project(
        self, event: Event, call_id: str | None, unit_id: str | None, before: Board
    ) -> None:
        """Bring the state tables of the touched call and unit to the new board."""
        if unit_id is not None:
            self._write_unit(self.board.units[unit_id], new=isinstance(event, UnitJoined))
        if isinstance(event, CallCleared | CallStruckThrough):
            self._close_call(event)
        elif isinstance(event, CallMerged):
            self._write_call(self.board.merged[event.call_id], before)
        elif call_id in self.board.calls and not isinstance(event, _OF_NO_CALL_ROW):
            new = isinstance(event, CallReceived)
            self._write_call(self.board.calls[call_id or ""], before, new=new)

    def _write_unit(self, unit: UnitOnBoard, *, new: bool) -> None:
        values = {
            "activity": unit.activity.value,
            "since": unit.since,
            "call_id": unit.call_id,
            "lon": unit.place.lon,
            "lat": unit.place.lat,
            "reserve": unit.reserve,
            "crew": unit.unit.crew,
            "covering_id": unit.covering_id,
            "fixed_at": unit.fix.fixed_at if unit.fix else None,
        }
        if new:
            values |= {
                "id": unit.unit.id,
                "name": unit.unit.name,
                "station_id": unit.unit.station_id,
            }
            self.keep(statements.INSERT_UNIT, values)
        else:
            self.keep(statements.UPDATE_UNIT, {"key_id": unit.unit.id, **values})

    def _write_call(self, on_board: CallOnBoard, before: Board, *, new: bool = False) -> None:
        call = on_board.call
        values = self._sealed_call(call.id, _changing(on_board, self.board))
        if new:
            row = self._sealed_call(call.id, _row(call))
            self.keep(statements.INSERT_CALL, {**row, **values})
        else:
            self.keep(statements.UPDATE_CALL, {"key_id": call.id, **values})
        known = before.calls.get(call.id)
        old = known.responses if known else ()
        for idx, response in enumerate(on_board.responses):
            if idx >= len(old):
                row = {"call_id": call.id, "idx": idx, **_fields(response)}
                self.keep(statements.INSERT_RESPONSE, row)
            elif response is not old[idx]:
                key = {"key_call_id": call.id, "key_idx": idx}
                self.keep(statements.UPDATE_RESPONSE, key | _fields(response))

    def _sealed_call(self, call_id: str, values: dict[str, Any]) -> dict[str, Any]:
        vault = vault_of(self._conn)
        for name in SEALED_CALL:
            if text := values.get(name):
                values[name] = vault.seal(text, place_of("call", name, call_id))
        return values

    def _close_call(self, event: CallCleared | CallStruckThrough) -> None:
        struck = isinstance(event, CallStruckThrough)
        values = {
            "key_id": event.call_id,
            "state": "struck_through" if struck else "cleared",
            "closed_at": event.at,
            "outcome": event.reason if isinstance(event, CallStruckThrough) else event.outcome,
            "struck_through": struck,
        }
        self.keep(statements.UPDATE_CALL, self._sealed_call(event.call_id, values))
        merged = {"key_into": event.call_id, "closed_at": event.at}
        self.keep(statements.CLOSE_MERGED, merged)


def _call_id(event: Event) -> str | None:
    call = getattr(event, "call", None)
    return call.id if call is not None else getattr(event, "call_id", None)


def _unit_id(event: Event) -> str | None:
    unit = getattr(event, "unit", None)
    return unit.id if unit is not None else getattr(event, "unit_id", None)


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _row(call: Call) -> dict[str, Any]:
    """What never changes about a call."""
    day, _, number = call.number.rpartition("-")
    return {
        "id": call.id,
        "number": call.number,
        "day": day,
        "number_in_day": int(number or 0),
        "received_at": call.received_at,
        "exercise": call.exercise,
        "source": call.source,
        "caller_masked": call.caller.masked if call.caller else None,
        "caller_key": call.caller.key if call.caller else None,
    }


def _changing(on_board: CallOnBoard, board: Board) -> dict[str, Any]:
    """What an amendment, a merge, a transfer or a unit may change."""
    call = on_board.call
    return {
        "category": call.category.value,
        "priority": int(call.priority),
        "lon": call.lon,
        "lat": call.lat,
        "station_id": call.station_id,
        "area_id": call.area_id,
        "place_text": call.place_text,
        "note": call.note,
        "confirmed": call.confirmed,
        "units_needed": call.units_needed,
        "mode": call.mode.value,
        "due_at": call.due_at,
        "danger": call.danger,
        "tier": on_board.tier,
        "room_id": board.room_id_of(on_board),
        "merged_into": on_board.merged_into,
        "state": "merged" if on_board.merged_into else on_board.state.value,
        "member_first_at": min(
            (a.arrived_at for a in on_board.alerts if a.arrived_at), default=None
        ),
    }
