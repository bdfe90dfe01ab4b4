"""Visits on one screen, activities on one line, hazards; each proves its task by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from hubpost.actions.records.disputes import DisputeReport, register_dispute
from hubpost.actions.records.filing import move_record, open_record
from hubpost.model.records.change import Rules
from hubpost.model.records.dispute import DisputeCategory
from hubpost.model.records.record import Record
from hubpost.model.records.visit import (
    ACTIVITY_KIND,
    HAZARD_KIND,
    VISIT_KIND,
    VisitPlace,
)
from hubpost.storage.records.links import save_link
from hubpost.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class VisitReport:
    """The one screen. Blank but for the place is "nothing to report".

    dispute, hazard: what was found, in a line each; they open records of their own. extra: fields
    the county added for a time.
    """

    station_id: str
    place: VisitPlace
    area_id: str | None = None
    grid_id: str | None = None
    place_ref: str = ""
    note: str = ""
    second_id: str = ""
    dispute: str = ""
    dispute_category: DisputeCategory = DisputeCategory.OTHER
    hazard: str = ""
    hazard_category: str = "other"
    register_change: str = ""
    lon: float | None = None
    lat: float | None = None
    id: str | None = None
    synthetic: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)


def record_visit(
    tx: Tx, rules: Rules, report: VisitReport, *, at: datetime | None = None
) -> Record:
    """Keep a visit and open what it found; a visit sent twice by a phone is taken once."""
    found = [n for n in ("dispute", "hazard", "register_change") if getattr(report, n)]
    put = {
        "id": report.id,
        "station_id": report.station_id,
        "category": report.place,
        "owner_id": tx.actor,
        "area_id": report.area_id,
        "grid_id": report.grid_id,
        "place_ref": report.place_ref,
        "title": report.note,
        "second_id": report.second_id,
        "found": found,
        "lon": report.lon,
        "lat": report.lat,
        "synthetic": report.synthetic,
        "extra": dict(report.extra),
    }
    visit = open_record(tx, rules, VISIT_KIND, "record", put, at=at)
    for opened in _open_findings(tx, rules, report, visit, at):
        save_link(tx.conn, opened, ("visit", visit.id), "found_by", at=tx.now, actor=tx.actor)
    return visit


def strike_visit(tx: Tx, rules: Rules, visit_id: str, reason: str) -> Record:
    """Strike a visit through; what it proved is looked at again by whoever checks."""
    return move_record(tx, rules, VISIT_KIND, visit_id, "strike", {"reason": reason})


def record_activity(
    tx: Tx, rules: Rules, station_id: str, category: str, line: str = "",
    *, people_count: int | None = None, receipt_no: str = "", at: datetime | None = None,
    activity_id: str | None = None,
) -> Record:  # fmt: skip
    """One line on what was done: a patrol, a committee meeting, a lesson at school."""
    put = {
        "id": activity_id,
        "station_id": station_id,
        "category": category,
        "owner_id": tx.actor,
        "title": line,
        "people_count": people_count,
        "receipt_no": receipt_no,
    }
    return open_record(tx, rules, ACTIVITY_KIND, "record", put, at=at)


def order_rectification(tx: Tx, rules: Rules, hazard_id: str, fix_by: date) -> Record:
    """责令整改 by a day."""
    return move_record(tx, rules, HAZARD_KIND, hazard_id, "order", {"fix_by": fix_by})


def recheck_hazard(
    tx: Tx, rules: Rules, hazard_id: str, *, passed: bool, fix_by: date | None = None
) -> Record:
    """复查; one that failed is to be mended by another day."""
    if passed:
        return move_record(tx, rules, HAZARD_KIND, hazard_id, "recheck_passed")
    return move_record(tx, rules, HAZARD_KIND, hazard_id, "recheck_failed", {"fix_by": fix_by})


def _open_findings(
    tx: Tx, rules: Rules, report: VisitReport, visit: Record, at: datetime | None
) -> Sequence[tuple[str, str]]:
    opened: list[tuple[str, str]] = []
    if report.dispute:
        dispute = DisputeReport(
            report.station_id, report.dispute_category, report.dispute, report.area_id,
            source="visit", lon=report.lon, lat=report.lat, id=f"{visit.id}-dispute",
            synthetic=report.synthetic,
        )  # fmt: skip
        opened.append(("dispute", register_dispute(tx, rules, dispute, at=at).id))
    if report.hazard:
        put = {
            "id": f"{visit.id}-hazard",
            "station_id": report.station_id,
            "area_id": report.area_id,
            "category": report.hazard_category,
            "title": report.hazard,
            "owner_id": tx.actor,
            "synthetic": report.synthetic,
        }
        opened.append(("hazard", open_record(tx, rules, HAZARD_KIND, "find", put, at=at).id))
    return opened
