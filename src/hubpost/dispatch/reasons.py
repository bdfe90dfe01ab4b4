"""Reasons and shortfalls of a recommendation, as codes with facts."""

from collections.abc import Sequence
from math import isfinite

from hubpost.dispatch.recommendation import Candidate, Reason
from hubpost.model.board import Board
from hubpost.model.call import Call

#: Every code that `explain` may give; the console has words for each, and a test holds it to that.
REASON_CODES = (
    "own_nearest",
    "own_kept",
    "own_busy",
    "own_unreachable",
    "own_without_units",
    "own_slower",
    "nearest_in_group",
    "beyond_group_none_free",
    "beyond_group_sooner",
    "at_meal_or_training",
    "no_unit_free",
    "no_way_there",
    "fewer_than_needed",
    "enough_units",
)


def explain(
    board: Board,
    call: Call,
    ranked: Sequence[Candidate],
    barred: Sequence[Candidate],
    *,
    missing: int,
    free: int | None = None,
) -> tuple[Reason, ...]:
    """Why the first of `ranked` is the advice, or why there is none.

    missing: units the call still needs. free: how many may be sent, where `ranked` lists fewer.
    """
    free = len(ranked) if free is None else free
    if missing <= 0:
        return (Reason("enough_units"),)
    if not ranked:
        return (*_own_reasons(board, call, None, ranked, barred), _shortfall(barred))
    first = ranked[0]
    reasons = [*_own_reasons(board, call, first, ranked, barred), *_choice_reasons(first, ranked)]
    activity = board.units[first.unit_id].activity.value
    if activity in ("meal", "training", "rest"):
        reasons.append(Reason("at_meal_or_training", {"unit_id": first.unit_id}))
    if free < missing:
        reasons.append(Reason("fewer_than_needed", {"needed": missing, "free": free}))
    return tuple(reasons)


def _own_reasons(
    board: Board,
    call: Call,
    first: Candidate | None,
    ranked: Sequence[Candidate],
    barred: Sequence[Candidate],
) -> list[Reason]:
    """What is to be said of the home station when the advice is not its unit."""
    if first is not None and first.tier == "own":
        sooner = any(c.eta_s < first.eta_s for c in ranked)
        return [Reason("own_kept" if sooner else "own_nearest", {"eta_s": first.eta_s})]
    facts: dict[str, str | float | int] = {"station_id": call.station_id}
    free = [c for c in ranked if c.tier == "own"]
    if free:
        return [Reason("own_slower", {**facts, "eta_s": free[0].eta_s})]
    # Units already on this very call are its answer, not an obstacle to it.
    own = [c for c in barred if c.tier == "own" and c.barred != "on_this_call"]
    if not own:
        return [Reason("own_without_units", facts)] if not _has_units(board, call) else []
    if all(c.barred == "unreachable" for c in own):
        return [Reason("own_unreachable", facts)]
    soonest = min(c.eta_s for c in own)
    return [Reason("own_busy", {**facts, **({"eta_s": soonest} if isfinite(soonest) else {})})]


def _has_units(board: Board, call: Call) -> bool:
    return any(board.iter_units(call.station_id))


def _choice_reasons(first: Candidate, ranked: Sequence[Candidate]) -> list[Reason]:
    facts: dict[str, str | float | int] = {
        "unit_id": first.unit_id,
        "station_id": first.station_id,
        "eta_s": first.eta_s,
    }
    if first.tier == "group":
        return [Reason("nearest_in_group", facts)]
    if first.tier in ("neighbour", "far"):
        group_free = any(c.tier in ("own", "group") for c in ranked)
        code = "beyond_group_sooner" if group_free else "beyond_group_none_free"
        return [Reason(code, facts)]
    return []


def _shortfall(barred: Sequence[Candidate]) -> Reason:
    cut_off = bool(barred) and all(c.barred == "unreachable" for c in barred)
    return Reason("no_way_there" if cut_off else "no_unit_free")
