"""Searching villages and stations by name."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from hubpost.actions.places import list_places as find_places
from hubpost.web.console import AsViewer, InConsole
from hubpost.web.pages import render
from hubpost.web.replies import board_words

router = APIRouter()
_TEXT_LENGTH = 60
_POSITIONS = ("areas.lon", "areas.lat", "stations.lon", "stations.lat")


@router.get("/places")
def list_places(console: InConsole, viewer: AsViewer, q: str = "") -> HTMLResponse:
    """The list under the search field."""
    text = q.strip()[:_TEXT_LENGTH]
    places = find_places(console.room, console.store.board, text)
    return render(
        console,
        viewer,
        "places.html",
        places=places,
        text=text,
        position_label=viewer.labels(console.room.labels.words_for(*_POSITIONS)),
        **board_words(console, viewer),
    )
