"""Recorded trips as calibration sees them: free-flow time by kind of road, and what it took."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubpost.model.place import Place
from hubpost.roads.geodesy import great_circle_m
from hubpost.roads.network import RoadNetwork
from hubpost.roads.profile import CLASSES

#: Few groups, because few records must tell them apart.
GROUPS = ("major", "main", "local", "minor")
_GROUP_OF = {
    "motorway": "major",
    "trunk": "major",
    "primary": "main",
    "secondary": "main",
    "tertiary": "local",
    "unclassified": "local",
    "residential": "local",
    "living_street": "local",
    "road": "local",
    "service": "minor",
    "track": "minor",
    "ferry": "minor",
}
GROUP_OF_CLASS = np.array([GROUPS.index(_GROUP_OF[c.removesuffix("_link")]) for c in CLASSES])
HEAP_S = 300.0


@dataclass(frozen=True, slots=True)
class Trips:
    """n recorded trips.

    group_s: (n, groups) free-flow seconds on each kind of road. observed_s: (n,) as recorded.
    straight_m: (n,) great-circle metres.
    """

    group_s: NDArray[np.float64]
    observed_s: NDArray[np.float64]
    straight_m: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.observed_s)

    def select(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> "Trips":
        """Some of the trips."""
        return Trips(self.group_s[rows], self.observed_s[rows], self.straight_m[rows])


@dataclass(frozen=True, slots=True)
class TripCheck:
    """What of the records can be used.

    kept: (n,) True where used. refused: how many were not, by reason. heaped_share: share of
    the kept ones on whole multiples of 5 minutes, where chance would give 20 %.
    rounding_s: (n,) standard deviation of the error that rounding brought into each record.
    """

    kept: NDArray[np.bool_]
    refused: dict[str, int]
    heaped_share: float
    rounding_s: NDArray[np.float64]

    @property
    def heaped(self) -> bool:
        """Whether there are more multiples of 5 minutes than chance makes (5 sigma)."""
        count = max(1, int(self.kept.sum()))
        return bool(self.heaped_share > 0.2 + 5 * np.sqrt(0.2 * 0.8 / count))


def trips_between(
    network: RoadNetwork,
    origins: Sequence[Place],
    destinations: Sequence[Place],
    observed_s: NDArray[np.float64],
) -> Trips:
    """Trips over the quickest way under the conditions in force; nan where there is none."""
    group_s = np.array(
        [group_seconds(network, a, b) for a, b in zip(origins, destinations, strict=True)]
    ).reshape(-1, len(GROUPS))
    straight_m = great_circle_m(
        [p.lon for p in origins],
        [p.lat for p in origins],
        [p.lon for p in destinations],
        [p.lat for p in destinations],
    )
    return Trips(group_s, np.asarray(observed_s, dtype=np.float64), straight_m)


def group_seconds(network: RoadNetwork, origin: Place, destination: Place) -> NDArray[np.float64]:
    """(groups,) seconds on each kind of road along the quickest way; nan where there is none."""
    path = network.find_path(origin, destination)
    if path is None:
        return np.full(len(GROUPS), np.nan)
    graph = network.graph
    share = np.abs(path.to_share - path.from_share)
    seconds = share * network.conditions.travel_s[path.arc]
    group = GROUP_OF_CLASS[graph.class_code[graph.segment[path.arc]]]
    return np.bincount(group, seconds, minlength=len(GROUPS)).astype(np.float64)


def check_trips(trips: Trips, fastest_mps: float = 45.0, longest_s: float = 10_800.0) -> TripCheck:
    """Sort out what cannot be true, and find how coarsely times were written down.

    Refused: no way on the roads; no or negative time; faster than fastest_mps (160 km/h) as
    the crow flies; longer than longest_s (3 hours). Records on multiples of 5 minutes stay,
    but where there are too many of them their rounding error is counted.
    """
    seconds = trips.observed_s
    reasons = {
        "no way on the roads": ~np.isfinite(trips.group_s.sum(axis=1)),
        "no time recorded": ~np.isfinite(seconds),
        "zero or negative time": seconds <= 0,
        "faster than possible": trips.straight_m > fastest_mps * np.maximum(seconds, 1e-9),
        "longer than plausible": seconds > longest_s,
    }
    kept = np.ones(len(trips), dtype=bool)
    refused = {}
    for reason, bad in reasons.items():
        refused[reason] = int((bad & kept).sum())
        kept &= ~bad
    heaped = kept & (np.abs(seconds - HEAP_S * np.rint(seconds / HEAP_S)) < 0.5)
    share = float(heaped.sum() / max(1, kept.sum()))
    return TripCheck(kept, refused, share, rounding_s(trips, kept, heaped, share))


def rounding_s(
    trips: Trips, kept: NDArray[np.bool_], heaped: NDArray[np.bool_], share: float
) -> NDArray[np.float64]:
    """(n,) standard deviation of rounding: its finest unit for all, and for a multiple of 5
    minutes 5 minutes with the probability that it was rounded to it."""
    whole = np.abs(trips.observed_s[kept] % 60) < 0.5
    unit_s = 60.0 if whole.all() else 1.0
    by_hand = max(0.0, (share - 0.2) / 0.8)
    rounded = by_hand / share if share > 0 else 0.0
    variance = np.full(len(trips), unit_s**2 / 12)
    variance[heaped] = rounded * HEAP_S**2 / 12 + (1 - rounded) * unit_s**2 / 12
    return np.asarray(np.sqrt(variance))
