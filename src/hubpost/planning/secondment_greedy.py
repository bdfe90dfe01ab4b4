"""Tours taken one after the other, as a roster to begin with; every rule is kept."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hubpost.planning.secondment import (
    SecondedOfficer,
    SecondmentParams,
    SecondmentPost,
    Tour,
)


def take_greedily(
    tours: Sequence[Tour],
    officers: Sequence[SecondedOfficer],
    posts: Sequence[SecondmentPost],
    params: SecondmentParams,
    now_month: int,
    cost: NDArray[np.float64],
) -> list[int] | None:
    """Positions in tours: those under way, then long before short, early before late, cheap first.

    None when the tours under way already break a rule.
    """
    of = {o.id: o for o in officers}
    cap = _caps(officers, params)
    left = {(p.id, m): p.seats for p in posts for m in range(params.months)}
    away: Counter[tuple[str, int]] = Counter()
    done: dict[str, list[Tour]] = defaultdict(list)
    wanted = {p.id: p.skills for p in posts}

    def rank(k: int) -> tuple[bool, int, int, float]:
        tour = tours[k]
        months = tour.end - tour.start
        brings = len(wanted.get(tour.post_id, frozenset()) & of[tour.officer_id].skills)
        price = float(cost[k]) - params.skill_weight * months * brings
        return tour.start >= now_month, -months, tour.start, price

    order = sorted(range(len(tours)), key=rank)
    chosen = []
    for k in order:
        tour, officer = tours[k], of[tours[k].officer_id]
        gone = [(officer.section, m) for m in range(tour.start, tour.handed_over)]
        seats = [(tour.post_id, m) for m in range(tour.start, tour.end)]
        fits = (
            all(left.get(s, 0) > 0 for s in seats)
            and all(away[g] < cap.get(officer.section, len(officers)) for g in gone)
            and _rested(tour, done[officer.id], officer, params)
        )
        if not fits:
            if tour.start < now_month:
                return None
            continue
        chosen.append(k)
        done[officer.id].append(tour)
        away.update(gone)
        for seat in seats:
            left[seat] -= 1
    return chosen


def _caps(officers: Sequence[SecondedOfficer], params: SecondmentParams) -> dict[str, int]:
    """Section -> officers who may be away at once."""
    size = Counter(o.section for o in officers)
    return {s: max(size[s] - keep, 0) for s, keep in params.keep_at_headquarters.items()}


def _rested(
    tour: Tour, done: Sequence[Tour], officer: SecondedOfficer, params: SecondmentParams
) -> bool:
    """Whether the cycle has a tour left and no other is under way or just over."""
    most = 1 if officer.cycle == "large" else params.segments
    rest = params.rest_months
    apart = all(
        tour.start >= t.handed_over + rest or t.start >= tour.handed_over + rest for t in done
    )
    return len(done) < most and apart
