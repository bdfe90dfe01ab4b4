"""What chosen tours come to: a roster, with what it leaves open."""

from collections import defaultdict
from collections.abc import Sequence
from time import perf_counter

from hubpost.planning.secondment import (
    Roster,
    SecondedOfficer,
    SecondmentParams,
    SecondmentPost,
    Tour,
)


def roster_of(
    word: str,
    chosen: tuple[Tour, ...],
    figures: tuple[float, float, float],
    officers: Sequence[SecondedOfficer],
    posts: Sequence[SecondmentPost],
    params: SecondmentParams,
    former: Sequence[Tour],
    started: float,
) -> Roster:
    """The roster of these tours: seats empty, skills missing, the longest way, tours given up.

    figures: objective, bound and gap. started: of perf_counter.
    """
    objective, bound, gap = figures
    of = {o.id: o for o in officers}
    there: dict[tuple[str, int], list[SecondedOfficer]] = defaultdict(list)
    for tour in chosen:
        for month in range(tour.start, tour.end):
            there[tour.post_id, month].append(of[tour.officer_id])
    empty, missing = [], []
    for post in posts:
        for month in range(params.months):
            on_seat = there[post.id, month]
            if len(on_seat) < post.seats:
                empty.append((post.id, month, post.seats - len(on_seat)))
            missing += [
                (post.id, month, s)
                for s in sorted(post.skills)
                if not any(s in o.skills for o in on_seat)
            ]
    longest = max((of[t.officer_id].distance_km[t.post_id] for t in chosen), default=0.0)
    changed = tuple(sorted(set(former) - set(chosen)))
    return Roster(
        word,
        chosen,
        objective,
        bound,
        gap,
        perf_counter() - started,
        tuple(empty),
        tuple(missing),
        longest,
        changed,
    )
