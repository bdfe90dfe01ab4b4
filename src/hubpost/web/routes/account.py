"""One's own account: roles, devices, password, one-time codes."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hubpost.actions.identity import accounts, sessions, sign_in
from hubpost.actions.identity.passwords import hash_password, verify_password
from hubpost.actions.identity.tokens import token_hash
from hubpost.model.apply import Refused
from hubpost.storage.identity.queries import find_account, list_sessions
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.gate.cookies import ROLE_COOKIE
from hubpost.web.gate.proof import grant_key
from hubpost.web.gate.visitor import Visitor
from hubpost.web.gate_words import ROLE, SCOPE, gate_refusal
from hubpost.web.pages import render
from hubpost.web.routes.records.counter import qr_image
from hubpost.web.routes.sign_in import gate_of
from hubpost.web.viewer import LANGUAGE_COOKIE, Viewer

router = APIRouter()
_Text = Annotated[str, Form()]
_YEAR_S = 365 * 24 * 3600


@router.get("/me")
def show_me(request: Request, console: InConsole, viewer: AsViewer) -> Response:
    """Who I am here, and on which devices."""
    page = _show(request, console, viewer)
    if request.query_params.get("lang") == viewer.language:
        page.set_cookie(LANGUAGE_COOKIE, viewer.language, max_age=_YEAR_S, samesite="lax")
    return page


@router.post("/me/role")
def choose_role(request: Request, role: _Text = "") -> Response:
    """Act with one of one's roles, or with all of them; it can only take rights away."""
    visitor = _visitor(request)
    answer = RedirectResponse("/start", 303)
    if role in {grant_key(g) for g in visitor.person.grants}:
        answer.set_cookie(ROLE_COOKIE, role, max_age=_YEAR_S, samesite="strict", httponly=True)
    else:
        answer.delete_cookie(ROLE_COOKIE)
    return answer


@router.post("/me/devices/{session_id}/end")
def end_device(request: Request, console: InConsole, viewer: AsViewer, session_id: str) -> Response:
    """Sign one of my devices out."""
    me = _visitor(request).person
    return _act(
        request, console, viewer, lambda tx: sessions.end_session(tx, me.account_id, session_id)
    )


@router.post("/me/devices/end-others")
def end_other_devices(request: Request, console: InConsole, viewer: AsViewer) -> Response:
    """Sign out everywhere but here."""
    me = _visitor(request)
    return _act(
        request, console, viewer,
        lambda tx: sessions.end_other_sessions(tx, me.person.account_id, me.token),
    )  # fmt: skip


@router.post("/me/password")
def change_password(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    present: _Text = "",
    password: _Text = "",
    again: _Text = "",
) -> Response:
    """A new password, given the present one; every other device is signed out."""
    me = _visitor(request)
    row = console.store.read(lambda c: find_account(c, me.person.name))
    try:
        if row is None or not verify_password(row.password_hash, present[:300]):
            raise Refused("password_wrong", "The present password is not right.")
        if password != again:
            raise Refused("passwords_differ", "The two passwords are not the same.")
        hashed = hash_password(password, me.person.name)
    except Refused as refused:
        return _show(request, console, viewer, refused)
    account_id, token = me.person.account_id, me.token
    return _act(
        request, console, viewer,
        lambda tx: accounts.change_password(tx, account_id, hashed, token),
    )  # fmt: skip


@router.post("/me/codes")
def begin_totp(request: Request, console: InConsole, viewer: AsViewer) -> Response:
    """A new secret for the telephone's app, shown once as a QR code; not yet in force."""
    me, keyring = _visitor(request).person, gate_of(request).keyring
    address = console.do(viewer, lambda tx: sign_in.begin_totp(tx, keyring, me.account_id))
    return _show(request, console, viewer, address=address)


@router.post("/me/codes/confirm")
def confirm_totp(
    request: Request, console: InConsole, viewer: AsViewer, code: _Text = ""
) -> Response:
    """Put the codes in force with a first right one."""
    me, keyring = _visitor(request).person, gate_of(request).keyring
    return _act(
        request, console, viewer,
        lambda tx: sign_in.confirm_totp(tx, keyring, me.account_id, code[:12]),
    )  # fmt: skip


def _visitor(request: Request) -> Visitor:
    gate_of(request)
    visitor: Visitor = request.scope["hubpost_visitor"]
    return visitor


def _act(request: Request, console: Console, viewer: Viewer, action: Any) -> Response:
    try:
        console.do(viewer, action)
    except Refused as refused:
        return _show(request, console, viewer, refused)
    return RedirectResponse("/me", 303)


def _show(
    request: Request,
    console: Console,
    viewer: Viewer,
    refused: Refused | None = None,
    *,
    address: str = "",
) -> Response:
    me = _visitor(request)
    row = console.store.read(lambda c: find_account(c, me.person.name))
    devices = console.store.read(lambda c: list_sessions(c, me.person.account_id))
    limits, now = gate_of(request).sessions, console.store.now()
    open_ones = [
        d
        for d in devices
        if d.last_seen_at > now - limits.idle and d.created_at > now - limits.absolute
    ]
    return render(
        console,
        viewer,
        "gate/me.html",
        status=422 if refused else 200,
        problem=gate_refusal(viewer, refused) if refused else "",
        person=me.person,
        account=row,
        chosen={grant_key(g) for g in me.grants} if me.grants != me.person.grants else set(),
        grants=[(grant_key(g), g) for g in me.person.grants],
        roles=ROLE,
        scopes=SCOPE,
        running=lambda g: g.runs_at(now),
        devices=[(sessions.session_id(d.token_hash), d) for d in open_ones],
        here=sessions.session_id(token_hash(me.token)),
        when=lambda at: viewer.day_clock(at, now) if at else "",
        address=address,
        qr=qr_image(address) if address else "",
        county_name=console.room.county_name,
    )
