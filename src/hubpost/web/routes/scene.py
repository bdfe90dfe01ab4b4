"""The guided scene: each click takes its next step through the same actions as the console."""

import json
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from hubpost.actions import scenes
from hubpost.actions.scenes import Scene, find_position, scene_fits
from hubpost.model.apply import Refused
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.languages import mark as _
from hubpost.web.pages import render
from hubpost.web.refusals import refusal_text, status_of
from hubpost.web.replies import board_words, show_notice
from hubpost.web.viewer import Viewer

router = APIRouter()


@router.get("/scenes/{scene_id}")
def show_scene(console: InConsole, viewer: AsViewer, scene_id: str) -> Response:
    """The guide, where the scene stands now."""
    scene = _find_scene(console, scene_id)
    return _missing(console, viewer) if scene is None else _show(console, viewer, scene)


@router.post("/scenes/{scene_id}/advance")
def advance_scene(
    console: InConsole,
    viewer: AsViewer,
    scene_id: str,
    run: Annotated[int, Form(ge=1, le=1_000_000)],
    done: Annotated[int, Form(ge=0, le=1_000)],
) -> Response:
    """Take the step the sender was shown, unless another screen has taken it already."""
    scene = _find_scene(console, scene_id)
    if scene is None:
        return _missing(console, viewer)
    try:
        call_id = console.do(
            viewer,
            lambda tx: scenes.advance_scene(
                tx, console.room, scene, run=run, done=done, language=viewer.language[:2]
            ),
        )
    except Refused as refused:
        text = refusal_text(viewer, console.store, refused)
        return _show(console, viewer, scene, status=status_of(refused), problem=text)
    return _show(console, viewer, scene, call_id=call_id or "")


def _show(
    console: Console,
    viewer: Viewer,
    scene: Scene,
    *,
    status: int = 200,
    problem: str = "",
    call_id: str = "",
) -> Response:
    position = console.store.read(lambda conn: find_position(conn, scene))
    language = viewer.language[:2]
    show_call = json.dumps({"hubpost:show-call": {"id": call_id}})
    return render(
        console,
        viewer,
        "scene.html",
        status=status,
        headers={"HX-Trigger": show_call} if call_id else None,
        scene=scene,
        title=scene.title[language],
        position=position,
        next_call=scene.calls[position.next_move.call_idx],
        language=language,
        problem=problem,
        **board_words(console, viewer),
    )


def _find_scene(console: Console, scene_id: str) -> Scene | None:
    """A scene of this county that its board can play."""
    fitting = (s for s in console.scenes if scene_fits(s, console.store.board, console.room))
    return next((s for s in fitting if s.id == scene_id), None)


def _missing(console: Console, viewer: Viewer) -> Response:
    return show_notice(console, viewer, _("There is no such scene here."), status=404)
