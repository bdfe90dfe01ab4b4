"""Secondments of headquarters officers to stations over a calendar of months: the question."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SecondedOfficer:
    """An officer of headquarters.

    cycle: large (one tour of the whole cycle), small (segments adding up to the small cycle) or
    stays (is counted in the section, never goes).
    distance_km: post id -> kilometres from home; posts left out are not possible. preference:
    post id -> 0..1, wanted most at 1. away: months (from 0) in which the officer cannot go.
    """

    id: str
    section: str
    cycle: str
    distance_km: dict[str, float]
    skills: frozenset[str] = frozenset()
    preference: dict[str, float] = field(default_factory=dict)
    away: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SecondmentPost:
    """A post at a station. seats: officers wanted each month. skills: each wanted of at least one
    of them, each month.
    """

    id: str
    seats: int = 1
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SecondmentParams:
    """months: length of the calendar. large_months: one large tour. segment_months × segments: a
    small cycle. rest_months: between two segments of an officer. start_step_months: tours start
    on multiples of it. overlap_months: a tour goes on so long beside its successor, unless the
    calendar ends. keep_at_headquarters: section -> officers who stay each month.
    Weights: an empty seat-month, a missing skill-month, a kilometre-month, the longest distance
    of anyone (fairness), a month against preference, a changed tour (re-planning).
    """

    months: int = 24
    large_months: int = 24
    segment_months: int = 4
    segments: int = 3
    rest_months: int = 2
    start_step_months: int = 2
    overlap_months: int = 1
    keep_at_headquarters: dict[str, int] = field(default_factory=dict)
    seat_weight: float = 1000.0
    skill_weight: float = 300.0
    distance_weight: float = 0.05
    fairness_weight: float = 1.0
    preference_weight: float = 1.0
    change_weight: float = 2000.0
    time_limit_s: float = 60.0
    gap: float = 1e-4


@dataclass(frozen=True, slots=True, order=True)
class Tour:
    """An officer at a post: months start .. end - 1 on the seat, then overlap to handed_over."""

    officer_id: str
    post_id: str
    start: int
    end: int
    handed_over: int


@dataclass(frozen=True, slots=True)
class Roster:
    """Tours and what they leave open.

    status optimal (bound and objective meet to 1e-6), feasible (found, within `gap` of the bound),
    infeasible or unknown; objective, bound, gap of the weighted sum. empty: (post, month, seats
    empty). missing_skills: (post, month, skill).
    changed: tours of the former roster that are given up.
    """

    status: str
    tours: tuple[Tour, ...]
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    empty: tuple[tuple[str, int, int], ...] = ()
    missing_skills: tuple[tuple[str, int, str], ...] = ()
    longest_km: float = 0.0
    changed: tuple[Tour, ...] = ()
    reason: str = ""


def check_secondments(
    officers: tuple[SecondedOfficer, ...],
    posts: tuple[SecondmentPost, ...],
    params: SecondmentParams,
) -> None:
    """Raise ValueError listing everything wrong with the question."""
    known = {p.id for p in posts}
    problems = []
    for officer in officers:
        if officer.cycle not in ("large", "small", "stays"):
            problems.append(f"officer {officer.id}: cycle must be large, small or stays")
        unknown = (set(officer.distance_km) | set(officer.preference)) - known
        problems += [f"officer {officer.id}: no post {p}" for p in sorted(unknown)]
        if any(not 0 <= km < float("inf") for km in officer.distance_km.values()):
            problems.append(f"officer {officer.id}: distances must be kilometres >= 0")
    for name, ids in (("officer", [o.id for o in officers]), ("post", [p.id for p in posts])):
        problems += [
            f"{name} {i} is given twice" for i in sorted({i for i in ids if ids.count(i) > 1})
        ]
    if params.large_months > params.months or params.segment_months > params.months:
        problems.append("a tour is longer than the calendar")
    if min(params.months, params.large_months, params.segment_months, params.segments) < 1:
        problems.append("months, large_months, segment_months and segments must be at least 1")
    if problems:
        raise ValueError("\n".join(problems))
