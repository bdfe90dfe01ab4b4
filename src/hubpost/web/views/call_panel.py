"""The selected call: its facts, the advice, who is on it, what may be done next."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hubpost.actions.advice import advise
from hubpost.actions.command_room import CommandRoom
from hubpost.dispatch.duplicates import DuplicateHit, list_duplicates
from hubpost.dispatch.recommendation import Recommendation
from hubpost.model.board import Board
from hubpost.model.call import Call, CallCategory, Priority, Response
from hubpost.storage import schema
from hubpost.storage.sealed import open_value
from hubpost.storage.store import Store

#: What the panel shows of a call and its responses once they are off the board.
_CALL_SHOWN = (
    *("id", "number", "received_at", "category", "priority", "lon", "lat", "station_id"),
    *("area_id", "place_text", "note", "confirmed", "units_needed", "exercise"),
    *("due_at", "danger", "source"),
)
_RESPONSE_SHOWN = (
    *("unit_id", "assigned_at", "predicted_arrival_at", "acknowledged_at"),
    *("enroute_at", "arrived_at", "cleared_at"),
)


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """A unit's part in the call and the steps that are open to it, most likely first."""

    response: Response
    steps: tuple[str, ...]

    @property
    def may_release(self) -> bool:
        return self.response.active and self.response.arrived_at is None


@dataclass(frozen=True, slots=True)
class CallPanel:
    """A call to be shown; advice is None once it is closed, closed_at None while it is open.

    duplicates: open calls that may be the same matter.
    """

    call: Call
    state: str
    area_name: str
    responses: tuple[ResponseRow, ...]
    event_id: int
    advice: Recommendation | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    duplicates: tuple[DuplicateHit, ...] = ()

    @property
    def may_close(self) -> bool:
        return self.advice is not None and not any(r.response.active for r in self.responses)

    @property
    def route_unit_id(self) -> str:
        """The unit whose way to the call is worth drawing: the advised one, else one under way."""
        if self.advice is not None and self.advice.choice is not None:
            return self.advice.choice.unit_id
        under_way = (r.response for r in self.responses if r.may_release)
        return next((r.unit_id for r in under_way), "")


def find_call_panel(store: Store, room: CommandRoom, call_id: str) -> CallPanel | None:
    """The panel of an open call as the board stands, or of a closed one as it was kept."""
    # The id is read first: a panel may be newer than it says, never older.
    event_id, board = store.last_event_id, store.board
    if call_id in board.calls:
        return _open_panel(board, room, call_id, event_id, store.now())
    return store.read(lambda conn: _closed_panel(conn, room, call_id, event_id))


def area_names(room: CommandRoom) -> dict[str, str]:
    return {a.id: a.name for a in room.areas}


def next_steps(response: Response) -> tuple[str, ...]:
    """The steps still open, in their order; a step may be skipped when its report never came."""
    if not response.active:
        return ()
    if response.arrived_at is not None:
        return ("clear",)
    steps = []
    if response.acknowledged_at is None and response.enroute_at is None:
        steps.append("acknowledge")
    if response.enroute_at is None:
        steps.append("set-off")
    return (*steps, "arrive")


def _open_panel(
    board: Board, room: CommandRoom, call_id: str, event_id: int, now: datetime
) -> CallPanel:
    on_board = board.calls[call_id]
    return CallPanel(
        call=on_board.call,
        state=on_board.state.value,
        area_name=area_names(room).get(on_board.call.area_id or "", ""),
        responses=tuple(ResponseRow(r, next_steps(r)) for r in on_board.responses),
        event_id=event_id,
        advice=advise(room, board, call_id, now),
        duplicates=tuple(list_duplicates(board, on_board.call)),
    )


def _closed_panel(
    conn: sa.Connection, room: CommandRoom, call_id: str, event_id: int
) -> CallPanel | None:
    table = schema.call
    row = conn.execute(sa.select(table).where(table.c.id == call_id)).first()
    if row is None:
        return None
    return CallPanel(
        call=_call_of(conn, row),
        state=row.state,
        area_name=area_names(room).get(row.area_id or "", ""),
        responses=tuple(ResponseRow(r, ()) for r in _responses_of(conn, call_id)),
        event_id=event_id,
        closed_at=row.closed_at,
        outcome=open_value(conn, "call", "outcome", row.outcome or "", call_id),
    )


def _responses_of(conn: sa.Connection, call_id: str) -> list[Response]:
    table = schema.response
    rows = conn.execute(sa.select(table).where(table.c.call_id == call_id).order_by(table.c.idx))
    return [Response(**{name: getattr(row, name) for name in _RESPONSE_SHOWN}) for row in rows]


def _call_of(conn: sa.Connection, row: sa.Row) -> Call:  # type: ignore[type-arg]
    fields = {name: getattr(row, name) for name in _CALL_SHOWN}
    for name in ("note", "place_text"):
        fields[name] = open_value(conn, "call", name, fields[name], row.id)
    fields |= {"category": CallCategory(row.category), "priority": Priority(row.priority)}
    return Call(**fields)
