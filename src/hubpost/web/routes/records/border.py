"""Border records: agreements, joint actions, bulletins, assistance; and the partner's view."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import Response

from hubpost.actions.records import border
from hubpost.model.records.border import (
    AGREEMENT_KIND,
    ASSISTANCE_KIND,
    BULLETIN_KIND,
    JOINT_ACTION_KIND,
    JOINT_CATEGORIES,
)
from hubpost.model.refused import Refused
from hubpost.storage.records.reading import Filters, list_records
from hubpost.storage.transaction import Tx
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.record_entries import fits, read_day, read_span, require_known
from hubpost.web.record_pages import (
    LINE,
    do_and_return,
    pick_station,
    rules_of,
    show_record_page,
)
from hubpost.web.record_words import permitted_moves
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]


@router.get("/records/border")
def show_border_records(
    console: InConsole, viewer: AsViewer, station: str = "", partner: str = ""
) -> Response:
    """Our side; with a partner named, what the other side sees of us."""
    return _show(console, viewer, station, partner)


@router.post("/records/border/{what}")
def change_border_record(
    console: InConsole,
    viewer: AsViewer,
    what: str,
    station: _Text = "",
    partner: _Text = "",
    id: _Text = "",
    move: _Text = "",
    text: _Text = "",
    category: _Text = "",
    day: _Text = "",
    until: _Text = "",
    joints: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """draft, sign, review, action, hold, bulletin, send, request, assistance."""
    rules, station_id = rules_of(console), pick_station(console, station)
    who, line = fits("partner", partner.strip(), 60), fits("text", text, LINE)

    def act(tx: Tx) -> Any:
        try:
            return _change(tx, rules, what, station_id, who, id, move, line, category, day, until,
                           joints)  # fmt: skip
        except ValueError as error:
            if isinstance(error, Refused):
                raise
            raise Refused("field_wrong", str(error)) from error

    return do_and_return(
        console, viewer, act, f"/records/border?station={station_id}",
        lambda words, status: _show(console, viewer, station, "", words, status),
    )  # fmt: skip


def _change(
    tx: Tx, rules: Any, what: str, station_id: str, partner: str, record_id: str, move: str,
    line: str, category: str, day: str, until: str, joints: list[str],
) -> Any:  # fmt: skip
    match what:
        case "draft":
            return border.draft_agreement(tx, rules, station_id, partner)
        case "sign":
            signed, expires = read_span(day, until)
            parties = [tx.board.stations[station_id].name, partner]
            return border.sign_agreement(
                tx, rules, record_id, parties=parties, joints=joints,
                signed_on=signed, expires_on=expires,
            )  # fmt: skip
        case "review":
            return border.review_agreement(tx, rules, record_id, line)
        case "action":
            require_known("category", category, list(JOINT_CATEGORIES))
            at = datetime.combine(read_day("day", day), datetime.min.time(), rules.zone)
            return border.plan_joint_action(tx, rules, station_id, category, partner, at)
        case "hold":
            return border.hold_joint_action(tx, rules, record_id, line)
        case "bulletin":
            week = tx.now.astimezone(rules.zone).date() - timedelta(days=7)
            return border.draft_bulletin(tx, rules, station_id, partner, week)
        case "send":
            return border.send_bulletin(tx, rules, record_id)
        case "request":
            return border.request_assistance(tx, rules, station_id, partner, line)
        case "assistance":
            return border.advance_assistance(tx, rules, record_id, move, line)
        case _:
            raise Refused("field_wrong", f"There is nothing called {what[:20]!r} to do here.")


def _show(
    console: Console, viewer: Viewer, station: str, partner: str, problem: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    station_id, rules = pick_station(console, station), rules_of(console)
    mine, read = Filters(station_ids=(station_id,)), console.store.read

    def held(kind: Any) -> Any:
        return read(lambda c: list_records(c, kind, mine))

    return show_record_page(
        console, viewer, "border.html", status=status, problem=problem, station_id=station_id,
        partner=partner, joints=rules.lists["six_joints"], categories=JOINT_CATEGORIES,
        agreements=held(AGREEMENT_KIND), actions=held(JOINT_ACTION_KIND),
        bulletins=held(BULLETIN_KIND), requests=held(ASSISTANCE_KIND),
        moves=lambda r: permitted_moves(ASSISTANCE_KIND, r),
        theirs=read(lambda c: border.partner_view(c, partner)) if partner else None,
    )  # fmt: skip
