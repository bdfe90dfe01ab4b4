"""Saying the reasons of an advice to a viewer."""

from hubpost.dispatch.recommendation import Reason
from hubpost.model.board import Board
from hubpost.web.names import station_name, unit_name
from hubpost.web.reason_words import OWN_BUSY_FAR, REASON
from hubpost.web.viewer import Viewer, minutes


def reason_text(viewer: Viewer, board: Board, reason: Reason) -> str:
    """A reason in words; a code without words is shown as it is, rather than hidden."""
    facts = dict(reason.facts)
    said = {
        **facts,
        "station": station_name(viewer, board, str(facts.get("station_id", ""))),
        "unit": unit_name(viewer, board, str(facts.get("unit_id", ""))),
        "minutes": minutes(float(facts.get("eta_s", float("inf")))),
    }
    text = viewer.say(REASON.get(reason.code, reason.code), **said)
    if reason.code == "own_busy" and "eta_s" in facts:
        text = _join(viewer, text, viewer.say(OWN_BUSY_FAR, **said))
    return text


def _join(viewer: Viewer, *sentences: str) -> str:
    return ("" if viewer.language == "zh_CN" else " ").join(sentences)
