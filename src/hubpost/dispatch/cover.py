"""Cover left behind: which station a sent unit leaves empty, who is next, who could move up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

import numpy as np
from numpy.typing import NDArray

from hubpost.dispatch.recommendation import Candidate, CoverLeft, MoveUp, Reason, Recommendation
from hubpost.dispatch.rule import AVAILABLE
from hubpost.dispatch.unit_view import UnitView, view_units
from hubpost.model.board import Board

#: Codes that `with_cover` adds to the notes of an advice.
COVER_CODES = ("leaves_empty", "leaves_uncovered", "move_up")


@dataclass(frozen=True, slots=True)
class CoverParams:
    """When a gap is worth speaking of moving somebody up.

    move_up_over_s: seconds the nearest cover may be away before a move is advised. The default
    of 15 minutes is judgement. alternatives: how many of the ranked units are looked at.
    turnout_s: dispatch to wheels turning where a unit has no figure of its own.
    """

    move_up_over_s: float = 900.0
    alternatives: int = 5
    turnout_s: float = 132.0


DEFAULT_COVER = CoverParams()


def stations_at_stake(
    board: Board, advice: Recommendation, params: CoverParams = DEFAULT_COVER
) -> tuple[str, ...]:
    """Stations that the advice, or one of its first alternatives, would leave empty."""
    view = view_units(board.units)
    free = _free_by_station(view)
    looked_at = (*advice.choices, *advice.ranked[: params.alternatives])
    stakes = (_emptied_idx(view, free, view.idx_of(c.unit_id)) for c in looked_at)
    together = _emptied_together(view, [view.idx_of(c.unit_id) for c in advice.choices])
    names = tuple(view.covered)
    return tuple(dict.fromkeys(names[s] for s in (*stakes, *together) if s is not None))


def with_cover(
    board: Board,
    advice: Recommendation,
    to_station_s: Mapping[str, Sequence[float]],
    params: CoverParams = DEFAULT_COVER,
) -> Recommendation:
    """The advice with what each of its units leaves behind.

    to_station_s: for each station of `stations_at_stake`, (units,) seconds from every unit to its
    seat, in the board's order of units. A station that is missing there is taken as out of reach.
    Candidates are looked at one by one; the choices, when several, also together.
    """
    view = view_units(board.units)
    free = _free_by_station(view)
    times = {s: np.asarray(row, dtype=np.float64) for s, row in to_station_s.items()}
    names = tuple(view.covered)

    def left_by(candidate: Candidate) -> Candidate:
        idx = view.idx_of(candidate.unit_id)
        emptied = _emptied_idx(view, free, idx)
        if emptied is None:
            return candidate
        cover = _cover(board, view, free, names[emptied], [idx], times, params)
        return replace(candidate, cover=cover)

    looked_at = [left_by(c) for c in advice.ranked[: params.alternatives]]
    by_id = {c.unit_id: c for c in looked_at}
    sent = [view.idx_of(c.unit_id) for c in advice.choices]
    gaps = tuple(
        _cover(board, view, free, names[s], sent, times, params)
        for s in _emptied_together(view, sent)
    )
    return replace(
        advice,
        choices=tuple(by_id.get(c.unit_id) or left_by(c) for c in advice.choices),
        ranked=(*looked_at, *advice.ranked[params.alternatives :]),
        cover=gaps,
        notes=(*advice.notes, *(_note(gap) for gap in gaps), *_moves(gaps)),
    )


def _free_by_station(view: UnitView) -> NDArray[np.int64]:
    """How many units stand ready at each station."""
    ready = view.stands_for[view.availability == AVAILABLE]
    return np.bincount(ready, minlength=len(view.covered))


def _emptied_idx(view: UnitView, free: NDArray[np.int64], idx: int) -> int | None:
    station = int(view.stands_for[idx])
    last = view.availability[idx] == AVAILABLE and free[station] == 1
    return station if last else None


def _emptied_together(view: UnitView, sent: Sequence[int]) -> list[int]:
    """Stations whose last ready unit is among those sent."""
    ready = view.availability == AVAILABLE
    before = np.bincount(view.stands_for[ready], minlength=len(view.covered))
    ready = ready.copy()
    ready[list(sent)] = False
    after = np.bincount(view.stands_for[ready], minlength=len(view.covered))
    return [int(s) for s in np.flatnonzero((before > 0) & (after == 0))]


def _cover(
    board: Board,
    view: UnitView,
    free: NDArray[np.int64],
    station_id: str,
    sent: Sequence[int],
    times: Mapping[str, NDArray[np.float64]],
    params: CoverParams,
) -> CoverLeft:
    travel_s = times.get(station_id)
    if travel_s is None or not len(travel_s):
        return CoverLeft(station_id, inf, None, None)
    ready = view.availability == AVAILABLE
    ready[list(sent)] = False
    turnout = np.where(np.isnan(view.turnout_s), params.turnout_s, view.turnout_s)
    arrival_s = np.where(ready, turnout + travel_s, inf)
    nearest = int(arrival_s.argmin())
    cover_s = float(arrival_s[nearest])
    if not isfinite(cover_s):
        return CoverLeft(station_id, inf, None, None)
    move = None
    if cover_s > params.move_up_over_s:
        move = _find_move(board, view, free, station_id, arrival_s)
    return CoverLeft(station_id, cover_s, view.unit_ids[nearest], move)


def _find_move(
    board: Board,
    view: UnitView,
    free: NDArray[np.int64],
    station_id: str,
    arrival_s: NDArray[np.float64],
) -> MoveUp | None:
    """The nearest unit of a station that keeps another one, so that no new gap is opened."""
    spare = free[view.stands_for] > 1
    from_s = np.where(spare, arrival_s, inf)
    idx = int(from_s.argmin())
    if not isfinite(from_s[idx]):
        return None
    unit = view.units[idx]
    return MoveUp(view.unit_ids[idx], unit.stands_for_id, station_id, float(from_s[idx]))


def _note(gap: CoverLeft) -> Reason:
    facts: dict[str, str | float | int] = {"station_id": gap.station_id}
    if gap.cover_unit_id is None:
        return Reason("leaves_uncovered", facts)
    return Reason("leaves_empty", {**facts, "unit_id": gap.cover_unit_id, "eta_s": gap.cover_s})


def _moves(gaps: Sequence[CoverLeft]) -> list[Reason]:
    return [
        Reason(
            "move_up",
            {
                "unit_id": gap.move_up.unit_id,
                "station_id": gap.station_id,
                "eta_s": gap.move_up.arrival_s,
            },
        )
        for gap in gaps
        if gap.move_up is not None
    ]
