"""Rosters: a fortnight of a station, staff, leave and swaps, and calendar feeds."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import PlainTextResponse, Response

from hubpost.actions.records import rosters
from hubpost.actions.records import staff as staff_list
from hubpost.actions.records.secret_codes import is_signed, sign
from hubpost.model.records.roster import LEAVE_KIND, SHIFT_KIND, STAFF_KIND, SWAP_KIND, Shift
from hubpost.model.refused import Refused
from hubpost.reporting.ical import write_duty_feed
from hubpost.storage.records.reading import Filters, list_records
from hubpost.storage.transaction import Tx
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.names import station_name
from hubpost.web.record_entries import fits, read_span, require_known
from hubpost.web.record_pages import do_and_return, pick_station, rules_of, show_record_page
from hubpost.web.record_words import list_codes
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]
_DAYS = 14


@router.get("/records/rosters")
def show_rosters(console: InConsole, viewer: AsViewer, station: str = "") -> Response:
    """The next fortnight with its gaps, who is away, and what is asked for."""
    return _show(console, viewer, station)


@router.post("/records/rosters/{what}")
def change_roster(
    console: InConsole,
    viewer: AsViewer,
    what: str,
    station: _Text = "",
    id: _Text = "",
    first: _Text = "",
    last: _Text = "",
    other: _Text = "",
) -> Response:
    """leave, swap, agree: what anybody on the roster asks for."""
    rules, station_id = rules_of(console), pick_station(console, station)

    def act(tx: Tx) -> Any:
        record_id = fits("id", id, 40)
        match what:
            case "leave":
                return rosters.ask_leave(tx, rules, record_id, station_id, *read_span(first, last))
            case "swap":
                return rosters.ask_swap(tx, rules, record_id, other)
            case "agree":
                return rosters.agree_swap(tx, rules, record_id)
        raise _unknown(what)

    return _done(console, viewer, station, act)


@router.post("/records/rosters/lead/{what}")
def lead_roster(
    console: InConsole,
    viewer: AsViewer,
    what: str,
    station: _Text = "",
    id: _Text = "",
    name: _Text = "",
    category: _Text = "officer",
    skills: _Text = "",
    post: _Text = "duty",
    first: _Text = "",
    last: _Text = "",
    other: _Text = "",
) -> Response:
    """For chiefs: staff, left, shift, publish, second, recall, certify, grant, approve."""
    rules, station_id = rules_of(console), pick_station(console, station)

    def act(tx: Tx) -> Any:
        return _lead(
            tx, rules, what, station_id, fits("id", id, 40), fits("name", name, 40), category,
            fits("skills", skills, 100), post, first, last, other,
        )  # fmt: skip

    return _done(console, viewer, station, act)


def _done(console: Console, viewer: Viewer, station: str, act: Callable[[Tx], Any]) -> Response:
    """The roster as it is after an act, or what was wrong with it."""

    def said(tx: Tx) -> Any:
        try:
            return act(tx)
        except ValueError as error:
            if isinstance(error, Refused):
                raise
            raise Refused("field_wrong", str(error)) from error

    return do_and_return(
        console, viewer, said, f"/records/rosters?station={pick_station(console, station)}",
        lambda words, status: _show(console, viewer, station, words, status),
    )  # fmt: skip


def _unknown(what: str) -> Refused:
    return Refused("field_wrong", f"There is nothing called {what[:20]!r} to do here.")


@router.get("/records/duty/{staff_id}/{seal}.ics")
def get_duty_feed(console: InConsole, viewer: AsViewer, staff_id: str, seal: str) -> Response:
    """A person's duty as iCalendar, for whoever was given its address; no name is in it."""
    known = console.store.write(
        lambda tx: is_signed(tx, f"duty:{staff_id}", seal), actor="calendar"
    )
    if not known:
        return PlainTextResponse("There is no such calendar.\n", 404)
    mine = Filters(owner_id=staff_id)
    found = console.store.read(lambda c: list_records(c, SHIFT_KIND, mine, limit=1_000))
    board = console.store.board
    feed = write_duty_feed(
        [s for s in found if isinstance(s, Shift)],
        {s: station_name(viewer, board, s) for s in board.stations},
        {"duty": "值班", "duty_leader": "带班"},
        console.room.zone,
        synthetic=any(s.synthetic for s in found),
    )
    return Response(feed, media_type="text/calendar; charset=utf-8")


def _lead(
    tx: Tx, rules: Any, what: str, station_id: str, record_id: str, name: str, category: str,
    skills: str, post: str, first: str, last: str, other: str,
) -> Any:  # fmt: skip
    def days() -> tuple[date, date]:
        return read_span(first, last)

    match what:
        case "staff":
            require_known("category", category, ["officer", "auxiliary", "civilian"])
            listed = [s.strip() for s in skills.replace("，", ",").split(",") if s.strip()]
            return staff_list.add_staff(
                tx, rules, record_id, name, station_id, category, skills=listed
            )
        case "shift":
            begin, end = days()
            require_known("post", post, list_codes("post"))
            at = datetime.combine(begin, time(), rules.zone)
            until = datetime.combine(end + timedelta(days=1), time(), rules.zone)
            return rosters.plan_shift(tx, rules, record_id, post, at, until, station_id=station_id)
        case "publish":
            return rosters.publish_roster(tx, rules, station_id, *days())
        case "second":
            return staff_list.second_staff(tx, rules, record_id, other, *days())
        case "recall":
            return staff_list.recall_staff(tx, rules, record_id, days()[0])
        case "left":
            return staff_list.leave_staff(tx, rules, record_id, name)
        case "certify":
            return staff_list.certify_staff(tx, rules, record_id, name, days()[0])
        case "grant":
            return rosters.grant_leave(tx, rules, record_id)
        case "approve":
            return rosters.approve_swap(tx, rules, record_id)
        case _:
            raise _unknown(what)


def _show(
    console: Console, viewer: Viewer, station: str, problem: str = "", status: int = 200
) -> Response:
    station_id, rules = pick_station(console, station), rules_of(console)
    today = console.store.now().astimezone(viewer.zone).date()
    here, read = Filters(station_ids=(station_id,)), console.store.read
    own = read(lambda c: list_records(c, STAFF_KIND, here, limit=500))
    serving = read(lambda c: staff_list.list_serving(c, station_id, today))
    staff = [*serving, *(s for s in own if s.id not in {o.id for o in serving})]

    def build(tx: Tx) -> Any:
        roster = rosters.list_roster(
            tx, rules, station_id, today, today + timedelta(days=_DAYS - 1)
        )
        return roster, {s.id: sign(tx, f"duty:{s.id}") for s in staff}

    roster, seals = console.store.write(build, actor=viewer.actor)
    return show_record_page(
        console, viewer, "rosters.html", status=status, problem=problem, station_id=station_id,
        lead=viewer.may("roster.lead"), roster=roster, staff=staff, seals=seals, today=today,
        leave=read(lambda c: list_records(c, LEAVE_KIND, here)),
        swaps=read(lambda c: list_records(c, SWAP_KIND, here)),
    )  # fmt: skip
