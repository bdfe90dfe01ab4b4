"""The first page of the records: what is owed soon, by whom, and the way to everything else."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from hubpost.actions.records import reminding
from hubpost.actions.records.disputes import list_handled
from hubpost.actions.records.privacy import mask_records
from hubpost.actions.records.tasks import list_reminders, mask_reminders
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.record_pages import do_and_return, pick_station, rules_of, show_record_page
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]


@router.get("/records")
def show_records(console: InConsole, viewer: AsViewer, station: str = "") -> Response:
    """Everything owed by a station within a week and by oneself, the most urgent first."""
    return _show(console, viewer, station)


@router.post("/records/reminders")
def set_reminder_address(
    console: InConsole, viewer: AsViewer, station: _Text = "", whose: _Text = "",
    address: _Text = "",
) -> Response:  # fmt: skip
    """Where reminders go: one's own, or the station's; blank ends them."""
    mine = whose == "own"
    who = f"staff:{viewer.actor}" if mine else f"station:{pick_station(console, station)}"
    return do_and_return(
        console, viewer,
        lambda tx: reminding.set_reminder_address(tx, who, address.strip()[:300]),
        f"/records?station={station}",
        lambda words, status: _show(console, viewer, station, words, status),
    )  # fmt: skip


def _show(
    console: Console, viewer: Viewer, station: str, problem: str = "", status: int = 200
) -> Response:
    station_id, rules, now = pick_station(console, station), rules_of(console), console.store.now()
    read, board = console.store.read, console.store.board
    owed = read(lambda c: mask_reminders(c, list_reminders(c, rules, now, station_id=station_id)))
    own = read(lambda c: mask_reminders(c, list_reminders(c, rules, now, owner_id=viewer.actor)))
    whose = {"own": f"staff:{viewer.actor}", "station": f"station:{station_id}"}
    return show_record_page(
        console, viewer, "home.html", status=status, problem=problem, station_id=station_id,
        lists=(("own", own), ("station", owed)),
        handled=read(lambda c: mask_records(c, list_handled(c, viewer.actor))),
        gaps=read(lambda c: reminding.list_station_gaps(c, board, rules, station_id, now)),
        reminded=read(
            lambda c: {k: reminding.has_reminder_address(c, w) for k, w in whose.items()}
        ),
    )  # fmt: skip
