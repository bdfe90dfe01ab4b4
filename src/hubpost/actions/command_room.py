"""What a hub command room works with beside the board: times, rule, places, zone, labels."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from hubpost.dispatch.rule import MUTUAL_AID, DispatchRule
from hubpost.model.board import Board
from hubpost.model.county import Labels
from hubpost.model.place import Place
from hubpost.model.station import Area
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

    @property
    def time_words(self) -> tuple[str, ...]:
        """Words that must stand beside a predicted arrival here."""
        words = list(self.labels.words_for("stations.lon", "stations.lat", "travel_times"))
        if self.travel.estimated and "estimated" not in words:
            words.append("estimated")
        return tuple(words)

    def local(self, at: datetime) -> datetime:
        """An instant by the county's clock."""
        return at.astimezone(self.zone)

    def unit_travel_s(self, board: Board, place: Place) -> dict[str, float]:
        """Seconds from where each unit is to a place; inf where there is no way."""
        origins = list({u.place: None for u in board.units.values()})
        if not origins:
            return {}
        seconds = self.travel.matrix_s(origins, [place])[:, 0]
        by_origin = {origin: float(s) for origin, s in zip(origins, seconds, strict=True)}
        return {u.unit.id: by_origin[u.place] for u in board.units.values()}
