"""Saying a refusal to a viewer: what was refused, who was first, what is so now."""

import sqlalchemy as sa

from hubpost.model.apply import Refused
from hubpost.storage.schema import event
from hubpost.storage.store import Store
from hubpost.web.names import call_number, station_name, unit_name
from hubpost.web.refusal_words import INPUT_CODES, REFUSAL, TAKEN_BY
from hubpost.web.viewer import Viewer


def status_of(refused: Refused) -> int:
    """422 when the entry was wrong, 409 when the board stands against it."""
    return 422 if refused.code in INPUT_CODES else 409


def refusal_text(viewer: Viewer, store: Store, refused: Refused, call_id: str = "") -> str:
    """The refusal in words; call_id is the call the dispatcher was working on."""
    board, detail = store.board, refused.detail
    other = detail.get("call_id", "")
    code = refused.code
    if code == "unit_not_available" and other:
        code = "unit_on_this_call" if other == call_id else "unit_on_other_call"
    said = {
        "unit": unit_name(viewer, board, detail.get("unit_id", "")),
        "station": station_name(viewer, board, detail.get("station_id", "")),
        "call": call_number(board, other),
        "activity": viewer.word("activity", detail.get("activity", "")),
    }
    if code not in REFUSAL:
        return str(refused)
    text = viewer.say(REFUSAL[code], **said)
    if code in ("unit_on_this_call", "unit_on_other_call"):
        text += _taken_by(viewer, store, detail["unit_id"], other)
    return text


def _taken_by(viewer: Viewer, store: Store, unit_id: str, call_id: str) -> str:
    """Who sent the unit there, from the newest assignment of it."""
    query = (
        sa.select(event.c.actor, event.c.at)
        .where(event.c.call_id == call_id)
        .where(event.c.unit_id == unit_id)
        .where(event.c.kind == "UnitAssigned")
        .order_by(event.c.id.desc())
    )
    row = store.read(lambda conn: conn.execute(query).first())
    if row is None:
        return ""
    return " " + viewer.say(TAKEN_BY, actor=row.actor, time=viewer.clock_s(row.at))
