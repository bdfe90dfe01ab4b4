"""The score sheet of an exercise, while it runs and after it."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hubpost.actions import training
from hubpost.actions.training_score import score_training, sheet_to_json
from hubpost.web.api.replies import as_json, failure
from hubpost.web.console import AsViewer, InConsole
from hubpost.web.pages import render
from hubpost.web.replies import board_words

router = APIRouter()


@router.get("/training")
def show_training(console: InConsole, viewer: AsViewer) -> HTMLResponse:
    """Of the exercise as a whole and of each call; there is no table of people."""
    held = console.store.read(training.find_training)
    sheet = console.store.read(lambda conn: score_training(conn, held)) if held else None
    return render(
        console,
        viewer,
        "training.html",
        training=held,
        sheet=sheet,
        time_words=viewer.labels(console.room.time_words),
        county_name=console.room.county_name,
        **board_words(console, viewer),
    )


@router.get("/training.json")
def get_training(console: InConsole) -> Response:
    """The same as JSON."""
    held = console.store.read(training.find_training)
    if held is None:
        return failure(404, "no_training", "There was no exercise here yet.")
    sheet = console.store.read(lambda conn: score_training(conn, held))
    return as_json(sheet_to_json(held, sheet, console.room.time_words))


@router.post("/training/end")
def end_training(console: InConsole, viewer: AsViewer) -> Response:
    """End the exercise before its time."""
    held = console.store.read(training.find_training)
    if held is not None and held.ended_at is None:
        console.do(viewer, lambda tx: training.end_training(tx, held))
    return RedirectResponse("/training", 303)
