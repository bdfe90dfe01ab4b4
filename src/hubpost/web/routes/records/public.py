"""What a citizen opens without an account: progress, appointment, rating."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from hubpost.actions.records import ratings, services
from hubpost.model.refused import Refused
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.record_entries import fits, read_day
from hubpost.web.record_pages import LINE, pick_station, rules_of, show_record_page
from hubpost.web.record_refusals import record_refusal, record_status
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]


@router.get("/progress")
def show_progress(console: InConsole, viewer: AsViewer, code: str = "") -> Response:
    """How a case stands, for whoever holds its receipt."""
    rules = rules_of(console)
    found = None
    if code.strip():
        found = console.store.read(lambda c: services.find_progress(c, rules, code[:40]))
    return show_record_page(
        console, viewer, "progress.html", status=200 if found or not code else 404, found=found,
        code=code[:40],
    )  # fmt: skip


@router.get("/rate")
def show_rating_form(console: InConsole, viewer: AsViewer, t: str = "") -> Response:
    """The rating page behind the QR code."""
    return _show_rating(console, viewer, t[:200])


@router.post("/rate")
def give_rating(
    console: InConsole,
    viewer: AsViewer,
    t: _Text = "",
    level: _Text = "",
    attitude: _Text = "",
    speed: _Text = "",
    skill: _Text = "",
    place: _Text = "",
    comment: _Text = "",
    phone: _Text = "",
) -> Response:
    """评价, once; no account, and no name is asked for."""
    rules = rules_of(console)
    aspects = [int(a) for a in (attitude, speed, skill, place) if a in "12345" and a]
    chosen = int(level) if level in tuple("12345") else 0
    try:
        console.store.write(
            lambda tx: ratings.give_rating(
                tx,
                rules,
                t[:200],
                chosen,
                aspects,
                fits("comment", comment, LINE),
                fits("phone", phone, 30),
            ),
            actor="public",
        )
    except Refused as refused:
        text = record_refusal(viewer, refused)
        return _show_rating(console, viewer, t[:200], text, record_status(refused))
    return _show_rating(console, viewer, "", thanks=True)


@router.get("/book")
def show_booking(
    console: InConsole, viewer: AsViewer, station: str = "", day: str = ""
) -> Response:
    """Free slots of a day."""
    return _show_booking(console, viewer, station, day)


@router.post("/book")
def book_slot(
    console: InConsole,
    viewer: AsViewer,
    station: _Text = "",
    service: _Text = "",
    day: _Text = "",
    slot: _Text = "",
) -> Response:
    """预约."""
    rules, station_id = rules_of(console), pick_station(console, station)
    try:
        ticket = console.store.write(
            lambda tx: services.book_slot(
                tx, rules, station_id, service, read_day("day", day), slot
            ),
            actor="public",
        )
    except Refused as refused:
        text = record_refusal(viewer, refused)
        return _show_booking(console, viewer, station, day, text, record_status(refused))
    return _show_booking(console, viewer, station, day, booked=ticket.number)


def _show_rating(
    console: Console, viewer: Viewer, token: str, problem: str = "", status: int = 200,
    thanks: bool = False,
) -> Response:  # fmt: skip
    return show_record_page(
        console, viewer, "rate.html", status=status, token=token, problem=problem, thanks=thanks
    )


def _show_booking(
    console: Console, viewer: Viewer, station: str, day: str, problem: str = "",
    status: int = 200, booked: str = "",
) -> Response:  # fmt: skip
    station_id, wanted = pick_station(console, station), _day(day, console)
    rules = rules_of(console)
    free = console.store.read(lambda c: services.list_free_slots(c, station_id, wanted))
    return show_record_page(
        console, viewer, "book.html", status=status, problem=problem, station_id=station_id,
        day=wanted, free=free if rules.calendar.is_workday(wanted) else [], booked=booked,
        services=rules.lists["services"],
    )  # fmt: skip


def _day(text: str, console: Console) -> date:
    """The day asked for; today when it cannot be read."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return console.store.now().astimezone(console.room.zone).date()
