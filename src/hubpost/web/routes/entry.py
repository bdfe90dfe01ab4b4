"""The ways in by a one-time link: the first account, a password of one's own, the demo."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from hubpost.actions.identity import accounts
from hubpost.actions.identity.passwords import hash_password
from hubpost.actions.identity.sessions import open_session
from hubpost.actions.identity.tokens import new_token, token_hash
from hubpost.model.apply import Refused
from hubpost.storage.identity.queries import find_account, find_link_name
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.gate.cookies import is_encrypted
from hubpost.web.gate_words import gate_refusal
from hubpost.web.pages import render
from hubpost.web.routes.sign_in import device_of, gate_of, welcome
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]
_OVER = (
    "此链接已失效，请到服务器终端取新的。 This link is over; the server's terminal has a new one.\n"
)
#: Where each role begins.
_STARTS = (
    ("board.view", "/"),
    ("service.handle", "/records/counter"),
    ("record.view", "/records"),
    ("own.tasks", "/records/tasks"),
    ("audit.view", "/log"),
    ("figures.view", "/figures"),
    ("aid.partner", "/partner"),
    ("plan.view", "/plans"),
)


@router.get("/start")
def show_start(viewer: AsViewer) -> Response:
    """The page that a role begins with."""
    return RedirectResponse(next((p for right, p in _STARTS if viewer.may(right)), "/me"), 303)


@router.get("/set-up/{token}")
def show_set_up(request: Request, console: InConsole, viewer: AsViewer, token: str) -> Response:
    """The form of the first account, for who reads the terminal of the server."""
    if not gate_of(request).set_up.fits(token):
        return PlainTextResponse(_OVER, 404)
    return _choose(console, viewer, f"/set-up/{token}", naming=True)


@router.post("/set-up/{token}")
def set_up(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    token: str,
    name: _Text = "",
    display_name: _Text = "",
    password: _Text = "",
    again: _Text = "",
) -> Response:
    """Make the first account, an administrator, and sign it in. There is no default password."""
    gate = gate_of(request)
    if not gate.set_up.fits(token):
        return PlainTextResponse(_OVER, 404)

    def make() -> str:
        hashed = _hash(request, name.strip().casefold(), password, again)
        return console.store.write(
            lambda tx: accounts.set_up(tx, name, display_name[:40], hashed), actor="set-up"
        )

    answer = _enter(request, console, viewer, make, f"/set-up/{token}", naming=True)
    if answer.status_code == 303:
        gate.set_up.take(token)
    return answer


@router.get("/welcome/{token}")
def show_welcome(request: Request, console: InConsole, viewer: AsViewer, token: str) -> Response:
    """The form by which a person chooses a password."""
    gate_of(request)
    now = console.store.now()
    name = console.store.read(lambda c: find_link_name(c, token_hash(token), now))
    if name is None:
        return PlainTextResponse(_OVER, 404)
    return _choose(console, viewer, f"/welcome/{token}", name=name)


@router.post("/welcome/{token}")
def choose_password(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    token: str,
    password: _Text = "",
    again: _Text = "",
) -> Response:
    """Put the password in force and sign in."""
    gate_of(request)
    now = console.store.now()
    name = console.store.read(lambda c: find_link_name(c, token_hash(token), now))
    if name is None:
        return PlainTextResponse(_OVER, 404)

    def put() -> str:
        hashed = _hash(request, name, password, again)
        return console.store.write(lambda tx: accounts.use_link(tx, token, hashed), actor=name)

    return _enter(request, console, viewer, put, f"/welcome/{token}", name=name)


@router.get("/enter/{token}")
def enter_demo(request: Request, console: InConsole, viewer: AsViewer, token: str) -> Response:
    """Sign a browser in as the demo's person, once; the terminal then shows the next link."""
    gate = gate_of(request)
    row = console.store.read(lambda c: find_account(c, gate.demo)) if gate.demo else None
    if row is None or not gate.enter.take(token):
        return PlainTextResponse(_OVER, 404)
    session = _open(request, console, row.id, row.name)
    return welcome(request, gate, session, "/", page=(console, viewer))


def _hash(request: Request, name: str, password: str, again: str) -> str:
    if not is_encrypted(request):
        raise Refused("not_encrypted", "Choose a password by https only.")
    if password != again:
        raise Refused("passwords_differ", "The two passwords are not the same.")
    return hash_password(password, name)


def _enter(
    request: Request,
    console: Console,
    viewer: Viewer,
    make: Callable[[], str],
    path: str,
    **form: Any,
) -> Response:
    try:
        account_id = make()
    except Refused as refused:
        problem = gate_refusal(viewer, refused)
        return _choose(console, viewer, path, problem=problem, status=422, **form)
    return welcome(request, gate_of(request), _open(request, console, account_id, "set-up"), "/me")


def _open(request: Request, console: Console, account_id: str, actor: str) -> str:
    token = new_token()
    device = device_of(request)
    console.store.write(lambda tx: open_session(tx, account_id, token, device), actor=actor)
    return token


def _choose(
    console: Console,
    viewer: Viewer,
    path: str,
    *,
    naming: bool = False,
    name: str = "",
    problem: str = "",
    status: int = 200,
) -> HTMLResponse:
    return render(
        console, viewer, "gate/choose.html", status=status, path=path, naming=naming, name=name,
        problem=problem,
    )  # fmt: skip
