"""Events whose body may hold something of a person are sealed; the others stay readable."""

from typing import Any

import sqlalchemy as sa

from hubpost.model import events as ev
from hubpost.model.codec import event_from_json, event_to_json
from hubpost.model.events import Event
from hubpost.storage.sealed import open_value, seal_value

#: Always sealed: what a caller, a crew or the other side tells, and who a member is.
_ALWAYS = (
    ev.CallReceived, ev.CallAmended, ev.CallNoted, ev.MemberJoined, ev.AidRequested,
    ev.RoadClosed,
)  # fmt: skip
_NAMES = frozenset(kind.__name__ for kind in _ALWAYS)
#: Fields in which somebody writes what he likes; a kind without them, or with none filled, says
#: nothing of a person.
FREE_TEXTS = ("reason", "override_reason", "outcome", "text")


def tells_of_persons(event: Event) -> bool:
    """Whether an event's body is to be sealed."""
    return isinstance(event, _ALWAYS) or any(getattr(event, name, "") for name in FREE_TEXTS)


def row_tells(kind: str, fields: dict[str, Any]) -> bool:
    """The same of a row as it is stored."""
    return kind in _NAMES or any(fields.get(name) for name in FREE_TEXTS)


def event_body(conn: sa.Connection, event_id: int, event: Event) -> str:
    """An event's body as it is stored."""
    body = event_to_json(event)
    return seal_value(conn, "event", "body", body, event_id) if tells_of_persons(event) else body


def open_event(conn: sa.Connection, event_id: int, kind: str, body: str) -> Event:
    """The event of a stored row. Raises KeyMissing, and what event_from_json raises."""
    return event_from_json(kind, open_value(conn, "event", "body", body, event_id))


def event_row(conn: sa.Connection, row: Any) -> Event:
    """The event of a row with id, kind and body."""
    return open_event(conn, row.id, row.kind, row.body)
