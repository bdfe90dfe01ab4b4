"""What must hold after any fault: nothing acknowledged is gone, nothing was done twice."""

import sqlalchemy as sa

from hubpost.model.board import Board
from hubpost.storage import schema
from hubpost.storage.audit_chain import find_broken_row
from hubpost.storage.board_state import catch_up
from hubpost.storage.store import Store


def check_aftermath(url: str, acknowledged: dict[str, str]) -> int:
    """The last event id. Raises AssertionError naming what did not hold.

    acknowledged: numbers of calls by the key they were sent with, which is also their place.
    """
    store = Store(url)
    try:
        check_open(store, acknowledged)
        return store.last_event_id
    finally:
        store.close()


def check_open(store: Store, acknowledged: dict[str, str]) -> None:
    """The same on a store that is open."""
    event, call = schema.event, schema.call
    ids = store.read(
        lambda c: c.execute(sa.select(event.c.id).order_by(event.c.id)).scalars().all()
    )
    assert list(ids) == list(range(1, len(ids) + 1)), "event ids have gaps"
    assert store.board == store.read(lambda c: catch_up(c, Board(), 0))[0], "board differs"
    assert store.read(find_broken_row) is None, "audit chain is broken"
    taken = {c.call.place_text: c.call.number for c in store.board.calls.values()}
    numbers = store.read(lambda c: c.execute(sa.select(call.c.number)).scalars().all())
    assert len(taken) == len(store.board.calls), "a call was taken twice"
    for key, number in acknowledged.items():
        assert taken.get(key) == number, f"acknowledged and gone: {key} {number}"
    of_day: dict[str, list[int]] = {}
    for number in numbers:
        day, _, n = number.rpartition("-")
        of_day.setdefault(day, []).append(int(n))
    for day, ns in of_day.items():
        assert sorted(ns) == list(range(1, len(ns) + 1)), f"numbers of {day} have gaps"
