"""The border: partners, cases of mutual aid, and the page of a link for a township without one."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from hubpost.actions import mutual_aid, partners
from hubpost.model.apply import Refused
from hubpost.storage.transaction import Tx
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.pages import render
from hubpost.web.refusals import refusal_text, status_of
from hubpost.web.replies import board_words
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]


@router.get("/border")
def show_border(request: Request, console: InConsole, viewer: AsViewer) -> HTMLResponse:
    """Partners, and every case that is open on either side."""
    return _show(request, console, viewer)


@router.post("/calls/{call_id}/aid")
def request_aid(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    call_id: str,
    partner_id: _Text = "",
    line: _Text = "",
) -> Response:
    """Ask a partner for help with a call; for one without a server, a link to send by hand."""

    def ask(tx: Tx) -> str:
        me = _server(request)
        aid_id = mutual_aid.request_aid(tx, me, call_id, partner_id, line[:200])
        partner = partners.get_partner(tx.conn, partner_id, tx.now)
        return "" if partner.address else partners.make_link(tx, aid_id)

    return _act(request, console, viewer, ask)


@router.post("/partners/agree")
def make_agreement(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    name: _Text = "",
    station: _Text = "",
    until: _Text = "",
) -> Response:
    """Enter an agreement with a township that has no Hubpost of its own, until a day."""
    said = "".join(c for c in name[:80] if c.isprintable()).strip()

    def agree(tx: Tx) -> str:
        try:
            day = date.fromisoformat(until)
        except ValueError:
            raise Refused("agreement_past", "Expected the last day as YYYY-MM-DD.") from None
        if not said:
            raise Refused("agreement_nameless", "Expected the partner's name.")
        end = datetime.combine(day, time.max, console.room.zone)
        partners.agree(tx, f"township-{uuid4().hex[:12]}", said, station, expires_at=end)
        return ""

    return _act(request, console, viewer, agree)


@router.post("/partners/withdraw")
def withdraw_agreement(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    partner: _Text = "",
    station: _Text = "",
) -> Response:
    """End an agreement before its time; its links open nothing any more."""

    def withdraw(tx: Tx) -> str:
        if partners.get_partner(tx.conn, partner, tx.now).station_id != station:
            raise Refused("partner_unknown", "The partner adjoins another station.")
        partners.withdraw(tx, partner)
        return ""

    return _act(request, console, viewer, withdraw)


@router.post("/aid/{aid_id}/{step}")
def answer_aid(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    aid_id: str,
    step: str,
    unit_id: _Text = "",
    reason: _Text = "",
) -> Response:
    """offer, commit, release or decline."""

    def answer(tx: Tx) -> str:
        me = _server(request)
        if step == "offer":
            mutual_aid.offer_aid(tx, me, console.room, aid_id, [unit_id])
        elif step == "commit":
            mutual_aid.commit_aid(tx, me, console.room, aid_id, [unit_id])
        elif step == "release":
            mutual_aid.release_aid(tx, me, aid_id, reason[:200])
        elif step == "decline":
            mutual_aid.decline_aid(tx, me, aid_id, reason[:200])
        else:
            raise Refused("step_unknown", "Expected offer, commit, release or decline.")
        return ""

    return _act(request, console, viewer, answer)


@router.get("/border/{token}")
def open_aid_link(console: InConsole, viewer: AsViewer, token: str) -> Response:
    """The slip of one case, for who holds the link; each opening is logged."""
    try:
        aid_id = console.store.write(lambda tx: partners.open_link(tx, token), actor="link")
    except Refused:
        return PlainTextResponse("此链接已失效。 This link is over.\n", 404)
    return _slip(console, viewer, token, aid_id)


@router.post("/border/{token}")
def answer_aid_link(
    console: InConsole, viewer: AsViewer, token: str, kind: _Text = "", units: _Text = ""
) -> Response:
    """What the township answers on the page."""
    said = (n.strip() for n in units[:200].split(","))
    names = tuple(n for n in said if n and n.isprintable())
    try:
        case = console.store.write(
            lambda tx: mutual_aid.answer_by_link(tx, token, kind, names), actor="link"
        )
    except Refused as refused:
        if refused.code == "link_over":
            return PlainTextResponse("此链接已失效。 This link is over.\n", 404)
        return PlainTextResponse(refusal_text(viewer, console.store, refused) + "\n", 409)
    return _slip(console, viewer, token, case.id)


def _server(request: Request) -> mutual_aid.AidServer:
    me: mutual_aid.AidServer | None = getattr(request.app.state, "aid_server", None)
    if me is None:
        raise Refused("aid_closed", "This server takes part in no mutual aid yet.")
    return me


def _act(request: Request, console: Console, viewer: Viewer, action: Any) -> HTMLResponse:
    try:
        token = console.do(viewer, action)
    except Refused as refused:
        text = refusal_text(viewer, console.store, refused)
        return _show(request, console, viewer, refused=text, status=status_of(refused))
    link = str(request.url_for("open_aid_link", token=token)) if token else ""
    return _show(request, console, viewer, link=link)


def _show(
    request: Request,
    console: Console,
    viewer: Viewer,
    *,
    refused: str = "",
    link: str = "",
    status: int = 200,
) -> HTMLResponse:
    store = console.store
    return render(
        console,
        viewer,
        "border.html",
        status=status,
        refused=refused,
        link=link,
        partners=store.read(partners.list_partners),
        cases=list(store.board.aid.values()),
        waiting=len(store.read(mutual_aid.list_outbox)),
        calls=list(store.board.calls.values()),
        free=[u for u in store.board.units.values() if u.call_id is None],
        county_name=console.room.county_name,
        our_stations=list(console.stations),
        next_year=(console.room.local(store.now()) + timedelta(days=365)).date().isoformat(),
        **board_words(console, viewer),
    )


def _slip(console: Console, viewer: Viewer, token: str, aid_id: str) -> HTMLResponse:
    case = console.store.board.aid.get(aid_id)
    return render(
        console,
        viewer,
        "slip.html",
        case=case,
        slip=case.slip if case else None,
        token=token,
        county_name=console.room.county_name,
    )
