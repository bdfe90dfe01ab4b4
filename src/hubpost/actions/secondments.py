"""Planning the secondments of a county: who goes to which station, when, and what stays open."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from hubpost import __version__
from hubpost.model.county import County
from hubpost.model.plan import Plan
from hubpost.planning.interruptible import Progress
from hubpost.planning.params import BadPlanInput
from hubpost.planning.roster_report import RosterReport, section_cover
from hubpost.planning.secondment import (
    SecondedOfficer,
    SecondmentParams,
    SecondmentPost,
    Tour,
)
from hubpost.planning.secondment_posts import (
    most_away,
    posts_of_frame,
    posts_of_plan,
    sustainable_seats,
)
from hubpost.planning.secondment_question import Headquarters, keep_by_section, make_headquarters
from hubpost.planning.secondment_settings import SecondmentSettings
from hubpost.planning.secondment_solver import plan_secondments
from hubpost.roads.travel_times import TravelTimes
from hubpost.simulation.policy import check_plan_fits


@dataclass(frozen=True, slots=True, eq=False)
class SecondmentQuestion:
    """officers: None takes the county's own sheet. posts: None shares `seats` by workload; seats
    None: as many as the officers can hold for the whole calendar. former, now_month: a running
    roster to be planned again from that month on. sources: sha256 of further files by name.
    """

    start: date
    settings: SecondmentSettings
    officers: pl.DataFrame | None = None
    posts: pl.DataFrame | None = None
    seats: int | None = None
    former: tuple[Tour, ...] = ()
    now_month: int = 0
    time_limit_s: float = 60.0
    gap: float = 1e-4
    sources: Mapping[str, str] | None = None


def second_officers(
    county: County,
    travel: TravelTimes,
    plan: Plan | None,
    question: SecondmentQuestion,
    progress: Progress | None = None,
) -> RosterReport:
    """The roster of headquarters officers over the calendar, with its bound.

    plan: needed where no posts are given. Raises BadPlanInput listing everything wrong.
    """
    headquarters = _headquarters(county, travel, plan, question)
    posts = _posts(plan, question, headquarters)
    officers = headquarters.for_posts([p.id for p in posts])
    params = replace(
        question.settings.params,
        keep_at_headquarters=keep_by_section(officers, question.settings),
        time_limit_s=question.time_limit_s,
        gap=question.gap,
    )
    former, notes = _known_tours(question, {o.id for o in officers}, posts)
    roster = plan_secondments(
        officers, posts, params, former=former, now_month=question.now_month, progress=progress
    )
    over = {t for t in roster.changed if t.handed_over <= question.now_month}
    roster = replace(roster, changed=tuple(t for t in roster.changed if t not in over))
    return RosterReport(
        roster=roster,
        officers=officers,
        posts=posts,
        params=params,
        start=question.start,
        names={s.id: s.name for s in county.stations},
        cover=section_cover(officers, roster.tours, params),
        new=tuple(t for t in roster.tours if former and t not in former),
        labels=_labels(county, plan, question, headquarters.estimated),
        notes=(*headquarters.notes, *notes, *_minimum_notes(officers, params)),
        settings=question.settings.sources,
        inputs={**county.checksums, **(question.sources or {})},
        county_id=county.id,
        version=__version__,
    )


def _headquarters(
    county: County, travel: TravelTimes, plan: Plan | None, question: SecondmentQuestion
) -> Headquarters:
    """The officers, once everything else that was asked makes sense."""
    problems = []
    sheet = county.officers if question.officers is None else question.officers
    if sheet is None:
        problems.append("officers: the county has no such sheet; give --officers FILE")
    if plan is None and question.posts is None:
        problems.append("posts: give --plan plan.json, or --posts FILE")
    if plan is not None:
        try:
            check_plan_fits(plan, [s.id for s in county.stations])
        except ValueError as why:
            problems.append(str(why))
    months = question.settings.params.months
    if not 0 <= question.now_month <= months:
        problems.append(f"now-month: expected 0 to {months}, got {question.now_month}")
    if question.seats is not None and question.seats < 1:
        problems.append(f"seats: expected at least 1, got {question.seats}")
    if question.posts is not None and question.seats is not None:
        problems.append("seats: the posts file says how many; give one of the two")
    if not question.time_limit_s > 0 or not 0 <= question.gap < 1:
        problems.append("time-limit must be above 0, gap from 0 to below 1")
    late = [t for t in question.former if t.handed_over > months]
    if late:
        problems.append(f"former: {len(late)} tours end after the {months} months of the calendar")
    try:
        found = None if sheet is None else make_headquarters(
            county, sheet, travel, question.settings, question.start
        )  # fmt: skip
    except BadPlanInput as why:
        problems += why.problems
        found = None
    if problems or found is None:
        raise BadPlanInput(problems)
    return found


def _posts(
    plan: Plan | None, question: SecondmentQuestion, headquarters: Headquarters
) -> tuple[SecondmentPost, ...]:
    if question.posts is not None:
        posts = posts_of_frame(question.posts)
        if not posts:
            raise BadPlanInput(["posts: expected at least one with a seat, found none"])
        return posts
    assert plan is not None  # noqa: S101  (checked with everything else)
    seats = question.seats
    if seats is None:
        keep = keep_by_section(headquarters.officers, question.settings)
        seats = sustainable_seats(headquarters.officers, question.settings.params, keep)
    return posts_of_plan(plan, seats, question.settings)


def _known_tours(
    question: SecondmentQuestion, officer_ids: set[str], posts: Sequence[SecondmentPost]
) -> tuple[tuple[Tour, ...], tuple[str, ...]]:
    """Former tours whose officer is still there; the others are given up, and told."""
    known = tuple(t for t in question.former if t.officer_id in officer_ids)
    gone = {t.officer_id for t in question.former} - officer_ids
    notes = (f"officers of the former roster no longer on the sheet: {', '.join(sorted(gone))}; "
             "their tours fall away",) if gone else ()  # fmt: skip
    return known, notes


def _minimum_notes(
    officers: Sequence[SecondedOfficer], params: SecondmentParams
) -> tuple[str, ...]:
    """Sections whose minimum at headquarters lets fewer go at once than have a cycle."""
    keep = params.keep_at_headquarters
    going = Counter(o.section for o in officers if o.cycle != "stays")
    return tuple(
        f"section {section or '(none)'}: {going[section]} may be seconded, at most {most} of them "
        f"at once, as {keep[section]} must stay"
        for section, most in most_away(officers, keep).items()
        if most < going[section]
    )


def _labels(
    county: County, plan: Plan | None, question: SecondmentQuestion, estimated: bool
) -> tuple[str, ...]:
    words = set(plan.labels if plan is not None and question.posts is None else ())
    if question.officers is None:
        words |= set(county.labels.words_for("officers"))
    words |= set(county.labels.words_for("stations.lon", "stations.lat"))
    return tuple(sorted(words | ({"estimated"} if estimated else set())))
