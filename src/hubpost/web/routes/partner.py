"""What a border partner with an account sees: its own cases of mutual aid, and nothing else."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from hubpost.actions import mutual_aid
from hubpost.model.access import Where
from hubpost.model.aid import AidCase
from hubpost.model.apply import Refused
from hubpost.storage.transaction import Tx
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.languages import mark as _
from hubpost.web.pages import render
from hubpost.web.refusals import refusal_text, status_of
from hubpost.web.replies import show_notice
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]


@router.get("/partner")
def show_partner(console: InConsole, viewer: AsViewer) -> Response:
    """The partner's open cases."""
    return _show(console, viewer)


@router.get("/partner/{aid_id}")
def show_partner_case(console: InConsole, viewer: AsViewer, aid_id: str) -> Response:
    """One of them."""
    return _show(console, viewer, aid_id)


@router.post("/partner/{aid_id}")
def answer_partner_case(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    aid_id: str,
    kind: _Text = "",
    units: _Text = "",
) -> Response:
    """offer, commit or decline, by the names the partner gives its units."""
    said = (n.strip() for n in units[:200].split(","))
    names = tuple(n for n in said if n and n.isprintable())

    def answer(tx: Tx) -> AidCase:
        return mutual_aid.answer_for_partner(tx, aid_id, kind, names)

    try:
        console.do(viewer, answer)
    except Refused as refused:
        text = refusal_text(viewer, console.store, refused)
        return _show(console, viewer, aid_id, problem=text, status=status_of(refused))
    return _show(console, viewer, aid_id)


def _show(
    console: Console, viewer: Viewer, aid_id: str = "", *, problem: str = "", status: int = 200
) -> Response:
    reach = console.reach
    mine = [
        case
        for case in console.whole.board.aid.values()
        if reach is None or reach.covers((Where(partner_id=case.partner_id),))
    ]
    chosen = next((c for c in mine if c.id == aid_id), None)
    if aid_id and chosen is None:
        return show_notice(console, viewer, _("There is no such case here."), status=404)
    return render(
        console, viewer, "gate/partner.html", status=status, cases=mine, chosen=chosen,
        problem=problem, county_name=console.room.county_name,
    )  # fmt: skip
