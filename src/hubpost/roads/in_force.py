"""A road network as a board says it is at a moment: closures, weather, light, calibration."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import shapely
from numpy.typing import NDArray

from hubpost.model.place import Place
from hubpost.model.road_rule import Light, RoadClosure, RoadConditions, RoadShape, ShapeKind
from hubpost.roads.calibration_file import KeptCalibration
from hubpost.roads.closures import Closure, PlacedClosure, apply_closures, place_closure
from hubpost.roads.daylight import is_dark, next_light_change_s
from hubpost.roads.ends import Conditions
from hubpost.roads.errors import RoadFileError
from hubpost.roads.network import RoadNetwork
from hubpost.roads.situation import Situation, SituationFactors, conditions_in
from hubpost.roads.travel_times import Route

#: Conditions kept: threads that see boards a moment apart must not weigh everything anew.
_KEPT = 8
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RoadsSeen:
    """What of the roads an answer reckoned with; kept beside every decision.

    closure_ids: in force and acted on. ignored_ids: in force, but the times cannot act on them:
    they are estimated or from a table, or the shape meets no road. calibration: the checksum of
    the calibration in use, empty where none is.
    """

    closure_ids: tuple[str, ...] = ()
    ignored_ids: tuple[str, ...] = ()
    weather: str = "dry"
    dark: bool = False
    calibration: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TravelNow:
    """Travel times under conditions that do not change, whatever other threads ask for."""

    network: RoadNetwork
    conditions: Conditions
    seen: RoadsSeen
    estimated: bool = False

    def matrix_s(
        self, origins: Sequence[Place], destinations: Sequence[Place]
    ) -> NDArray[np.float64]:
        """Seconds (origins, destinations); inf where there is no way."""
        with self.network.under(self.conditions):
            return self.network.matrix_s(origins, destinations)

    def find_route(self, origin: Place, destination: Place) -> Route | None:
        """The quickest way, or None where there is none."""
        with self.network.under(self.conditions):
            return self.network.find_route(origin, destination)


class RoadsInForce:
    """A network that answers for any board and moment. Safe for several threads.

    Nothing is written here that a board does not say, so processes that see the same events
    agree. As a `TravelTimes` of its own it answers for dry, open roads by day.
    """

    estimated = False

    def __init__(
        self,
        network: RoadNetwork,
        calibration: KeptCalibration | None = None,
        factors: SituationFactors | None = None,
    ) -> None:
        self.network = network
        self.calibration = calibration
        self._factors = factors
        self._lock = threading.Lock()
        self._placed: dict[RoadClosure, PlacedClosure | None] = {}
        # By the closures themselves: an id may come again with another shape, once it was lifted.
        self._now: dict[tuple[RoadsSeen, tuple[RoadClosure, ...]], TravelNow] = {}
        self.centre = _centre(network)

    def at(
        self, closures: Iterable[RoadClosure], setting: RoadConditions, moment: datetime
    ) -> TravelNow:
        """The travel times at a moment under what was decided about the roads."""
        with self._lock:
            holding = tuple(c for c in closures if c.in_force(moment))
            placed = {c.id: self._place(c) for c in holding}
            seen = RoadsSeen(
                closure_ids=tuple(k for k, p in placed.items() if p is not None),
                ignored_ids=tuple(k for k, p in placed.items() if p is None),
                weather=setting.weather_at(moment).value,
                dark=self.is_dark(setting.light, moment),
                calibration=self.calibration.checksum if self.calibration else "",
            )
            known = self._now.get((seen, holding))
            if known is None:
                acted_on = [p for p in placed.values() if p is not None]
                known = TravelNow(self.network, self._weigh(seen, acted_on, moment), seen)
                self._remember((seen, holding), known)
            return known

    def matrix_s(
        self, origins: Sequence[Place], destinations: Sequence[Place]
    ) -> NDArray[np.float64]:
        """Seconds over dry, open roads by day."""
        return self._free().matrix_s(origins, destinations)

    def find_route(self, origin: Place, destination: Place) -> Route | None:
        """The quickest way over dry, open roads by day."""
        return self._free().find_route(origin, destination)

    def is_dark(self, light: Light, moment: datetime) -> bool:
        """Whether night is reckoned with."""
        if light is Light.SUN:
            return is_dark(*self.centre, moment)
        return light is Light.NIGHT

    def next_change(
        self, closures: Iterable[RoadClosure], setting: RoadConditions, moment: datetime
    ) -> datetime | None:
        """When the roads change next without anyone touching them; None when they will not."""
        coming = [t for c in closures for t in (c.from_at, c.until_at) if t is not None]
        if setting.weather_until is not None:
            coming.append(setting.weather_until)
        if setting.light is Light.SUN:
            seconds = next_light_change_s(*self.centre, moment)
            if np.isfinite(seconds):
                coming.append(moment + timedelta(seconds=seconds))
        return min((t for t in coming if t > moment), default=None)

    def place(self, closure: RoadClosure) -> PlacedClosure:
        """Where a closure lies on the network; raises RoadFileError where it meets no road."""
        return place_closure(self.network.index, _as_drawn(closure))

    def _free(self) -> TravelNow:
        return self.at((), RoadConditions(), _ANY_TIME)

    def _place(self, closure: RoadClosure) -> PlacedClosure | None:
        if closure not in self._placed:
            try:
                self._placed[closure] = self.place(closure)
            except RoadFileError:
                self._placed[closure] = None
        return self._placed[closure]

    def _weigh(self, seen: RoadsSeen, placed: list[PlacedClosure], moment: datetime) -> Conditions:
        graph, calibration = self.network.graph, self.calibration
        base = conditions_in(
            graph,
            Situation(seen.dark, seen.weather),  # type: ignore[arg-type]
            self._factors,
            calibration.class_factor() if calibration else None,
        )
        return apply_closures(graph, base, placed, moment)

    def _remember(self, key: tuple[RoadsSeen, tuple[RoadClosure, ...]], now: TravelNow) -> None:
        while len(self._now) >= _KEPT:
            self._now.pop(next(iter(self._now)))
        self._now[key] = now
        if len(self._placed) > 50 * _KEPT:
            self._placed.clear()


def shapes_of(shape: shapely.Geometry) -> tuple[RoadShape, ...]:
    """A geometry in degrees as a board keeps it.

    Raises RoadFileError for areas with holes and shapes without points.
    """
    parts = [p for p in shapely.get_parts(shape) if not p.is_empty]
    if not parts:
        raise RoadFileError("expected points, lines or areas, found an empty shape. Draw it again.")
    return tuple(s for part in parts for s in _shapes_of_part(part))


def _shapes_of_part(part: shapely.Geometry) -> tuple[RoadShape, ...]:
    if part.geom_type == "GeometryCollection" or part.geom_type.startswith("Multi"):
        return shapes_of(part)
    if part.geom_type == "Polygon":
        if len(part.interiors):
            raise RoadFileError("expected areas without holes. Draw the parts one by one.")
        return (RoadShape(ShapeKind.AREA, _points(part.exterior)),)
    kind = ShapeKind.POINT if part.geom_type == "Point" else ShapeKind.LINE
    return (RoadShape(kind, _points(part)),)


def _points(line: shapely.Geometry) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in shapely.get_coordinates(line).round(7))


def _as_drawn(closure: RoadClosure) -> Closure:
    shape = shapely.GeometryCollection([geometry_of(s) for s in closure.shapes])
    return Closure(
        closure.id, shape, closure.speed_factor, closure.from_at, closure.until_at, closure.reason
    )


def geometry_of(shape: RoadShape) -> shapely.Geometry:
    """A shape of a board as a geometry in degrees."""
    if shape.kind is ShapeKind.POINT:
        return shapely.Point(shape.points[0])
    if shape.kind is ShapeKind.LINE:
        return shapely.LineString(shape.points)
    return shapely.Polygon(shape.points)


def _centre(network: RoadNetwork) -> tuple[float, float]:
    graph = network.graph
    return float(np.median(graph.vertex_lon)), float(np.median(graph.vertex_lat))
