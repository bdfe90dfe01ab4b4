"""The first page of the records: what is owed soon, and the way to everything else."""

from fastapi import APIRouter
from starlette.responses import Response

from hubpost.actions.records.tasks import list_reminders, mask_reminders
from hubpost.web.console import AsViewer, InConsole
from hubpost.web.record_pages import pick_station, rules_of, show_record_page

router = APIRouter()


@router.get("/records")
def show_records(console: InConsole, viewer: AsViewer, station: str = "") -> Response:
    """Everything owed by a station within a week, the most urgent first."""
    station_id, rules = pick_station(console, station), rules_of(console)
    owed = console.store.read(
        lambda c: mask_reminders(
            c, list_reminders(c, rules, console.store.now(), station_id=station_id)
        )
    )
    return show_record_page(console, viewer, "home.html", station_id=station_id, owed=owed)
