"""Signing in and out: name and password, then a code; or by way of the county's own provider."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Form
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hubpost.actions.identity import oidc
from hubpost.actions.identity import sign_in as identity
from hubpost.model.apply import Refused
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.gate.cookies import drop_cookie, is_encrypted, read_cookie, set_cookie
from hubpost.web.gate.gate import Gate
from hubpost.web.gate.refusals import address_of, too_often
from hubpost.web.gate_words import gate_refusal
from hubpost.web.pages import render
from hubpost.web.viewer import LANGUAGE_COOKIE, Viewer

router = APIRouter()
_Text = Annotated[str, Form()]
_MINUTES_S = 300
_YEAR_S = 365 * 24 * 3600


def gate_of(request: Request) -> Gate:
    """The gate of this console. Raises HTTPException 404 where nobody signs in."""
    gate: Gate | None = request.scope.get("hubpost_gate")
    if gate is None:
        raise HTTPException(404)
    return gate


@router.get("/sign-in")
def show_sign_in(
    request: Request, console: InConsole, viewer: AsViewer, next: str = ""
) -> Response:
    """The form; in the demo, where to find its link."""
    gate = gate_of(request)
    page = _form(console, viewer, gate, next)
    if request.query_params.get("lang") == viewer.language:
        page.set_cookie(LANGUAGE_COOKIE, viewer.language, max_age=_YEAR_S, samesite="lax")
    return page


@router.post("/sign-in")
def sign_in(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    name: _Text = "",
    password: _Text = "",
    next: _Text = "",
) -> Response:
    """Name and password; who has one-time codes is asked for one next."""
    gate = gate_of(request)
    if not is_encrypted(request):
        refused = Refused("not_encrypted", "Sign in by https only.")
        return _form(console, viewer, gate, next, refused=refused)
    slow = _slow_down(request, gate, name)
    if slow is not None:
        return slow
    try:
        token = identity.sign_in(
            console.store, gate.keyring, name[:60], password[:300], "", device_of(request)
        )
    except Refused as refused:
        if refused.code != "code_needed":
            return _form(console, viewer, gate, next, refused=refused)
        page = render(console, viewer, "gate/code.html", next=next, problem="")
        proof = identity.prove_password(console.store, gate.keyring, name[:60])
        set_cookie(request, page, "pending", proof, _MINUTES_S)
        return page
    return welcome(request, gate, token, next)


@router.post("/sign-in/code")
def sign_in_code(
    request: Request, console: InConsole, viewer: AsViewer, code: _Text = "", next: _Text = ""
) -> Response:
    """The six digits, within five minutes of the password."""
    gate = gate_of(request)
    wait = gate.limits.take("sign_in_address", address_of(request))
    if wait:
        return too_often(request, wait)
    proof = read_cookie(request, "pending")
    try:
        token = identity.sign_in_with_code(
            console.store, gate.keyring, proof, code[:12] or "-", device_of(request)
        )
    except Refused as refused:
        if refused.code == "sign_in_wrong":
            words = gate_refusal(viewer, refused)
            return render(console, viewer, "gate/code.html", status=422, next=next, problem=words)
        return _form(console, viewer, gate, next, refused=refused)
    answer = welcome(request, gate, token, next)
    drop_cookie(request, answer, "pending")
    return answer


@router.post("/sign-out")
def sign_out(request: Request, console: InConsole) -> Response:
    """End this browser's session."""
    gate_of(request)
    token = read_cookie(request, "session")
    person = identity.find_signed_in(console.store, token, touch=False) if token else None
    if person is not None:
        console.store.write(lambda tx: identity.sign_out(tx, token), actor=person.name)
    answer = RedirectResponse("/sign-in", 303)
    drop_cookie(request, answer, "session")
    return answer


@router.get("/sign-in/oidc")
async def begin_single_sign_on(request: Request, console: InConsole, viewer: AsViewer) -> Response:
    """Send the browser to the provider."""
    gate = gate_of(request)
    if gate.oidc is None:
        raise HTTPException(404)
    back = str(request.url_for("finish_single_sign_on"))
    try:
        url, going = await run_in_threadpool(oidc.depart, gate.oidc, back)
    except Refused as refused:
        return _form(console, viewer, gate, "", refused=refused)
    answer = RedirectResponse(url, 303)
    sealed = gate.keyring.seal(msgspec.json.encode(going).decode())
    set_cookie(request, answer, "oidc", sealed, _MINUTES_S, lax=True)
    return answer


@router.get("/sign-in/oidc/back")
async def finish_single_sign_on(request: Request, console: InConsole, viewer: AsViewer) -> Response:
    """Where the provider sends the browser back to."""
    gate = gate_of(request)
    if gate.oidc is None:
        raise HTTPException(404)
    try:
        going = _departure(gate, read_cookie(request, "oidc"))
        token = await run_in_threadpool(
            oidc.arrive, console.store, gate.oidc, going, request.query_params, device_of(request)
        )
    except Refused as refused:
        answer: Response = _form(console, viewer, gate, "", refused=refused)
    else:
        answer = welcome(request, gate, token, "/", page=(console, viewer))
    drop_cookie(request, answer, "oidc")
    return answer


def welcome(
    request: Request,
    gate: Gate,
    token: str,
    next: str,
    *,
    page: tuple[Console, Viewer] | None = None,
) -> Response:
    """Give the browser its session and lead it on.

    page: who comes from another site is led on by a page of ours, because a browser does not send
    strict cookies along a redirect that began elsewhere.
    """
    where = next if next.startswith("/") and not next.startswith(("//", "/\\")) else "/start"
    answer: Response = (
        RedirectResponse(where, 303)
        if page is None
        else render(*page, "gate/entered.html", where=where)
    )
    set_cookie(request, answer, "session", token, int(gate.sessions.absolute.total_seconds()))
    return answer


def device_of(request: Request) -> str:
    """What a session is known by in the list of devices: the browser, and where it asked from."""
    agent = request.headers.get("user-agent", "")[:70]
    return f"{agent} {address_of(request)}".strip()


def _slow_down(request: Request, gate: Gate, name: str) -> Response | None:
    waits = (
        gate.limits.take("sign_in_address", address_of(request)),
        gate.limits.take("sign_in_account", name.strip().casefold()[:60]),
    )
    return too_often(request, max(waits)) if any(waits) else None


def _departure(gate: Gate, sealed: str) -> oidc.Departure:
    try:
        return msgspec.json.decode(gate.keyring.unseal(sealed), type=oidc.Departure)
    except (ValueError, msgspec.DecodeError):
        raise Refused(
            "oidc_wrong", "The way to the provider began in no browser of ours."
        ) from None


def _form(
    console: Console, viewer: Viewer, gate: Gate, next: str, *, refused: Refused | None = None
) -> HTMLResponse:
    return render(
        console,
        viewer,
        "gate/sign_in.html",
        status=422 if refused else 200,
        problem=gate_refusal(viewer, refused) if refused else "",
        next=next[:300],
        oidc=gate.oidc,
        demo=bool(gate.demo),
    )
