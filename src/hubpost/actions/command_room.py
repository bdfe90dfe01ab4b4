"""What a hub command room works with beside the board: times, rule, places, zone, labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hubpost.dispatch.gazetteer import Gazetteer, KilometrePost, NamedPlace, make_gazetteer
from hubpost.dispatch.origins import Origin
from hubpost.dispatch.rule import MUTUAL_AID, DispatchRule
from hubpost.model.board import Board
from hubpost.model.county import Labels
from hubpost.model.place import Place
from hubpost.model.station import Area
from hubpost.roads.in_force import RoadsInForce, RoadsSeen
from hubpost.roads.travel_times import TravelTimes


@dataclass(frozen=True, slots=True, eq=False)
class CommandRoom:
    """The fixed surroundings of every dispatch decision in one county."""

    county_name: str
    zone: ZoneInfo
    travel: TravelTimes
    areas: tuple[Area, ...]
    labels: Labels = field(default_factory=Labels)
    rule: DispatchRule = MUTUAL_AID
    landmarks: tuple[NamedPlace, ...] = ()
    posts: tuple[KilometrePost, ...] = ()
    _memo: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def has_roads(self) -> bool:
        """Whether a road network stands behind the travel times, so that closures can act."""
        return isinstance(self.travel, RoadsInForce)

    @property
    def time_words(self) -> tuple[str, ...]:
        """Words that must stand beside a predicted arrival here."""
        words = list(self.labels.words_for("stations.lon", "stations.lat", "travel_times"))
        if self.travel.estimated and "estimated" not in words:
            words.append("estimated")
        if isinstance(self.travel, RoadsInForce) and self.travel.calibration:
            words += [w for w in self.travel.calibration.labels if w not in words]
        return tuple(words)

    def travel_at(self, board: Board, now: datetime | None) -> TravelTimes:
        """Travel times under the closures, weather and light in force at a moment.

        Estimated times and times of a table cannot act on closures: see `roads_seen`. now None:
        over dry, open roads by day.
        """
        if now is None or not isinstance(self.travel, RoadsInForce):
            return self.travel
        return self.travel.at(board.closures.values(), board.road_conditions, now)

    def roads_seen(self, board: Board, now: datetime) -> RoadsSeen:
        """Which closures the travel times of a moment reckon with, and which they cannot."""
        if isinstance(self.travel, RoadsInForce):
            return self.travel.at(board.closures.values(), board.road_conditions, now).seen
        ignored = tuple(c.id for c in board.closures.values() if c.in_force(now))
        return RoadsSeen(ignored_ids=ignored)

    def gazetteer(self, board: Board) -> Gazetteer:
        """Villages, stations, landmarks and kilometre posts by the names callers use."""
        held = self._memo.get("gazetteer")
        if held is None or held[0] is not board.stations:
            places = [
                NamedPlace(a.name, "area", a.lon, a.lat, a.station_id, a.id) for a in self.areas
            ]
            places += [
                NamedPlace(s.name, "station", s.lon, s.lat, s.id) for s in board.stations.values()
            ]
            made = make_gazetteer([*places, *self.landmarks], self.posts)
            held = self._memo["gazetteer"] = (board.stations, made)
        gazetteer: Gazetteer = held[1]
        return gazetteer

    def local(self, at: datetime) -> datetime:
        """An instant by the county's clock."""
        return at.astimezone(self.zone)

    def unit_travel_s(
        self,
        board: Board,
        place: Place,
        origins: Mapping[str, Origin] | None = None,
        travel: TravelTimes | None = None,
    ) -> dict[str, float]:
        """Seconds from where each unit is to a place; inf where there is no way.

        origins: where each unit sets off from; where its state says, when None. travel: the times
        of a moment, by `travel_at`; those of open roads when None.
        """
        distinct, at = _distinct_places(board, origins)
        if not distinct:
            return {}
        seconds = (travel or self.travel).matrix_s(distinct, [place])[:, 0].tolist()
        return dict(zip(board.units, [seconds[i] for i in at], strict=True))

    def station_travel_s(
        self,
        board: Board,
        station_ids: Sequence[str],
        origins: Mapping[str, Origin] | None = None,
        travel: TravelTimes | None = None,
    ) -> dict[str, list[float]]:
        """For each station, (units,) seconds from every unit to its seat, in the board's order.

        From a place of record (a station, a village) the answer is kept: seats do not move.
        """
        distinct, at = _distinct_places(board, origins)
        times = travel or self.travel
        seats = {s: self._to_seat_s(board, s, distinct, times) for s in station_ids}
        return {s: [row[i] for i in at] for s, row in seats.items()}

    def _to_seat_s(
        self, board: Board, station_id: str, distinct: list[Place], travel: TravelTimes
    ) -> list[float]:
        known = self._seat_memo(station_id, travel)
        new = [p for p in distinct if p not in known]
        seconds: dict[Place, float] = {}
        if new:
            seat = board.stations[station_id].place
            column = travel.matrix_s(new, [seat])[:, 0].tolist()
            seconds = dict(zip(new, column, strict=True))
            known.update({p: s for p, s in seconds.items() if p.id is not None})
        return [known[p] if p in known else seconds[p] for p in distinct]

    def _seat_memo(self, station_id: str, travel: TravelTimes) -> dict[Place, float]:
        """What is known of the ways to a seat, forgotten when a road is closed or opened.

        Swapped as a whole: threads that see different roads must not write into one memory.
        """
        held = self._memo.get("seats")
        if held is None or held[0] is not travel:
            held = self._memo["seats"] = (travel, {})
        by_station: dict[str, dict[Place, float]] = held[1]
        return by_station.setdefault(station_id, {})


def _distinct_places(
    board: Board, origins: Mapping[str, Origin] | None
) -> tuple[list[Place], list[int]]:
    """The places units set off from, each once, and for each unit the position of its own.

    Most units stand at a seat, so what is compared first is the bare numbers.
    """
    idx_of: dict[tuple[float, float, str | None], int] = {}
    distinct: list[Place] = []
    at: list[int] = []
    moved = origins or {}
    for unit_id, unit in board.units.items():
        place = moved[unit_id].place if unit_id in moved else unit.place
        key = (place.lon, place.lat, place.id)
        idx = idx_of.get(key)
        if idx is None:
            idx = idx_of[key] = len(distinct)
            distinct.append(place)
        at.append(idx)
    return distinct, at
