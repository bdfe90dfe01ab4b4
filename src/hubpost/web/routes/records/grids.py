"""Grids: police grids and their leads, gaps of minimum units, rounds, drills, volunteers."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import JSONResponse, Response

from hubpost.actions.records import grids
from hubpost.model.records.grid import (
    BEAT_PLAN_KIND,
    CALL_OUT_KIND,
    CONSENT_KIND,
    POLICE_GRID_KIND,
    POSTING_KIND,
    BeatPlan,
    PoliceGrid,
    Posting,
)
from hubpost.model.records.minimum_unit import UnitGap, count_gaps
from hubpost.model.refused import Refused
from hubpost.storage.records.persons import Person
from hubpost.storage.records.reading import Filters, list_records
from hubpost.storage.transaction import Tx
from hubpost.web import record_map
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.member_words import ROLE
from hubpost.web.record_entries import fits
from hubpost.web.record_pages import LINE, do_and_return, pick_station, rules_of, show_record_page
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]
_CONSENT_TEXT = "1"
_ACTIVE = Filters(states=("active",))


@router.get("/records/grids")
def show_grids(console: InConsole, viewer: AsViewer, station: str = "") -> Response:
    """A station's police grids over its village grids, and what its minimum units lack."""
    return _show(console, viewer, station)


@router.get("/api/records/grids")
def get_grid_map(console: InConsole, station: str = "") -> Response:
    """GeoJSON of a station's grids, officers and latest round; of the county where none is named.

    Each grid says whether its police grid's minimum unit has a gap; the page says the same.
    """
    rules, read = rules_of(console), console.store.read
    every = [g for g in read(lambda c: list_records(c, POLICE_GRID_KIND, _ACTIVE, limit=5_000))
             if isinstance(g, PoliceGrid)]  # fmt: skip
    here = [g.id for g in every if station in ("", g.station_id)]
    gaps = _gaps(console, rules, here)
    mine = Filters(station_ids=(station,) if station else (), states=("serving",))
    posts = [p for p in read(lambda c: list_records(c, POSTING_KIND, mine, limit=1_000))
             if isinstance(p, Posting)]  # fmt: skip
    areas = [a for a in console.room.areas if a.station_id in console.store.board.stations]
    shapes = record_map.grid_features(every, areas, gaps, station)
    found = [*shapes, *record_map.posting_features(posts, areas)]
    for plan in _latest_rounds(console, station):
        found += record_map.round_features(console, plan)
    return JSONResponse({"type": "FeatureCollection", "features": found})


def _gaps(console: Console, rules: Any, grid_ids: list[str]) -> list[UnitGap]:
    store = console.store
    return store.read(lambda c: grids.list_unit_gaps(c, store.board, rules, grid_ids, store.now()))


def _latest_rounds(console: Console, station: str) -> list[BeatPlan]:
    """The last round of a station, unless it was dropped."""
    if not station:
        return []
    mine = Filters(station_ids=(station,), states=("proposed", "chosen"))
    found = console.store.read(lambda c: list_records(c, BEAT_PLAN_KIND, mine, limit=1))
    return [p for p in found if isinstance(p, BeatPlan)]


@router.post("/records/grids/{what}")
def change_grid(
    console: InConsole,
    viewer: AsViewer,
    what: str,
    station: _Text = "",
    id: _Text = "",
    grid: _Text = "",
    text: _Text = "",
    member: _Text = "",
    phone: _Text = "",
    yes: _Text = "",
    stops: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """lead, propose, choose, drop, call_out, answer, arrive, review, consent, withdraw."""
    rules, station_id = rules_of(console), pick_station(console, station)

    def act(tx: Tx) -> Any:
        return _change(
            tx, rules, console, what, station_id, id, grid, fits("text", text, LINE),
            fits("member", member, 60), fits("phone", phone, 30), yes == "yes", stops,
        )  # fmt: skip

    return do_and_return(
        console, viewer, act, f"/records/grids?station={station_id}",
        lambda words, status: _show(console, viewer, station, words, status),
    )  # fmt: skip


def _change(
    tx: Tx, rules: Any, console: Console, what: str, station_id: str, record_id: str, grid: str,
    text: str, member: str, phone: str, yes: bool, stops: list[str],
) -> Any:  # fmt: skip
    match what:
        case "lead":
            return grids.assign_lead(tx, rules, record_id, member)
        case "propose":
            return grids.propose_beat(tx, rules, console.room, station_id)
        case "choose":
            return grids.choose_beat(tx, rules, record_id, stops)
        case "drop":
            return grids.drop_beat(tx, rules, record_id, text)
        case "call_out":
            return grids.call_out(tx, rules, grid)
        case "answer" | "arrive":
            return grids.answer_call_out(tx, rules, record_id, member, arrived=what == "arrive")
        case "review":
            return grids.review_call_out(tx, rules, record_id, text)
        case "consent":
            person = Person("", member, phone)
            return grids.give_consent(
                tx, rules, grid, station_id, person, text_version=_CONSENT_TEXT, adult=yes
            )
        case "withdraw":
            return grids.withdraw_consent(tx, rules, record_id)
        case _:
            raise Refused("field_wrong", f"There is nothing called {what[:20]!r} to do here.")


def _show(
    console: Console, viewer: Viewer, station: str, problem: str = "", status: int = 200
) -> Response:
    station_id, rules, read = pick_station(console, station), rules_of(console), console.store.read
    mine = Filters(station_ids=(station_id,))
    active = replace(mine, states=("active",))
    held = read(lambda c: list_records(c, POLICE_GRID_KIND, active, limit=500))
    villages = [g for one in held if isinstance(one, PoliceGrid) for g in one.village_grid_ids]
    gaps = _gaps(console, rules, [g.id for g in held])
    return show_record_page(
        console, viewer, "grids.html", status=status, problem=problem, station_id=station_id,
        grids=held, gaps={g.grid_id: g for g in gaps}, role_words=ROLE,
        grid_name=lambda i: next((g.title for g in held if g.id == i), i),
        gap_counts=count_gaps(gaps),
        village_count=len(villages),
        postings=read(lambda c: list_records(c, POSTING_KIND, mine, limit=200)),
        beats=read(lambda c: list_records(c, BEAT_PLAN_KIND, mine, limit=5)),
        drills=read(lambda c: list_records(c, CALL_OUT_KIND, mine, limit=10)),
        consents=read(lambda c: list_records(c, CONSENT_KIND, mine, limit=50)),
    )  # fmt: skip
