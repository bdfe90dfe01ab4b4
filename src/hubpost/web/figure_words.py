"""Words of the figures page."""

from hubpost.web.languages import mark as _

POSITION = {
    "inside": _("inside the limits"),
    "low": _("below 95 %"),
    "very low": _("below 99.8 %"),
    "high": _("above 95 %"),
    "very high": _("above 99.8 %"),
}

COLUMN = {
    "id": _("record"),
    "number": _("number"),
    "received_at": _("received"),
    "station_id": _("station"),
    "category": _("kind of call"),
    "dispatched_at": _("dispatched"),
    "enroute_at": _("set off"),
    "arrived_at": _("arrived at"),
    "predicted_arrival_at": _("predicted arrival"),
    "response_min": _("response, min"),
    "found_at": _("found"),
    "resolved_at": _("resolved"),
    "reopened_days": _("reopened after days"),
    "at": _("at"),
    "kind": _("kind"),
    "knows": _("knows"),
    "verdict": _("verdict"),
    "due_at": _("due"),
    "done_at": _("done"),
    "rating": _("rating (5 best)"),
    "officers": _("officers"),
    "at_station": _("at a station"),
    "minutes_saved": _("minutes saved"),
    "filed_at": _("filed"),
    "solved_at": _("solved"),
}

#: Source -> what fills it, said beside figures that have no data.
FILLED_BY = {
    "calls": _("calls taken, or imported with these times"),
    "cases": _("a file of cases: hubpost evaluate --db URL --records DIR --keep"),
    "disputes": _("disputes registered in the books"),
    "surveys": _("answers of surveys of residents and places"),
    "register_checks": _("answers of surveys of the register"),
    "services": _("services taken at the counter"),
    "ratings": _("ratings of services delivered"),
    "tasks": _("tasks laid down, once due"),
    "strength": _("officers on the staff list"),
    "burden": _("entries that stand in for older forms"),
}
