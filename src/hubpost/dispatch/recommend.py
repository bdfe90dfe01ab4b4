"""recommend_unit: the advice a hub command room gets for a call."""

from collections.abc import Mapping
from math import inf, isinf

from hubpost.dispatch.reasons import explain
from hubpost.dispatch.recommendation import Candidate, Recommendation
from hubpost.dispatch.rule import (
    AVAILABLE,
    CONDITIONAL,
    FAR,
    GROUP,
    NEIGHBOUR,
    NOT_AVAILABLE,
    OWN,
    TIER_NAMES,
    DispatchRule,
    best_idx,
)
from hubpost.model.board import Board, UnitOnBoard
from hubpost.model.call import Call
from hubpost.model.unit import Availability, UnitActivity, availability_of

_AS_NUMBER = {
    Availability.AVAILABLE: AVAILABLE,
    Availability.CONDITIONAL: CONDITIONAL,
    Availability.NOT_AVAILABLE: NOT_AVAILABLE,
}


def recommend_unit(
    board: Board, call: Call, travel_s: Mapping[str, float], rule: DispatchRule
) -> Recommendation:
    """The unit or units to send to a call, every alternative ranked, and the reasons.

    travel_s: seconds from each unit to the place of the call; a unit that is missing there, or
    inf, cannot reach it. Pure: the same board, call and times give the same advice.
    """
    units = tuple(board.units.values())
    tiers = _tiers(board, call.station_id)
    tier = [tiers.get(u.unit.station_id, FAR) for u in units]
    availability = [_AS_NUMBER[availability_of(u.activity)] for u in units]
    turnout = [_turnout_s(u, rule) for u in units]
    eta_s = [t + travel_s.get(u.unit.id, inf) for t, u in zip(turnout, units, strict=True)]

    order: list[int] = []
    left = list(availability)
    while True:
        idx = best_idx(eta_s, tier, left, call.priority, rule.penalty_s, rule.conditional_priority)
        if idx < 0:
            break
        order.append(idx)
        left[idx] = NOT_AVAILABLE

    candidates = [
        Candidate(
            unit_id=u.unit.id,
            station_id=u.unit.station_id,
            tier=TIER_NAMES[tier[i]],
            turnout_s=turnout[i],
            travel_s=travel_s.get(u.unit.id, inf),
            eta_s=eta_s[i],
            score_s=eta_s[i] + rule.penalty_s[tier[i]],
            barred=_barred(u, availability[i], call, eta_s[i], rule.penalty_s[tier[i]], rule),
            call_id=u.call_id,
        )
        for i, u in enumerate(units)
    ]
    ranked = tuple(candidates[i] for i in order)
    barred = tuple(sorted((c for c in candidates if c.barred), key=lambda c: c.score_s))
    on_call = board.calls.get(call.id)
    already = len(on_call.active_unit_ids) if on_call else 0
    choices = ranked[: max(0, call.units_needed - already)]
    reasons = explain(board, call, ranked, barred, missing=call.units_needed - already)
    return Recommendation(call.id, choices, ranked, barred, reasons, rule.name)


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


def _turnout_s(unit: UnitOnBoard, rule: DispatchRule) -> float:
    """A unit already on the road has no turnout."""
    if unit.activity is UnitActivity.RETURNING:
        return 0.0
    return rule.turnout_s if unit.unit.turnout_s is None else unit.unit.turnout_s


def _barred(
    unit: UnitOnBoard,
    availability: int,
    call: Call,
    eta_s: float,
    penalty_s: float,
    rule: DispatchRule,
) -> str | None:
    if unit.call_id == call.id:
        return "on_this_call"
    if availability == NOT_AVAILABLE:
        return unit.activity.value
    if availability == CONDITIONAL and call.priority > rule.conditional_priority:
        return unit.activity.value
    if isinf(eta_s):
        return "unreachable"
    return "outside_policy" if isinf(penalty_s) else None
