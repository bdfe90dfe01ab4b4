"""The visit: one screen on a phone, kept on the device without signal, sent when there is some."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from hubpost.actions.records.extra_fields import list_fields
from hubpost.actions.records.visits import VisitReport
from hubpost.actions.records.visits import record_visit as keep_visit
from hubpost.model.records.dispute import DisputeCategory
from hubpost.model.records.visit import VISIT_KIND, VisitPlace
from hubpost.model.refused import Refused
from hubpost.storage.records.reading import Filters, list_records
from hubpost.storage.transaction import Tx
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.languages import mark as _
from hubpost.web.record_entries import fits
from hubpost.web.record_pages import LINE, pick_station, rules_of, show_record_page
from hubpost.web.record_refusals import record_refusal, record_status

router = APIRouter()
_STATIC = Path(__file__).parents[2] / "static"
VISIT_WORDS = {
    "online": _("connected"),
    "offline": _("no signal: what you enter is kept and sent later"),
    "queued": _("kept on this device, not sent yet"),
    "sent": _("Recorded."),
    "kept": _("Kept on this device."),
    "refused": _("was not taken"),
    "again": _("Send again"),
    "dismiss": _("Dismiss"),
    "signed_out": _("You are signed out; what you entered is kept and sent after signing in."),
    "sign_in": _("Sign in"),
}


VISIT_UNREADABLE = _(
    "This visit could not be read: expected a place from the list and times with their zone. "
    "Enter it again."
)
#: An entry older than this is a slip of the phone's clock, or no use any more.
OLDEST = timedelta(days=366)


class _Sent(msgspec.Struct):
    """One visit as a phone sends it; times by the phone's own clock."""

    id: str
    place: VisitPlace
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    sent_at: Annotated[datetime, msgspec.Meta(tz=True)]
    station_id: str = ""
    area_id: str = ""
    place_ref: str = ""
    note: str = ""
    second_id: str = ""
    dispute: str = ""
    dispute_category: DisputeCategory = DisputeCategory.OTHER
    hazard: str = ""
    extra: dict[str, str] = {}


@router.get("/records/visit")
def show_visit(console: InConsole, viewer: AsViewer, station: str = "") -> Response:
    """The one screen, and the last visits of whoever looks."""
    mine = Filters(owner_id=viewer.actor)
    station_id, rules = pick_station(console, station), rules_of(console)
    today = console.store.now().astimezone(viewer.zone).date()
    return show_record_page(
        console,
        viewer,
        "visit.html",
        station_id=station_id,
        areas=[a for a in console.room.areas if a.station_id == station_id],
        recent=console.store.read(lambda c: list_records(c, VISIT_KIND, mine, limit=10)),
        added=list_fields(rules, "visit", today),
        words={key: viewer.say(text) for key, text in VISIT_WORDS.items()},
    )


@router.post("/records/visits")
async def record_visit(request: Request, console: InConsole, viewer: AsViewer) -> Response:
    """Take one visit; sent twice under one id it is taken once. Answers in JSON."""
    try:
        sent = msgspec.json.decode(await request.body(), type=_Sent)
    except msgspec.DecodeError:
        words = viewer.say(VISIT_UNREADABLE)
        return JSONResponse({"code": "unreadable", "message": words}, 422)
    return await run_in_threadpool(_take, console, viewer, sent)


@router.get("/records/visit/worker.js", include_in_schema=False)
def get_visit_worker() -> FileResponse:
    """The service worker of the visit page."""
    return FileResponse(
        _STATIC / "js" / "visit_worker.js",
        media_type="text/javascript",
        headers={"Service-Worker-Allowed": "/records/visit"},
    )


@router.get("/records/visit/manifest.json", include_in_schema=False)
def get_visit_manifest(viewer: AsViewer) -> JSONResponse:
    """What makes the page installable."""
    return JSONResponse(
        {
            "name": "枢所走访",
            "short_name": "走访",
            "start_url": "/records/visit",
            "scope": "/records/visit",
            "display": "standalone",
            "icons": [{"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml"}],
        },
        media_type="application/manifest+json",
    )


def _take(console: Console, viewer: Any, sent: _Sent) -> Response:
    rules = rules_of(console)

    def keep(tx: Tx) -> Any:
        # The phone's clock may be wrong; how long ago it was is right.
        age = max(sent.sent_at - sent.at, timedelta(0))
        if age > OLDEST:
            raise Refused("visit_old", "Expected a visit of the last year. Correct its time.")
        return keep_visit(tx, rules, _report(console, sent), at=tx.now - age)

    try:
        visit = console.do(viewer, keep)
    except Refused as refused:
        words = {"code": refused.code, "message": record_refusal(viewer, refused)}
        return JSONResponse(words, record_status(refused))
    return JSONResponse({"id": visit.id, "number": visit.number}, 201)


def _report(console: Console, sent: _Sent) -> VisitReport:
    area = next((a for a in console.room.areas if a.id == sent.area_id), None)
    if sent.area_id and area is None:
        raise Refused("area_unknown", f"There is no village {sent.area_id[:40]!r}.")
    return VisitReport(
        station_id=area.station_id if area else pick_station(console, sent.station_id),
        place=sent.place,
        area_id=area.id if area else None,
        place_ref=fits("ref", sent.place_ref, 60),
        note=fits("note", sent.note, LINE),
        second_id=sent.second_id[:40],
        dispute=fits("title", sent.dispute, LINE),
        dispute_category=sent.dispute_category,
        hazard=fits("title", sent.hazard, LINE),
        extra={name: text[:LINE] for name, text in sent.extra.items() if text.strip()},
        id=sent.id[:40],
    )
