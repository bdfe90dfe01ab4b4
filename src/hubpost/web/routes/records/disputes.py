"""Disputes: the list, one case file, its moves, its parties, its agreement."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hubpost.actions.records import disputes, privacy
from hubpost.actions.records.agreements import make_agreement_sheet
from hubpost.model.records.dispute import (
    Body,
    DisputeCategory,
    DisputeLevel,
    Mediation,
)
from hubpost.model.refused import Refused
from hubpost.reporting.agreements import write_agreement_docx, write_agreement_pdf
from hubpost.storage.records.persons import Person
from hubpost.storage.transaction import Tx
from hubpost.web.console import AsViewer, InConsole
from hubpost.web.record_cases import act_on_case, show_case, show_cases
from hubpost.web.record_entries import fits, read_area, read_choice, read_count, read_day
from hubpost.web.record_pages import (
    LINE,
    pick_station,
    rules_of,
)
from hubpost.web.record_refusals import record_refusal, record_status

router = APIRouter()
_Text = Annotated[str, Form()]


@router.get("/records/disputes")
def list_disputes(
    console: InConsole, viewer: AsViewer, station: str = "", state: str = "", q: str = ""
) -> Response:
    """Cases, newest first, with repeats of places and causes and waves beside them."""
    return show_cases(console, viewer, station, state, q)


@router.post("/records/disputes")
def register_dispute(
    console: InConsole,
    viewer: AsViewer,
    station: _Text = "",
    category: _Text = "",
    title: _Text = "",
    area_id: _Text = "",
    place_text: _Text = "",
    people_count: _Text = "2",
    id: _Text = "",
) -> Response:
    """登记."""
    station_id = pick_station(console, station)
    rules = rules_of(console)
    try:
        report = disputes.DisputeReport(
            station_id=station_id,
            category=read_choice("category", DisputeCategory, category),
            title=fits("title", title, LINE),
            area_id=read_area(console.room.areas, station_id, area_id),
            place_text=fits("place_text", place_text, LINE),
            people_count=read_count("people_count", people_count, 1, 9_999),
            source="walk_in",
            id=fits("id", id, 40) or None,
        )
        case = console.do(viewer, lambda tx: disputes.register_dispute(tx, rules, report))
    except Refused as refused:
        text = record_refusal(viewer, refused)
        return show_cases(
            console, viewer, station, "", "", problem=text, status=record_status(refused)
        )
    return RedirectResponse(f"/records/disputes/{case.id}", 303)


@router.post("/calls/{call_id}/dispute")
def register_call_dispute(console: InConsole, viewer: AsViewer, call_id: str) -> Response:
    """Open the dispute of a call; each then leads to the other."""
    rules = rules_of(console)
    try:
        case = console.do(viewer, lambda tx: disputes.register_from_call(tx, rules, call_id))
    except Refused as refused:
        text = record_refusal(viewer, refused)
        return show_cases(console, viewer, "", "", "", problem=text, status=record_status(refused))
    return RedirectResponse(f"/records/disputes/{case.id}", 303)


@router.get("/records/disputes/{case_id}")
def show_dispute(console: InConsole, viewer: AsViewer, case_id: str) -> Response:
    """One case file."""
    return show_case(console, viewer, case_id)


@router.post("/records/disputes/{case_id}/edit")
async def edit_dispute(
    request: Request, console: InConsole, viewer: AsViewer, case_id: str
) -> Response:
    """修改: only fields the form changed are set, against what the form had shown."""
    form = {k: fits(k, str(v), 2_000) for k, v in (await request.form()).items()}
    names = ("title", "cause", "place_text", "people_count", "exclusion")
    put: dict[str, Any] = {
        n: form[n] for n in names if n in form and form[n] != form.get(f"was_{n}", form[n])
    }
    was: dict[str, Any] = {n: form.get(f"was_{n}", "") for n in put}
    for fields in (put, was):
        if "people_count" in fields:
            fields["people_count"] = read_count("people_count", fields["people_count"], 1, 9_999)
    rules = rules_of(console)

    def act() -> Response:
        return act_on_case(
            console, viewer, case_id,
            lambda tx: disputes.edit_dispute(tx, rules, case_id, put, was),
        )  # fmt: skip

    return await run_in_threadpool(act)


@router.post("/records/disputes/{case_id}/party")
def add_dispute_party(
    console: InConsole,
    viewer: AsViewer,
    case_id: str,
    name: _Text = "",
    phone: _Text = "",
    side: _Text = "",
    minor: _Text = "",
) -> Response:
    """Add a party; the name is shown masked from now on."""
    rules, person = rules_of(console), Person("", fits("name", name, 60), fits("phone", phone, 30))
    return act_on_case(
        console, viewer, case_id,
        lambda tx: disputes.add_party(
            tx, rules, case_id, person, side=fits("side", side, 20), minor=minor == "yes"
        ),
    )  # fmt: skip


@router.post("/records/{record_id}/persons/{key}")
def view_person(
    console: InConsole, viewer: AsViewer, record_id: str, key: str, purpose: _Text = ""
) -> Response:
    """One person's details, for a purpose that is logged."""
    try:
        person = console.do(viewer, lambda tx: privacy.view_person(tx, record_id, key, purpose))
    except Refused as refused:
        text = record_refusal(viewer, refused)
        return show_case(console, viewer, record_id, text, record_status(refused))
    return show_case(console, viewer, record_id, shown=person)


@router.post("/records/disputes/{case_id}/agreement.{form}")
def write_agreement(console: InConsole, viewer: AsViewer, case_id: str, form: str) -> Response:
    """The agreement as DOCX or PDF; each party named in it is a logged view."""
    if form not in ("docx", "pdf"):
        raise HTTPException(404)
    rules = rules_of(console)
    try:
        sheet = console.do(
            viewer,
            lambda tx: make_agreement_sheet(
                tx, rules, case_id, county_name=console.room.county_name
            ),
        )
    except Refused as refused:
        text = record_refusal(viewer, refused)
        return show_case(console, viewer, case_id, text, record_status(refused))
    pdf = form == "pdf"
    body = write_agreement_pdf(sheet) if pdf else write_agreement_docx(sheet)
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    name = f"agreement.{'pdf' if pdf else 'docx'}"
    return Response(
        body,
        media_type="application/pdf" if pdf else word,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.post("/records/disputes/{case_id}/{move}")
def move_dispute(
    console: InConsole,
    viewer: AsViewer,
    case_id: str,
    move: str,
    choice: _Text = "",
    text: _Text = "",
    day: _Text = "",
    yes: _Text = "",
) -> Response:
    """Any move of the table; what it needs comes in `choice`, `text`, `day` and `yes`."""
    rules = rules_of(console)

    def act(tx: Tx) -> Any:
        return _make_move(tx, rules, case_id, move, choice, fits("text", text, 2_000), day,
                          yes == "yes")  # fmt: skip

    return act_on_case(console, viewer, case_id, act)


def _make_move(
    tx: Tx, rules: Any, case_id: str, move: str, choice: str, text: str, day: str, yes: bool
) -> Any:
    d, args = disputes, (tx, rules, case_id)
    try:
        match move:
            case "grade" | "regrade":
                return d.grade_dispute(*args, read_choice("level", DisputeLevel, choice))
            case "report_up":
                return d.report_up(*args)
            case "triage":
                return d.triage_dispute(*args, read_choice("choice", Body, choice), text)
            case "add_handler":
                return d.add_handler(*args, read_choice("choice", Body, choice), text)
            case "accept":
                return d.accept_dispute(*args, text or tx.actor)
            case "start_mediation":
                return d.start_mediation(*args, consented=yes)
            case "sit":
                kind = read_choice("choice", Mediation, choice)
                return d.hold_sitting(*args, kind, guardian_present=yes, note=text)
            case "agree":
                return d.reach_agreement(*args, text, read_day("day", day) if day else None)
            case "apply_confirmation":
                return d.note_confirmation(*args, "applied")
            case "note_confirmation":
                return d.note_confirmation(*args, choice)
            case "follow_up":
                return d.follow_up(*args, passed=yes, note=text)
            case _:
                return d.advance_dispute(*args, move, text, choice if move == "transfer" else "")
    except ValueError as error:
        if isinstance(error, Refused):
            raise
        raise Refused("field_wrong", str(error)) from error
