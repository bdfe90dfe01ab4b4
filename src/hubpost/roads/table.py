"""Travel times from a county's own table, where it has one instead of roads."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from hubpost.model.place import Place
from hubpost.roads.geodesy import great_circle_m
from hubpost.roads.travel_times import Route, TravelTimes


class TableTimes:
    """Seconds looked up by (from id, to id).

    A pair that is not in the table is answered by fallback, for example EstimatedTimes for
    places on the open map; without one it is inf. estimated: True as soon as a fallback that
    is estimated stands behind the table, because some figures may then rest on it.
    """

    def __init__(
        self, seconds: Mapping[tuple[str, str], float], fallback: TravelTimes | None = None
    ) -> None:
        self._seconds = dict(seconds)
        self._fallback = fallback
        self.estimated = fallback is not None and fallback.estimated

    def matrix_s(
        self, origins: Sequence[Place], destinations: Sequence[Place]
    ) -> NDArray[np.float64]:
        """Seconds (origins, destinations); 0 from an id to itself, inf where unknown."""
        rows = [[self._find_s(a, b) for b in destinations] for a in origins]
        listed = np.array(rows, dtype=np.float64).reshape(len(origins), len(destinations))
        missing = np.isnan(listed)
        if not missing.any():
            return listed
        if self._fallback is None:
            return np.where(missing, np.inf, listed)
        return np.where(missing, self._fallback.matrix_s(origins, destinations), listed)

    def find_route(self, origin: Place, destination: Place) -> Route | None:
        """A straight line with the table's seconds and the great-circle length, or None."""
        travel_s = float(self.matrix_s([origin], [destination])[0, 0])
        if not np.isfinite(travel_s):
            return None
        line = ((origin.lon, origin.lat), (destination.lon, destination.lat))
        return Route(travel_s, float(great_circle_m(*line[0], *line[1])), line)

    def _find_s(self, origin: Place, destination: Place) -> float:
        if origin.id is None or destination.id is None:
            return float("nan")
        if origin.id == destination.id:
            return 0.0
        return self._seconds.get((origin.id, destination.id), float("nan"))
