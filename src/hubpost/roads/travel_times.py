"""What every source of travel times answers, whether roads, a table or an estimate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hubpost.model.place import Place


@dataclass(frozen=True, slots=True)
class Route:
    """One way to drive: travel_s seconds, distance_m metres, line as (lon, lat) pairs."""

    travel_s: float
    distance_m: float
    line: tuple[tuple[float, float], ...]


class TravelTimes(Protocol):
    """Driving times between places.

    estimated: True where no road network stands behind the times; whoever shows a figure
    built on them must then show the word *estimated*.
    """

    @property
    def estimated(self) -> bool: ...

    def matrix_s(
        self, origins: Sequence[Place], destinations: Sequence[Place]
    ) -> NDArray[np.float64]:
        """Seconds (origins, destinations); inf where there is no way."""
        ...

    def find_route(self, origin: Place, destination: Place) -> Route | None:
        """The quickest way, or None where there is none."""
        ...
