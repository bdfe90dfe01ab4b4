"""Tasks: the calendar of a station, one tap for nothing, the burden ledger."""

from datetime import datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from hubpost.actions.records import tasks
from hubpost.actions.records.burden import burden_ledger
from hubpost.model.records.task import TASK_KIND
from hubpost.storage.records.reading import Filters, list_records
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.record_pages import do_and_return, pick_station, rules_of, show_record_page
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]
_DAYS = 7


@router.get("/records/tasks")
def show_tasks(console: InConsole, viewer: AsViewer, station: str = "") -> Response:
    """What a station owes on each of the next seven days, and what it has open."""
    return _show(console, viewer, station)


@router.post("/records/tasks")
def lay_down_tasks(console: InConsole, viewer: AsViewer, station: _Text = "") -> Response:
    """Open the tasks of today's periods at every station; doing it again opens none twice."""
    rules = rules_of(console)
    today = console.store.now().astimezone(viewer.zone).date()
    return do_and_return(
        console, viewer, lambda tx: tasks.lay_down_tasks(tx, rules, today),
        f"/records/tasks?station={station}",
        lambda text, status: _show(console, viewer, station, text, status),
    )  # fmt: skip


@router.post("/records/tasks/{task_id}/nothing")
def report_nothing(
    console: InConsole, viewer: AsViewer, task_id: str, station: _Text = ""
) -> Response:
    """One tap: nothing in this period."""
    rules = rules_of(console)
    return do_and_return(
        console, viewer, lambda tx: tasks.report_nothing(tx, rules, task_id),
        f"/records/tasks?station={station}",
        lambda text, status: _show(console, viewer, station, text, status),
    )  # fmt: skip


@router.post("/records/tasks/hand-over")
def hand_over_tasks(
    console: InConsole, viewer: AsViewer, station: _Text = "", from_id: _Text = "",
    to_id: _Text = "",
) -> Response:  # fmt: skip
    """All that one has open at a station becomes another's."""
    rules, station_id = rules_of(console), pick_station(console, station)
    who, other = from_id.strip()[:40], to_id.strip()[:40]
    return do_and_return(
        console, viewer, lambda tx: tasks.hand_over_tasks(tx, rules, who, other, station_id),
        f"/records/tasks?station={station_id}",
        lambda text, status: _show(console, viewer, station, text, status),
    )  # fmt: skip


@router.get("/records/burden")
def show_burden(console: InConsole, viewer: AsViewer, station: str = "") -> Response:
    """减负账 of the last 30 days."""
    rules, end = rules_of(console), console.store.now()
    begin = end - timedelta(days=30)
    rows = console.store.read(lambda c: burden_ledger(c, rules, begin, end, station))
    return show_record_page(
        console, viewer, "burden.html", rows=[r for r in rows if r.entries],
        names={t.id: t.name_zh for s in ("hub", "base", "border")
               for t in tasks.list_templates(rules, s)},
        station_id=station, begin=begin, end=end,
    )  # fmt: skip


def _show(
    console: Console, viewer: Viewer, station: str, problem: str = "", status: int = 200
) -> Response:
    station_id, rules = pick_station(console, station), rules_of(console)
    today = console.store.now().astimezone(viewer.zone).date()
    last = today + timedelta(days=_DAYS - 1)
    read = console.store.read
    open_now = Filters(station_ids=(station_id,), states=("open", "missed"))
    found = read(lambda c: list_records(c, TASK_KIND, open_now, limit=200))
    midnight = datetime.combine(today, time(), viewer.zone)
    return show_record_page(
        console, viewer, "tasks.html", status=status, problem=problem, station_id=station_id,
        calendar=read(lambda c: tasks.list_calendar(c, rules, today, last, station_id)),
        tasks=sorted(found, key=lambda t: t.due_at or midnight), rules=rules,
    )  # fmt: skip
