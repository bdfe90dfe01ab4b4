"""Units by group, as the strip below the map shows them."""

from dataclasses import dataclass

from hubpost.model.board import Board, UnitOnBoard
from hubpost.model.station import HubGroup
from hubpost.model.unit import availability_of


@dataclass(frozen=True, slots=True)
class UnitChip:
    """A unit with its primary state: available, conditional or not_available."""

    on_board: UnitOnBoard
    availability: str


@dataclass(frozen=True, slots=True)
class StationUnits:
    """A station and its units."""

    station_id: str
    units: tuple[UnitChip, ...]


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A group's stations, hub first; idx is its place among the groups, for its colour."""

    hub_id: str
    idx: int
    border: bool
    stations: tuple[StationUnits, ...]

    @property
    def free(self) -> int:
        return sum(u.availability == "available" for s in self.stations for u in s.units)

    @property
    def total(self) -> int:
        return sum(len(s.units) for s in self.stations)


def list_group_cards(board: Board) -> list[GroupCard]:
    """Every station once: the largest groups first, those that answer alone last."""
    lone = tuple(HubGroup(s) for s in board.stations if s not in board.group_of)
    groups = sorted((*board.groups, *lone), key=lambda g: -len(g.base_ids))
    return [
        GroupCard(g.hub_id, i, not g.base_ids, tuple(_station(board, s) for s in g.station_ids))
        for i, g in enumerate(groups)
    ]


def group_idx_by_station(board: Board) -> dict[str, int]:
    """The colour number of each station's group."""
    return {s.station_id: card.idx for card in list_group_cards(board) for s in card.stations}


def _station(board: Board, station_id: str) -> StationUnits:
    chips = (UnitChip(u, availability_of(u.activity)) for u in board.iter_units(station_id))
    return StationUnits(station_id, tuple(chips))
