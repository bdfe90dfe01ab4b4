"""The guides, for everybody: they hold nothing of any county."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from hubpost.web.console import AsViewer, InConsole
from hubpost.web.help_pages import find_help, find_help_picture, help_html, help_title
from hubpost.web.pages import render
from hubpost.web.viewer import LANGUAGE_COOKIE

router = APIRouter()
_YEAR_S = 365 * 24 * 3600


@router.get("/help")
@router.get("/help/{name}")
def show_help(
    request: Request, console: InConsole, viewer: AsViewer, name: str = "index"
) -> HTMLResponse:
    """A guide in the viewer's language; the first page tells what Hubpost is and lists them."""
    path = find_help(name, viewer.language)
    if path is None:
        raise HTTPException(404)
    answer = render(
        console,
        viewer,
        "help.html",
        title=help_title(path),
        body=help_html(path),
        path=request.url.path,
    )
    if request.query_params.get("lang") == viewer.language:
        answer.set_cookie(LANGUAGE_COOKIE, viewer.language, max_age=_YEAR_S, samesite="lax")
    return answer


@router.get("/help/pictures/{name}")
def get_help_picture(name: str) -> Response:
    """A picture that guides show; kept by the tests of the console in a browser."""
    path = find_help_picture(name)
    if path is None:
        raise HTTPException(404)
    return FileResponse(path, media_type="image/webp", headers={"Cache-Control": "max-age=3600"})
