"""recommend_unit: the advice a hub command room gets for a call."""

from collections.abc import Mapping
from math import inf

import numpy as np
from numpy.typing import NDArray

from hubpost.dispatch.notes import notes_of
from hubpost.dispatch.origins import Origin
from hubpost.dispatch.reasons import explain
from hubpost.dispatch.recommendation import Candidate, Recommendation
from hubpost.dispatch.rule import (
    CONDITIONAL,
    FAR,
    GROUP,
    NEIGHBOUR,
    NOT_AVAILABLE,
    OWN,
    TIER_NAMES,
    DispatchRule,
)
from hubpost.dispatch.unit_view import UnitView, view_units
from hubpost.model.board import Board, CallOnBoard
from hubpost.model.call import Call


def recommend_unit(
    board: Board,
    call: Call,
    travel_s: Mapping[str, float],
    rule: DispatchRule,
    *,
    origins: Mapping[str, Origin] | None = None,
    keep: int | None = None,
) -> Recommendation:
    """The unit or units to send to a call, every alternative ranked, and the reasons.

    travel_s: seconds from each unit to the place of the call; a unit that is missing there, or
    inf, cannot reach it. origins: where each was taken to set off from, so that the age of its
    position is told. keep: list this many free and this many barred units (beside those of the
    home station and those the reasons speak of), all when None. Pure: the same board, call and
    times give the same advice. The order is that of asking `best_idx` again and again.
    """
    view = view_units(board.units)
    on_call = board.calls.get(call.id)
    tier = _tiers_of_units(board, call.station_id, view)
    penalty_s = _penalties(rule, on_call)
    turnout = np.where(np.isnan(view.turnout_s), rule.turnout_s, view.turnout_s)
    get_s = travel_s.get
    travel = np.array([get_s(unit_id, inf) for unit_id in view.unit_ids], dtype=np.float64)
    eta = turnout + travel
    score = eta + penalty_s[tier] + np.where(view.reserve, rule.reserve_s, 0.0)
    short = _lacking_skill(view, call)
    may_go = (
        (view.availability > CONDITIONAL)
        | ((view.availability == CONDITIONAL) & (call.priority <= rule.conditional_priority))
    ) & (score < inf)
    if short is not None:
        may_go &= ~short
    free_idx = np.flatnonzero(may_go)
    order = free_idx[np.argsort(score[free_idx], kind="stable")]

    def candidate(i: int) -> Candidate:
        unit = view.units[i]
        origin = origins.get(unit.unit.id) if origins else None
        return Candidate(
            unit_id=unit.unit.id,
            station_id=unit.unit.station_id,
            tier=TIER_NAMES[tier[i]],
            turnout_s=float(turnout[i]),
            travel_s=float(travel[i]),
            eta_s=float(eta[i]),
            score_s=float(score[i]),
            barred=None if may_go[i] else _barred(view, i, call, eta[i], rule, short),
            call_id=unit.call_id,
            fix_age_s=origin.fix_age_s if origin else None,
            fix_old=origin is not None and origin.code == "fix_old",
            reserve=unit.reserve,
        )

    already = len(on_call.active_unit_ids) if on_call else 0
    missing = call.units_needed - already
    ranked = tuple(candidate(i) for i in _listed(order, tier, eta, keep, missing))
    barred_idx = np.flatnonzero(~may_go)
    worst_first = np.lexsort((np.isinf(eta[barred_idx]), score[barred_idx]))
    barred = tuple(candidate(i) for i in _listed(barred_idx[worst_first], tier, eta, keep, missing))
    reasons = explain(board, call, ranked, barred, missing=missing, free=len(order))
    choices = ranked[: max(0, missing)]
    return Recommendation(
        call_id=call.id,
        choices=choices,
        ranked=ranked,
        barred=barred,
        reasons=reasons,
        rule=rule.name,
        notes=notes_of(on_call, choices, barred, missing=missing),
        left_out=len(view.units) - len(ranked) - len(barred),
    )


def _listed(
    order: NDArray[np.int64],
    tier: NDArray[np.int64],
    eta: NDArray[np.float64],
    keep: int | None,
    missing: int,
) -> list[int]:
    """Positions to list, in their order: the first ones, the home station's, those spoken of."""
    if keep is None or len(order) <= keep:
        return [int(i) for i in order]
    wanted = np.zeros(len(order), dtype=bool)
    wanted[: max(keep, missing)] = True
    of_order = tier[order]
    wanted |= of_order == OWN
    wanted[np.argmax(of_order == GROUP)] = True
    wanted[np.argmin(eta[order])] = True
    return [int(i) for i in order[wanted]]


def _tiers(board: Board, home_id: str) -> dict[str, int]:
    """Tier by station id, seen from the home station; those left out are FAR."""
    group = board.group_of.get(home_id)
    members = set(group.station_ids) if group else {home_id}
    near = {n for m in members for n in board.neighbours.get(m, ())}
    near |= {s for n in near if (g := board.group_of.get(n)) for s in g.station_ids}
    return {
        **dict.fromkeys(near, NEIGHBOUR),
        **dict.fromkeys(members, GROUP),
        home_id: OWN,
    }


def _tiers_of_units(board: Board, home_id: str, view: UnitView) -> NDArray[np.int64]:
    tiers = _tiers(board, home_id)
    return np.array([tiers.get(s, FAR) for s in view.station_ids], dtype=np.int64)


def _penalties(rule: DispatchRule, on_call: CallOnBoard | None) -> NDArray[np.float64]:
    """Tiers up to the one a call was escalated to are sought on equal terms."""
    penalty_s = np.array(rule.penalty_s, dtype=np.float64)
    if on_call is not None and on_call.tier > 0:
        penalty_s[: on_call.tier + 1] = 0.0
    return penalty_s


def _lacking_skill(view: UnitView, call: Call) -> NDArray[np.bool_] | None:
    if not call.skills_needed:
        return None
    needed = set(call.skills_needed)
    return np.array([not needed <= set(u.unit.skills) for u in view.units], dtype=np.bool_)


def _barred(
    view: UnitView,
    i: int,
    call: Call,
    eta_s: float,
    rule: DispatchRule,
    short: NDArray[np.bool_] | None,
) -> str:
    unit, availability = view.units[i], view.availability[i]
    if unit.call_id == call.id:
        return "on_this_call"
    if availability == NOT_AVAILABLE:
        return unit.activity.value
    if availability == CONDITIONAL and call.priority > rule.conditional_priority:
        return unit.activity.value
    if short is not None and short[i]:
        return "lacks_skill"
    return "unreachable" if eta_s == inf else "outside_policy"
