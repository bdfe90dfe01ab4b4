"""The pages of disputes: the list with its patterns, and one case file."""

from datetime import timedelta
from typing import Any

from starlette.responses import Response

from hubpost.actions.records import privacy
from hubpost.actions.records.dispute_patterns import count_disputes, list_repeats, warn_of_waves
from hubpost.model.records.dispute_rule import DISPUTE_KIND
from hubpost.model.refused import Refused
from hubpost.storage.records.links import list_links
from hubpost.storage.records.persons import Person, list_masked
from hubpost.storage.records.reading import (
    Filters,
    find_record,
    list_history,
    list_records,
    search_records,
)
from hubpost.web.console import Console
from hubpost.web.record_pages import do_and_return, rules_of, show_record_page
from hubpost.web.record_refusals import record_refusal
from hubpost.web.record_words import permitted_moves
from hubpost.web.viewer import Viewer

_YEAR_DAYS = 365


def act_on_case(console: Console, viewer: Viewer, case_id: str, action: Any) -> Response:
    """Run an action on a case and show the case, with the refusal where there was one."""
    return do_and_return(
        console, viewer, action, f"/records/disputes/{case_id}",
        lambda text, status: show_case(console, viewer, case_id, text, status),
    )  # fmt: skip


def show_case(
    console: Console, viewer: Viewer, case_id: str, problem: str = "", status: int = 200,
    shown: Person | None = None,
) -> Response:  # fmt: skip
    """One case file; shown: a person whose details were asked for."""
    read = console.store.read
    case = read(lambda c: find_record(c, DISPUTE_KIND, case_id))
    if case is None:
        return show_cases(console, viewer, "", "", "", problem=problem, status=404)
    return show_record_page(
        console,
        viewer,
        "dispute.html",
        status=status,
        case=case,
        masked=read(lambda c: privacy.mask_records(c, [case]))[0],
        moves=[m for m in permitted_moves(DISPUTE_KIND, case) if m != "edit"],
        persons=read(lambda c: list_masked(c, case_id)),
        history=read(lambda c: list_history(c, case_id)),
        links=read(lambda c: list_links(c, "dispute", case_id)),
        exclusions=rules_of(console).lists["mediation_exclusions"],
        shown=shown,
        problem=problem,
    )


def show_cases(
    console: Console, viewer: Viewer, station: str, state: str, q: str, *, problem: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    """Cases, newest first, with repeats of places and causes and waves beside them."""
    now, read = console.store.now(), console.store.read
    filters = Filters(
        station_ids=console.narrow(station),
        states=(state,) if state in DISPUTE_KIND.machine.states else (),
    )
    try:
        found = read(
            lambda c: (
                search_records(c, DISPUTE_KIND, q[:60], filters)
                if q.strip()
                else list_records(c, DISPUTE_KIND, filters)
            )
        )
    except Refused as refused:
        found, problem = [], record_refusal(viewer, refused)
    areas = [a.id for a in console.room.areas]
    stations = filters.station_ids
    return show_record_page(
        console,
        viewer,
        "disputes.html",
        status=status,
        found=read(lambda c: privacy.mask_records(c, found)),
        station_id=station,
        state=state,
        q=q,
        states=DISPUTE_KIND.machine.states,
        areas=console.room.areas,
        repeats=read(lambda c: list_repeats(c, now, stations))[:10],
        waves=read(lambda c: warn_of_waves(c, now, areas)) if areas else None,
        counts=read(lambda c: count_disputes(c, now - timedelta(days=_YEAR_DAYS), now, stations)),
        problem=problem,
    )
