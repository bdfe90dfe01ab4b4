"""A toy command room: the founding case's stations on a flat map where a degree takes an hour."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np

from hubpost.actions.command_room import CommandRoom
from hubpost.model.call import CallCategory, Priority
from hubpost.model.county import Labels
from hubpost.model.events import Event
from hubpost.model.place import Place
from hubpost.model.station import Area
from hubpost.roads.travel_times import Route
from hubpost.storage.store import Store

AREAS = (
    Area("Z-yantang", "堰塘村", "Z", 108.72, 29.26),
    Area("S-market", "水市社区", "S", 108.70, 29.30),
)


class TableTravel:
    """Travel times by the station a unit stands at; the place of the call plays no part."""

    estimated = True

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds = seconds

    def matrix_s(self, origins: Sequence[Place], destinations: Sequence[Place]) -> np.ndarray:
        one = [self.seconds.get(o.id or "", np.inf) for o in origins]
        return np.tile(np.array(one)[:, None], (1, len(destinations)))

    def find_route(self, origin: Place, destination: Place) -> Route | None:
        return None


def toy_room() -> CommandRoom:
    """Z is 33 minutes from every call, S ten, T 25, F 50."""
    return CommandRoom(
        county_name="Toy",
        zone=ZoneInfo("Asia/Shanghai"),
        travel=TableTravel({"Z": 1980.0, "S": 600.0, "T": 1500.0, "F": 3000.0}),
        areas=AREAS,
        labels=Labels(synthetic=frozenset({"calls"})),
    )


def fill(store: Store, events: Sequence[Event]) -> None:
    """Record events as one action."""
    store.write(lambda tx: [tx.record(e) for e in events], actor="test")


def report(**changes: object):
    from hubpost.actions.calls import CallReport

    fields = {
        "category": CallCategory.ASSISTANCE,
        "priority": Priority.ONGOING,
        "lon": 108.72,
        "lat": 29.26,
        "area_id": "Z-yantang",
    }
    return CallReport(**{**fields, **changes})
