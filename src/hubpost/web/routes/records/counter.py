"""The counter: taking cases, calling tickets, and handling bad ratings."""

import base64
from datetime import timedelta
from io import BytesIO
from typing import Annotated, Any
from urllib.parse import quote

import segno
from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from hubpost.actions.records import ratings, services
from hubpost.model.records.rating import RATING_KIND
from hubpost.model.records.service import SERVICE_KIND, TICKET_KIND
from hubpost.model.refused import Refused
from hubpost.storage.records.persons import Person
from hubpost.storage.records.reading import Filters, list_records
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.record_entries import fits
from hubpost.web.record_pages import (
    LINE,
    do_and_return,
    pick_station,
    rules_of,
    show_record_page,
)
from hubpost.web.record_refusals import record_refusal, record_status
from hubpost.web.record_words import permitted_moves
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]
_OPEN = ("received", "supplement", "processing", "ready")


@router.get("/records/counter")
def show_counter(console: InConsole, viewer: AsViewer, station: str = "") -> Response:
    """The counter of a station: queue, open cases, taking a new one."""
    return _show(console, viewer, station)


@router.post("/records/counter/cases")
def receive_service(
    console: InConsole,
    viewer: AsViewer,
    station: _Text = "",
    service: _Text = "",
    name: _Text = "",
    phone: _Text = "",
) -> Response:
    """受理; the receipt code is shown this once."""
    rules, station_id = rules_of(console), pick_station(console, station)
    who = Person("applicant", fits("name", name, 60), fits("phone", phone, 30))
    contact = who if name.strip() else None
    try:
        taken = console.do(
            viewer,
            lambda tx: services.receive_service(tx, rules, station_id, service, contact=contact),
        )
    except Refused as refused:
        text = record_refusal(viewer, refused)
        return _show(console, viewer, station, text, record_status(refused))
    return _show(console, viewer, station, receipt=taken.receipt_code)


@router.post("/records/counter/cases/{case_id}/{move}")
def move_service(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    case_id: str,
    move: str,
    station: _Text = "",
    text: _Text = "",
) -> Response:
    """Any move of a case; delivering it shows the code of its rating."""
    rules = rules_of(console)
    try:
        if move == "deliver":
            _, token = console.do(viewer, lambda tx: services.deliver_service(tx, rules, case_id))
            address = f"{request.base_url}rate?t={quote(token)}"
            return _show(console, viewer, station, rating=address)
        said = fits("text", text, LINE)
        action: Any = (
            (lambda tx: services.ask_papers(tx, rules, case_id, said))
            if move == "ask_papers"
            else (lambda tx: services.advance_service(tx, rules, case_id, move, said))
        )
        console.do(viewer, action)
    except Refused as refused:
        words = record_refusal(viewer, refused)
        return _show(console, viewer, station, words, record_status(refused))
    return _show(console, viewer, station)


@router.post("/records/counter/next")
def call_next_ticket(console: InConsole, viewer: AsViewer, station: _Text = "") -> Response:
    """叫号."""
    rules, station_id = rules_of(console), pick_station(console, station)
    return do_and_return(
        console, viewer, lambda tx: services.call_next(tx, rules, station_id),
        f"/records/counter?station={station_id}",
        lambda text, status: _show(console, viewer, station, text, status),
    )  # fmt: skip


@router.post("/records/counter/tickets/{ticket_id}/{move}")
def move_ticket(
    console: InConsole, viewer: AsViewer, ticket_id: str, move: str, station: _Text = ""
) -> Response:
    """take (a new ticket), check_in, serve, miss, requeue, cancel."""
    rules, station_id = rules_of(console), pick_station(console, station)

    def act(tx: Any) -> Any:
        if move == "take":
            return services.take_ticket(tx, rules, station_id, ticket_id)
        return services.move_ticket(tx, rules, ticket_id, move)

    return do_and_return(
        console, viewer, act, f"/records/counter?station={station_id}",
        lambda text, status: _show(console, viewer, station, text, status),
    )  # fmt: skip


@router.get("/records/ratings")
def show_ratings(console: InConsole, viewer: AsViewer, station: str = "") -> Response:
    """Satisfaction with its rating rate, and bad ratings to be corrected."""
    return _show_ratings(console, viewer, station)


@router.post("/records/ratings/{rating_id}/{move}")
def handle_rating(
    console: InConsole, viewer: AsViewer, rating_id: str, move: str, text: _Text = ""
) -> Response:
    """call_back, correct, confirm, not_content, unfounded."""
    rules = rules_of(console)
    return do_and_return(
        console, viewer,
        lambda tx: ratings.handle_rating(tx, rules, rating_id, move, fits("text", text, LINE)),
        "/records/ratings",
        lambda words, status: _show_ratings(console, viewer, "", words, status),
    )  # fmt: skip


def qr_image(address: str) -> str:
    """A QR code as a data address, which the page's policy allows for images."""
    buffer = BytesIO()
    segno.make(address, error="m").save(buffer, kind="png", scale=4)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _show(
    console: Console, viewer: Viewer, station: str, problem: str = "", status: int = 200,
    receipt: str = "", rating: str = "",
) -> Response:  # fmt: skip
    station_id, rules, read = pick_station(console, station), rules_of(console), console.store.read
    today = console.store.now().astimezone(viewer.zone).date()
    held = Filters(station_ids=(station_id,), states=_OPEN)
    cases = read(lambda c: list_records(c, SERVICE_KIND, held))
    return show_record_page(
        console, viewer, "counter.html", status=status, problem=problem, station_id=station_id,
        services=rules.lists["services"], cases=cases, receipt=receipt, rating=rating,
        qr=qr_image(rating) if rating else "",
        moves=lambda case: permitted_moves(SERVICE_KIND, case),
        queue=read(lambda c: services.list_queue(c, station_id, today)),
        ticket_moves=lambda t: [m for m in permitted_moves(TICKET_KIND, t) if m != "call"],
    )  # fmt: skip


def _show_ratings(
    console: Console, viewer: Viewer, station: str, problem: str = "", status: int = 200
) -> Response:
    end, read = console.store.now() + timedelta(seconds=1), console.store.read
    begin = end - timedelta(days=365)
    stations = console.narrow(station)
    open_ = Filters(station_ids=stations, states=("opened", "called_back", "corrected"))
    return show_record_page(
        console, viewer, "ratings.html", status=status, problem=problem, station_id=station,
        shown=read(lambda c: ratings.satisfaction(c, begin, end, stations)),
        bad=read(lambda c: ratings.list_ratings(c, viewer.actor, open_)),
        own=read(lambda c: ratings.own_counts(c, viewer.actor)),
        moves=lambda r: permitted_moves(RATING_KIND, r),
    )  # fmt: skip
