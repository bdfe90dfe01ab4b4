"""Saying the reasons of an advice to a viewer."""

from math import inf

from hubpost.dispatch.recommendation import Reason
from hubpost.model.board import Board
from hubpost.web.names import station_name, unit_name
from hubpost.web.reason_words import ESCALATED_TO, NOTE, OWN_BUSY_FAR, REASON
from hubpost.web.viewer import Viewer, minutes


def reason_text(viewer: Viewer, board: Board, reason: Reason) -> str:
    """A reason or note in words; a code without words is shown as it is, rather than hidden."""
    said = _facts(viewer, board, reason)
    text = viewer.say({**REASON, **NOTE}.get(reason.code, reason.code), **said)
    if reason.code == "own_busy" and "eta_s" in reason.facts:
        text = _join(viewer, text, viewer.say(OWN_BUSY_FAR, **said))
    return text


def _facts(viewer: Viewer, board: Board, reason: Reason) -> dict[str, object]:
    facts = dict(reason.facts)
    return {
        **facts,
        "station": station_name(viewer, board, str(facts.get("station_id", ""))),
        "unit": unit_name(viewer, board, str(facts.get("unit_id", ""))),
        "minutes": minutes(float(facts.get("eta_s", inf))),
        "age": minutes(float(facts.get("age_s", inf))),
        "tier": viewer.say(ESCALATED_TO.get(str(facts.get("tier", 0)), "")),
    }


def _join(viewer: Viewer, *sentences: str) -> str:
    return ("" if viewer.language == "zh_CN" else " ").join(sentences)
