# mypy: disable-error-code="no-untyped-call"
"""Secondments as an integer program over tours: who goes where, when; with a bound."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from scipy.sparse import coo_array, csr_array

from hubpost.planning.interruptible import Progress, run_interruptibly
from hubpost.planning.pruned_median import load_model
from hubpost.planning.secondment import (
    Roster,
    SecondedOfficer,
    SecondmentParams,
    SecondmentPost,
    Tour,
    check_secondments,
)
from hubpost.planning.secondment_greedy import take_greedily
from hubpost.planning.secondment_roster import roster_of
from hubpost.planning.secondment_tours import possible_tours

#: Below this relative gap a roster counts as proven best; HiGHS itself is no more exact.
PROVEN_GAP = 1e-6


def plan_secondments(
    officers: Sequence[SecondedOfficer],
    posts: Sequence[SecondmentPost],
    params: SecondmentParams | None = None,
    *,
    former: Sequence[Tour] = (),
    now_month: int = 0,
    progress: Progress | None = None,
) -> Roster:
    """Tours that fill the seats best, within what headquarters can spare.

    former, now_month: re-plan a running roster. Tours that began before now_month stay as they
    are unless their officer has become unavailable; giving up any other costs `change_weight`, so
    that the new roster differs by as few tours as the seats allow. progress: told the best and the
    bound; KeyboardInterrupt, raised there or by Ctrl-C, keeps the best found, labelled feasible.
    Raises ValueError listing everything wrong with the question. Same question, same roster.
    """
    params = params or SecondmentParams()
    officers, posts = tuple(officers), tuple(posts)
    check_secondments(officers, posts, params)
    started = perf_counter()
    tours = possible_tours(officers, params, former, now_month)
    if not tours:
        return _nothing(officers, posts, params, former, started)
    program = _program(officers, posts, params, tours, former)
    solver = load_model(
        program.cost, program.rows(), np.array(program.lower), np.array(program.upper),
        _fixed(tours, now_month, len(program.cost)), program.whole, params.time_limit_s,
        threads=1, column_upper=program.top,
    )  # fmt: skip
    solver.setOptionValue("mip_rel_gap", params.gap)
    found = run_interruptibly(
        solver,
        _with_constant(progress, params.change_weight * len(former)),
        _start(program, officers, posts, params, tours, now_month),
    )
    return _read(found, program, officers, posts, params, tours, former, started)


def _with_constant(progress: Progress | None, constant: float) -> Progress | None:
    """Told as the objective is: with the cost of tours given up, not the gain of those kept."""
    if progress is None:
        return None
    return lambda best, bound: progress(None if best is None else best + constant, bound + constant)


def _fixed(
    tours: list[Tour], now_month: int, width: int
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Tours under way cannot be undone."""
    least = np.zeros(width)
    running = {t for t in tours if t.start < now_month}
    least[[k for k, tour in enumerate(tours) if tour in running]] = 1.0
    return least


@dataclass(slots=True)
class _Program:
    """Columns: tours, then open seats and skills, then the longest distance; rows as triplets."""

    cost: "np.ndarray[tuple[int], np.dtype[np.float64]]"
    whole: "np.ndarray[tuple[int], np.dtype[np.float64]]"
    top: "np.ndarray[tuple[int], np.dtype[np.float64]]"
    triplets: list[tuple[int, int, float]]
    lower: list[float]
    upper: list[float]

    def add(self, terms: Sequence[tuple[int, float]], lower: float, upper: float) -> None:
        row = len(self.lower)
        self.triplets += [(row, column, value) for column, value in terms]
        self.lower.append(lower)
        self.upper.append(upper)

    def rows(self) -> csr_array:
        row, column, value = zip(*self.triplets, strict=True)
        shape = (len(self.lower), len(self.cost))
        return csr_array(coo_array((value, (row, column)), shape=shape).tocsr())


def _program(
    officers: tuple[SecondedOfficer, ...],
    posts: tuple[SecondmentPost, ...],
    params: SecondmentParams,
    tours: list[Tour],
    former: Sequence[Tour],
) -> _Program:
    of = {o.id: o for o in officers}
    months = range(params.months)
    wanted = [(p, m, s) for p in posts for m in months for s in ("", *sorted(p.skills))]
    t, w = len(tours), len(wanted)
    kept = set(former)
    cost = [
        _tour_cost(of[x.officer_id], x, params) - params.change_weight * (x in kept) for x in tours
    ]
    open_cost = [params.skill_weight if s else params.seat_weight for _, _, s in wanted]
    farthest = max((km for o in officers for km in o.distance_km.values()), default=0.0)
    program = _Program(
        np.array([*cost, *open_cost, params.fairness_weight]),
        np.concatenate([np.ones(t), np.zeros(w + 1)]),
        np.array([*[1.0] * t, *[1.0 if s else p.seats for p, _, s in wanted], farthest]),
        [], [], [],
    )  # fmt: skip
    _add_seats(program, tours, wanted, of)
    _add_officers(program, tours, officers, params, t + w)
    _add_sections(program, tours, officers, params)
    return program


def _tour_cost(officer: SecondedOfficer, tour: Tour, params: SecondmentParams) -> float:
    months = tour.end - tour.start
    distance = params.distance_weight * officer.distance_km[tour.post_id]
    against = params.preference_weight * (1 - officer.preference.get(tour.post_id, 0.0))
    return months * (distance + against)


def _add_seats(program, tours, wanted, of) -> None:  # type: ignore[no-untyped-def]
    """Seats filled plus seats empty make the seats wanted; so for skills, at least."""
    on_seat = defaultdict(list)
    for k, tour in enumerate(tours):
        for month in range(tour.start, tour.end):
            on_seat[tour.post_id, month].append(k)
    for k, (post, month, skill) in enumerate(wanted):
        empty = (len(tours) + k, 1.0)
        there = on_seat[post.id, month]
        if skill:
            able = [j for j in there if skill in of[tours[j].officer_id].skills]
            program.add([*((j, 1.0) for j in able), empty], 1.0, np.inf)
        else:
            program.add([*((j, 1.0) for j in there), empty], post.seats, post.seats)


def _add_officers(program, tours, officers, params, longest) -> None:  # type: ignore[no-untyped-def]
    """One tour at a time, then rest; as many as the cycle has; the longest distance is felt.

    Of tours that exclude one another at most one is done, so that the longest distance is at
    least their kilometres in sum: far tighter, while nothing is settled, than one by one.
    """
    by_officer = defaultdict(list)
    for k, tour in enumerate(tours):
        by_officer[tour.officer_id].append(k)
    for officer in officers:
        mine = by_officer[officer.id]
        most = 1 if officer.cycle == "large" else params.segments
        program.add([(k, 1.0) for k in mine], 0, most) if mine else None
        for busy in _exclusive(tours, mine, params):
            program.add([(k, 1.0) for k in busy], 0, 1) if len(busy) > 1 else None
            km = [(k, -officer.distance_km[tours[k].post_id]) for k in busy]
            program.add([(longest, 1.0), *km], 0.0, np.inf)


def _exclusive(  # type: ignore[no-untyped-def]
    tours, mine, params
) -> list[tuple[int, ...]]:
    """Sets of an officer's tours that share a month of duty, hand-over or rest; largest only."""
    sets: list[tuple[int, ...]] = []
    for month in range(params.months):
        busy = tuple(
            k for k in mine if tours[k].start <= month < tours[k].handed_over + params.rest_months
        )
        if busy and not (sets and set(busy) <= set(sets[-1])):
            if sets and set(sets[-1]) <= set(busy):
                sets.pop()
            sets.append(busy)
    return sets


def _add_sections(program, tours, officers, params) -> None:  # type: ignore[no-untyped-def]
    """Each section keeps its minimum at headquarters, hand-over months counted as away."""
    section_of = {o.id: o.section for o in officers}
    size: dict[str, int] = defaultdict(int)
    for officer in officers:
        size[officer.section] += 1
    for section, keep in sorted(params.keep_at_headquarters.items()):
        for month in range(params.months):
            gone = [
                k
                for k, x in enumerate(tours)
                if section_of[x.officer_id] == section and x.start <= month < x.handed_over
            ]
            if gone:
                program.add([(k, 1.0) for k in gone], 0, max(size[section] - keep, 0))


def _start(  # type: ignore[no-untyped-def]
    program, officers, posts, params, tours, now_month
) -> "np.ndarray[tuple[int], np.dtype[np.float64]] | None":
    """Every column at the values of tours taken greedily; None when running tours break a rule."""
    chosen = take_greedily(tours, officers, posts, params, now_month, program.cost)
    if chosen is None:
        return None
    values = np.zeros(len(program.cost))
    values[chosen] = 1.0
    rows = program.rows()
    # What stays open fills its own row; the longest distance is the largest that is asked for.
    lacks = np.maximum(np.array(program.lower) - rows @ values, 0.0)
    open_columns = slice(len(tours), len(program.cost) - 1)
    values[open_columns] = lacks[: len(program.cost) - 1 - len(tours)]
    of = {o.id: o for o in officers}
    values[-1] = max((of[tours[k].officer_id].distance_km[tours[k].post_id] for k in chosen),
                     default=0.0)  # fmt: skip
    return values


def _read(  # type: ignore[no-untyped-def]
    found, program, officers, posts, params, tours, former, started
) -> Roster:
    if found.values is None:
        reason = "running tours break headquarters cover or overlap; correct them first"
        if not found.infeasible:
            reason = "no roster was found in the time given"
        word = "infeasible" if found.infeasible else "unknown"
        return Roster(word, (), None, None, None, perf_counter() - started, reason=reason)
    chosen = tuple(t for t, v in zip(tours, found.values, strict=False) if v > 0.5)
    # Keeping a former tour earned its change weight; told as the cost of those given up.
    constant = params.change_weight * len(former)
    objective = float(program.cost @ found.values) + constant
    bound = max(min(found.bound + constant, objective), 0.0)
    gap = (objective - bound) / abs(objective) if objective else 0.0
    word = "optimal" if gap <= PROVEN_GAP else "feasible"
    figures = (objective, bound, gap)
    return roster_of(word, chosen, figures, officers, posts, params, former, started)


def _nothing(officers, posts, params, former, started) -> Roster:  # type: ignore[no-untyped-def]
    """Nobody can go anywhere: every seat stays empty, and that is the best there is."""
    seats = params.seat_weight * params.months * sum(p.seats for p in posts)
    skills = params.skill_weight * params.months * sum(len(p.skills) for p in posts)
    total = seats + skills + params.change_weight * len(former)
    return roster_of("optimal", (), (total, total, 0.0), officers, posts, params, former, started)
