"""Visits on one screen, activities on one line, hazards until they are mended."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from hubpost.model.records.change import Change, Kind, Rules
from hubpost.model.records.machine import NOTHING, Machine, Move
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused


class VisitPlace(StrEnum):
    """走访对象: what was visited."""

    HOUSEHOLD = "household"
    UNIT = "unit"
    SCHOOL = "school"
    HOTEL = "hotel"
    KEY_UNIT = "key_unit"
    EXPLOSIVES = "explosives"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Record):
    """走访: category is a VisitPlace, owner_id the visitor, place_ref the register's reference.

    found: what came of it (dispute, hazard, register_change); empty is "nothing to report".
    second_id: who went along, required at stores of explosives and firearms.
    """

    grid_id: str | None = None
    place_ref: str = ""
    lon: float | None = None
    lat: float | None = None
    found: tuple[str, ...] = ()
    second_id: str = ""
    reason: str = ""


_PLACES = frozenset(VisitPlace)
VISIT = Machine(
    "visit",
    "走访",
    {"recorded": "已记", "struck": "划去"},
    (
        Move("record", "记录", (NOTHING,), "recorded", ("category", "owner_id", "station_id")),
        Move("edit", "修改", ("recorded",)),
        Move("strike", "划去", ("recorded",), "struck", ("reason",)),
    ),
)


def rule_visit(before: Visit | None, after: Visit, change: Change, rules: Rules) -> Visit:
    """The visit. Raises Refused for an unknown place, or one man alone at explosives."""
    if after.category not in _PLACES:
        raise Refused(
            "field_wrong",
            f"Expected one of {', '.join(VisitPlace)} as category, came {after.category!r}.",
        )
    alone = not after.second_id or after.second_id == after.owner_id
    if after.category == VisitPlace.EXPLOSIVES and alone:
        raise Refused("second_missing", "Explosives are checked by two. Name the second one.")
    return replace(after, closed_at=change.at if after.state == "struck" else after.opened_at)


VISIT_KIND = Kind(Visit, VISIT, "访", rule_visit, private=("title", "reason"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Record):
    """工作记录: one line on what was done; category says what, people_count how many came."""

    people_count: int | None = None
    receipt_no: str = ""
    reason: str = ""


ACTIVITY = Machine(
    "activity",
    "工作记录",
    {"recorded": "已记", "struck": "划去"},
    (
        Move("record", "记录", (NOTHING,), "recorded", ("category", "owner_id", "station_id")),
        Move("edit", "修改", ("recorded",)),
        Move("strike", "划去", ("recorded",), "struck", ("reason",)),
    ),
)


def rule_activity(
    before: Activity | None, after: Activity, change: Change, rules: Rules
) -> Activity:
    """The activity; it is over as it is entered."""
    return replace(after, closed_at=change.at if after.state == "struck" else after.opened_at)


ACTIVITY_KIND = Kind(Activity, ACTIVITY, "工", rule_activity, private=("title", "reason"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard(Record):
    """隐患: found, to be mended by a day, checked again."""

    fix_by: date | None = None
    checked_at: datetime | None = None
    handed_to: str = ""
    reason: str = ""


HAZARD = Machine(
    "hazard",
    "隐患",
    {
        "found": "发现",
        "rectifying": "整改中",
        "closed": "销号",
        "handed_on": "移交",
        "struck": "划去",
    },
    (
        Move("find", "登记", (NOTHING,), "found", ("category", "station_id")),
        Move("order", "责令整改", ("found",), "rectifying", ("fix_by",)),
        Move("recheck_failed", "复查未过", ("rectifying",), None, ("fix_by",)),
        Move("recheck_passed", "复查通过", ("rectifying",), "closed"),
        Move("hand_on", "移交主管部门", ("found", "rectifying"), "handed_on", ("handed_to",)),
        Move("edit", "修改", ("found", "rectifying")),
        Move("strike", "划去", ("found",), "struck", ("reason",)),
    ),
)


def rule_hazard(before: Hazard | None, after: Hazard, change: Change, rules: Rules) -> Hazard:
    """The hazard with its recheck due. Raises Refused when the day lies before the order."""
    today = change.at.astimezone(rules.zone).date()
    if change.move in ("order", "recheck_failed") and (after.fix_by or today) < today:
        raise Refused("field_wrong", f"Expected fix_by from {today} on, came {after.fix_by}.")
    if change.move.startswith("recheck"):
        after = replace(after, checked_at=change.at)
    if after.state == "rectifying" and after.fix_by is not None:
        night = datetime.combine(after.fix_by + timedelta(days=1), time(), rules.zone)
        return replace(after, due_at=night)
    closed = change.at if after.state in ("closed", "handed_on", "struck") else None
    return replace(after, due_at=None, closed_at=closed)


HAZARD_KIND = Kind(Hazard, HAZARD, "隐", rule_hazard, private=("title", "reason"))
