"""A roster with its calendar, as roster.json says it and reads it back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hubpost.planning.params import BadPlanInput
from hubpost.planning.secondment import (
    Roster,
    SecondedOfficer,
    SecondmentParams,
    SecondmentPost,
    Tour,
)
from hubpost.planning.secondment_question import month_start


@dataclass(frozen=True, slots=True)
class SectionCover:
    """A section of headquarters in one month: size, of them away (hand-over months included),
    staying, and keep: how many must stay.
    """

    section: str
    month: int
    size: int
    away: int
    stay: int
    keep: int


@dataclass(frozen=True, slots=True, eq=False)
class RosterReport:
    """start: first day of the calendar. names: of stations by id. new: tours that the former
    roster did not have, when there was one. labels: words beside every figure. notes: what a
    reader must know. settings: names of the files; inputs: sha256 by file.
    """

    roster: Roster
    officers: tuple[SecondedOfficer, ...]
    posts: tuple[SecondmentPost, ...]
    params: SecondmentParams
    start: date
    names: Mapping[str, str]
    cover: tuple[SectionCover, ...]
    new: tuple[Tour, ...]
    labels: tuple[str, ...]
    notes: tuple[str, ...]
    settings: tuple[str, ...]
    inputs: Mapping[str, str]
    county_id: str
    version: str

    def first_day(self, month: int) -> date:
        return month_start(self.start, month)

    def last_day(self, end: int) -> date:
        """The last day of the month before `end`."""
        return month_start(self.start, end) - timedelta(days=1)

    def distance_km(self, tour: Tour) -> float:
        of = {o.id: o for o in self.officers}
        return of[tour.officer_id].distance_km[tour.post_id]

    def moves(self) -> dict[str, int]:
        """Tours given up and tours new against the former roster."""
        return {"given_up": len(self.roster.changed), "new": len(self.new)}


def section_cover(
    officers: Sequence[SecondedOfficer], tours: Sequence[Tour], params: SecondmentParams
) -> tuple[SectionCover, ...]:
    """Every section in every month of the calendar."""
    section_of = {o.id: o.section for o in officers}
    size: dict[str, int] = {}
    for officer in officers:
        size[officer.section] = size.get(officer.section, 0) + 1
    rows = []
    for section, n in sorted(size.items()):
        mine = [t for t in tours if section_of[t.officer_id] == section]
        keep = params.keep_at_headquarters.get(section, 0)
        for month in range(params.months):
            away = sum(t.start <= month < t.handed_over for t in mine)
            rows.append(SectionCover(section, month, n, away, n - away, keep))
    return tuple(rows)


def roster_to_json(report: RosterReport) -> dict[str, Any]:
    """The report as a JSON object; months count from 0, days are ISO dates."""
    roster = report.roster
    return {
        "status": roster.status,
        "objective": roster.objective,
        "bound": roster.bound,
        "gap": roster.gap,
        "seconds": roster.seconds,
        "reason": roster.reason,
        "county_id": report.county_id,
        "labels": list(report.labels),
        "notes": list(report.notes),
        "start": report.start.isoformat(),
        "months": report.params.months,
        "officers": sum(o.cycle != "stays" for o in report.officers),
        "seats": sum(p.seats for p in report.posts),
        "posts": [
            {"id": p.id, "name": report.names[p.id], "seats": p.seats, "skills": sorted(p.skills)}
            for p in report.posts
        ],
        "tours": [tour_to_json(report, t) for t in roster.tours],
        "empty": [{"post_id": p, "month": m, "seats": n} for p, m, n in roster.empty],
        "empty_seat_months": sum(n for _, _, n in roster.empty),
        "missing_skills": [
            {"post_id": p, "month": m, "skill": s} for p, m, s in roster.missing_skills
        ],
        "longest_km": roster.longest_km,
        "moves": {
            **report.moves(),
            "tours_given_up": [asdict(t) for t in roster.changed],
            "tours_new": [asdict(t) for t in report.new],
        },
        "headquarters": [asdict(c) for c in report.cover],
        "params": asdict(report.params),
        "settings": list(report.settings),
        "inputs": dict(report.inputs),
        "version": report.version,
    }


def tour_to_json(report: RosterReport, tour: Tour) -> dict[str, Any]:
    """A tour with its days and its kilometres."""
    return {
        **asdict(tour),
        "first_day": report.first_day(tour.start).isoformat(),
        "last_day": report.last_day(tour.end).isoformat(),
        "handed_over_by": report.last_day(tour.handed_over).isoformat(),
        "distance_km": report.distance_km(tour),
    }


@dataclass(frozen=True, slots=True)
class SecondedAtStations:
    """Officers on seats at each station, mean over the months of a roster, with its words."""

    officers: Mapping[str, float]
    labels: tuple[str, ...]


def read_seconded(path: Path) -> SecondedAtStations:
    """From a roster.json. Raises BadPlanInput saying what is wrong with it."""
    _, tours = read_former(path)
    body = json.loads(path.read_text("utf-8"))
    months = body.get("months")
    if not isinstance(months, int) or isinstance(months, bool) or months < 1:
        raise BadPlanInput([f"{path.name} is no roster.json: months must be a whole number >= 1"])
    officers: dict[str, float] = {}
    for tour in tours:
        officers[tour.post_id] = officers.get(tour.post_id, 0.0) + (tour.end - tour.start) / months
    return SecondedAtStations(officers, tuple(body.get("labels", ())))


def read_former(path: Path) -> tuple[date, tuple[Tour, ...]]:
    """(first day, tours) of a roster.json. Raises BadPlanInput saying what is wrong with it."""
    try:
        body = json.loads(path.read_text("utf-8"))
        tours = [
            Tour(t["officer_id"], t["post_id"], t["start"], t["end"], t["handed_over"])
            for t in body["tours"]
        ]
        start = date.fromisoformat(body["start"])
    except (UnicodeDecodeError, json.JSONDecodeError) as reason:
        raise BadPlanInput([f"{path.name} is not JSON: {reason}"]) from reason
    except (KeyError, TypeError, ValueError) as reason:
        raise BadPlanInput(
            [f"{path.name} is no roster.json: missing or wrong {reason}"]
        ) from reason
    wrong = [t for t in tours if not _makes_sense(t)]
    if wrong:
        raise BadPlanInput([f"{path.name}: tour of {t.officer_id} must have whole months "
                            f"0 <= start < end <= handed_over" for t in wrong])  # fmt: skip
    return start, tuple(tours)


def _makes_sense(tour: Tour) -> bool:
    months = (tour.start, tour.end, tour.handed_over)
    whole = all(isinstance(m, int) and not isinstance(m, bool) for m in months)
    return whole and 0 <= tour.start < tour.end <= tour.handed_over
