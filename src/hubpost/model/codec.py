"""Events to JSON and back, strictly typed."""

from typing import Any, cast

import msgspec

from hubpost.model.events import EVENT_TYPES, Event


def event_kind(event: Event) -> str:
    """The name an event is stored under."""
    return type(event).__name__


def event_to_json(event: Event) -> str:
    """The event's fields as a JSON object; its kind is stored beside it."""
    return msgspec.json.encode(event).decode()


def event_from_json(kind: str, body: str) -> Event:
    """The event of a stored row. Raises KeyError (unknown kind), ValidationError (bad body)."""
    decoded: Any = msgspec.json.decode(body, type=EVENT_TYPES[kind], strict=True)
    return cast(Event, decoded)
