"""Minimum units: the members and gaps of a station for its chiefs, and each member's own page."""

from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from hubpost.actions import member_links, minimum_units
from hubpost.actions.records.grids import list_unit_gaps
from hubpost.model.apply import Refused
from hubpost.model.member import MemberRole
from hubpost.model.records.grid import POLICE_GRID_KIND, PoliceGrid
from hubpost.model.records.minimum_unit import UnitGap, count_gaps
from hubpost.storage.records.drawn_grids import read_unit_grids
from hubpost.storage.records.reading import Filters, list_records
from hubpost.storage.transaction import Tx
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.member_words import DO_AND_NEVER, ROLE
from hubpost.web.pages import render
from hubpost.web.record_pages import pick_station, rules_of, show_record_page
from hubpost.web.refusals import refusal_text, status_of
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]
_OVER = "此链接已失效，请向派出所索取新的。 This link is over; ask the station for a new one.\n"


@router.get("/members")
def show_members(console: InConsole, viewer: AsViewer, station: str = "") -> HTMLResponse:
    """A station's members by police grid, and the grids whose unit lacks somebody."""
    return _show(console, viewer, pick_station(console, station))


@router.post("/members/{what}")
def change_member(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    what: str,
    station: _Text = "",
    member: _Text = "",
    role: _Text = "",
    grid: _Text = "",
    phone: _Text = "",
) -> HTMLResponse:
    """add, confirm, remove, or link: a fresh page for the member, shown once."""
    station_id = pick_station(console, station)

    def do(tx: Tx) -> str:
        if what == "add":
            return _add(tx, console, station_id, member.strip(), role, grid.strip(), phone)
        known = tx.board.members.get(member)
        if known is None or known.member.station_id != station_id:
            raise Refused("member_unknown", f"Member {member} is on no list of {station_id}.")
        if what == "link":
            return member_links.make_member_link(tx, member)
        steps: dict[str, Callable[[Tx, str], None]] = {
            "confirm": minimum_units.confirm_member,
            "remove": minimum_units.remove_member,
        }
        if what not in steps:
            raise Refused("step_unknown", "Expected add, confirm, remove or link.")
        steps[what](tx, member)
        return ""

    try:
        code = console.do(viewer, do)
    except Refused as refused:
        text = refusal_text(viewer, console.store, refused)
        return _show(console, viewer, station_id, problem=text, status=status_of(refused))
    link = str(request.url_for("open_member_page", code=code)) if code else ""
    return _show(console, viewer, station_id, link=link, linked_id=member)


@router.get("/member/{code}")
def open_member_page(console: InConsole, viewer: AsViewer, code: str) -> Response:
    """What a member is alerted to, and nothing else."""
    return _member_page(console, viewer, code, "member.html")


@router.get("/member/{code}/panel")
def show_member_panel(console: InConsole, viewer: AsViewer, code: str) -> Response:
    """The moving part of the member's page."""
    return _member_page(console, viewer, code, "member_panel.html")


@router.post("/member/{code}")
def answer_member_alert(
    console: InConsole, viewer: AsViewer, code: str, alert: _Text = "", answer: _Text = ""
) -> Response:
    """The one tap: coming, cannot, or there."""
    store = console.store
    member_id = store.read(lambda conn: member_links.find_member_id(conn, code, store.now()))
    if member_id is None:
        return PlainTextResponse(_OVER, 404)

    def do(tx: Tx) -> None:
        if answer == "there":
            minimum_units.member_arrives(tx, alert, member_id)
        elif answer in ("coming", "cannot"):
            minimum_units.answer_alert(tx, alert, member_id, coming=answer == "coming")
        else:
            raise Refused("step_unknown", "Expected coming, cannot or there.")

    try:
        store.write(do, actor=f"member:{member_id}")
    except Refused as refused:
        text = refusal_text(viewer, store, refused)
        return _member_page(
            console, viewer, code, "member.html", problem=text, status=status_of(refused)
        )
    return _member_page(console, viewer, code, "member.html")


def _add(
    tx: Tx, console: Console, station_id: str, member_id: str, role: str, grid: str, phone: str
) -> str:
    """Put somebody on the list, in a grid that is drawn; answers the code of the page.

    grid: a police grid's id for who belongs to all of it, else that of a village grid in it.
    """
    area_id = _area_of(_grids(console, (station_id,)), grid)
    if area_id is None or role not in set(MemberRole) or not member_id.isprintable():
        raise Refused("member_incomplete", "Expected a grid of the station and a role.")
    if not 1 <= len(member_id) <= 60 or member_id in tx.board.members:
        raise Refused("member_known", f"The mark {member_id!r} is taken, empty or too long.")
    minimum_units.list_member(
        tx, member_id, MemberRole(role), grid, area_id, station_id, phone=phone[:30]
    )
    return member_links.make_member_link(tx, member_id)


def _grids(console: Console, station_ids: tuple[str, ...]) -> list[PoliceGrid]:
    mine = Filters(station_ids=station_ids, states=("active",))
    held = console.store.read(lambda c: list_records(c, POLICE_GRID_KIND, mine, limit=5_000))
    return [g for g in held if isinstance(g, PoliceGrid)]


def _area_of(grids: list[PoliceGrid], grid_id: str) -> str | None:
    return next(
        (g.area_ids[0] for g in grids if grid_id in (g.id, *g.village_grid_ids) and g.area_ids),
        None,
    )


def _show(
    console: Console,
    viewer: Viewer,
    station_id: str,
    *,
    problem: str = "",
    link: str = "",
    linked_id: str = "",
    status: int = 200,
) -> HTMLResponse:
    store = console.store
    members = [m for m in store.board.members.values() if m.member.station_id == station_id]
    grids = _grids(console, (station_id,))
    gaps = _gaps(console, [g.id for g in grids])
    names = {g.id: g.title for g in grids}
    drawn = store.read(read_unit_grids)
    return show_record_page(
        console,
        viewer,
        "members.html",
        status=status,
        problem=problem,
        link=link,
        linked_id=linked_id,
        station_id=station_id,
        members=sorted(
            members,
            key=lambda m: (drawn.unit_of(m.member.grid_id), m.member.role, m.member.id),
        ),
        unit_name=lambda grid_id: names.get(drawn.unit_of(grid_id), ""),
        linked=store.read(lambda conn: member_links.list_linked(conn, store.now())),
        gaps=gaps,
        counts=count_gaps(gaps),
        areas={g.id: g.area_ids[0] if g.area_ids else "" for g in grids},
        grids=grids,
        overview=_overview(console),
        roles=[r.value for r in MemberRole],
        role_words=ROLE,
    )


def _gaps(console: Console, grid_ids: list[str]) -> list[UnitGap]:
    store, rules = console.store, rules_of(console)
    return store.read(lambda c: list_unit_gaps(c, store.board, rules, grid_ids, store.now()))


def _overview(console: Console) -> list[tuple[str, int, int]]:
    """Each station in reach with its police grids and how many units have a gap."""
    stations = tuple(console.stations)
    of = {grid.id: grid.station_id for grid in _grids(console, stations)}
    gaps = _gaps(console, list(of))
    in_all, lacking = Counter(of.values()), Counter(of[g.grid_id] for g in gaps)
    return [(s, in_all[s], lacking[s]) for s in stations]


def _member_page(
    console: Console,
    viewer: Viewer,
    code: str,
    template: str,
    *,
    problem: str = "",
    status: int = 200,
) -> Response:
    store = console.store
    board = store.board
    member_id = store.read(lambda conn: member_links.find_member_id(conn, code, store.now()))
    known = board.members.get(member_id or "")
    if member_id is None or known is None:
        return PlainTextResponse(_OVER, 404)
    calls = [board.calls[i] for i in minimum_units.list_own_alerts(board, member_id)]
    mine: list[tuple[Any, Any, bool]] = [
        (
            c.call,
            next(a for a in c.alerts if a.member_id == member_id),
            minimum_units.is_stood_down(c.call),
        )
        for c in calls
    ]
    return render(
        console,
        viewer,
        template,
        status=status,
        problem=problem,
        code=code,
        member=known.member,
        alerts=mine,
        role_words=ROLE,
        area_names={a.id: a.name for a in console.room.areas},
        rule=DO_AND_NEVER,
        county_name=console.room.county_name,
    )
