"""Accounts of the installation: for administrators, never one's own."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hubpost.actions.identity import accounts, administration
from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.model.apply import Refused
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.gate_words import ROLE, SCOPE, gate_refusal
from hubpost.web.pages import render
from hubpost.web.routes.sign_in import gate_of
from hubpost.web.viewer import LANGUAGE_COOKIE, Viewer

router = APIRouter()
_Text = Annotated[str, Form()]
_YEAR_S = 365 * 24 * 3600
#: What may be done with another's account, by the name of its button.
_STEPS = {
    "end": administration.sign_out_everywhere,
    "unlock": administration.unlock_account,
    "close": administration.close_account,
    "reopen": administration.reopen_account,
}


@router.get("/accounts")
def show_accounts(request: Request, console: InConsole, viewer: AsViewer) -> Response:
    """Every account, its roles and what may be done with it."""
    page = _show(request, console, viewer)
    if request.query_params.get("lang") == viewer.language:
        page.set_cookie(LANGUAGE_COOKIE, viewer.language, max_age=_YEAR_S, samesite="lax")
    return page


@router.post("/accounts")
def make_account(
    request: Request, console: InConsole, viewer: AsViewer, name: _Text = "", shown: _Text = ""
) -> Response:
    """A new account; the link for its person is shown this once."""
    return _with_link(
        request, console, viewer,
        lambda tx: administration.make_account(tx, name[:60], shown[:40]),
    )  # fmt: skip


@router.post("/accounts/{account_id}/link")
def renew_link(request: Request, console: InConsole, viewer: AsViewer, account_id: str) -> Response:
    """A new link for choosing a password; earlier ones end."""
    return _with_link(
        request, console, viewer, lambda tx: accounts.issue_link(tx, account_id), account_id
    )


@router.post("/accounts/{account_id}/role")
def give_role(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    account_id: str,
    role: _Text = "",
    scope: _Text = "",
    scope_id: _Text = "",
    first: _Text = "",
    last: _Text = "",
) -> Response:
    """A role within a scope, from a day until another, both included."""

    def give(tx: Any) -> None:
        grant = _grant(console, role, scope, scope_id, first, last)
        administration.give_role(tx, account_id, grant)

    return _act(request, console, viewer, account_id, give)


@router.post("/accounts/{account_id}/roles/{grant_id}/revoke")
def revoke_role(
    request: Request, console: InConsole, viewer: AsViewer, account_id: str, grant_id: str
) -> Response:
    """Take a role back at once."""
    return _act(
        request, console, viewer, account_id,
        lambda tx: administration.revoke_role(tx, account_id, grant_id),
    )  # fmt: skip


@router.post("/accounts/{account_id}/step")
def step_account(
    request: Request, console: InConsole, viewer: AsViewer, account_id: str, step: _Text = ""
) -> Response:
    """end (all sessions), unlock, close or reopen."""

    def act(tx: Any) -> None:
        if step not in _STEPS:
            raise Refused("step_unknown", f"Expected one of {', '.join(_STEPS)}.")
        _STEPS[step](tx, account_id)

    return _act(request, console, viewer, account_id, act)


def _grant(console: Console, role: str, scope: str, scope_id: str, first: str, last: str) -> Grant:
    if role not in set(Role) or scope not in set(ScopeKind):
        raise Refused("role_unknown", "Expected a role and a scope of the lists.")
    where = "" if scope == ScopeKind.COUNTY else scope_id.strip()[:60]
    try:
        begin = _midnight(console, first) if first else None
        end = _midnight(console, last, after=True) if last else None
    except ValueError as error:
        raise Refused("grant_dates", "Expected days such as 2026-03-01.") from error
    return Grant(Role(role), ScopeKind(scope), where, begin, end)


def _midnight(console: Console, day: str, *, after: bool = False) -> datetime:
    on = date.fromisoformat(day) + timedelta(days=1 if after else 0)
    return datetime.combine(on, time(), console.room.zone)


def _mine(request: Request) -> str:
    gate_of(request)
    mine: str = request.scope["hubpost_visitor"].person.account_id
    return mine


def _act(
    request: Request, console: Console, viewer: Viewer, account_id: str, action: Any
) -> Response:
    try:
        administration.require_not_mine(account_id, _mine(request))
        console.do(viewer, action)
    except Refused as refused:
        return _show(request, console, viewer, refused)
    return RedirectResponse("/accounts", 303)


def _with_link(
    request: Request, console: Console, viewer: Viewer, action: Any, account_id: str = ""
) -> Response:
    try:
        administration.require_not_mine(account_id, _mine(request))
        token = console.do(viewer, action)
    except Refused as refused:
        return _show(request, console, viewer, refused)
    return _show(request, console, viewer, link=f"{request.base_url}welcome/{token}")


def _show(
    request: Request, console: Console, viewer: Viewer, refused: Refused | None = None, *,
    link: str = "",
) -> Response:  # fmt: skip
    now = console.store.now()
    rows = console.store.read(lambda c: administration.list_account_rows(c, now))
    page = render(
        console, viewer, "gate/accounts.html", status=422 if refused else 200,
        problem=gate_refusal(viewer, refused) if refused else "", link=link, rows=rows,
        mine=_mine(request), roles=ROLE, scopes=SCOPE, stations=list(console.store.board.stations),
        when=lambda at: viewer.day_clock(at, now) if at else "",
        running=lambda g: g.runs_at(now), county_name=console.room.county_name,
    )  # fmt: skip
    page.headers["Cache-Control"] = "no-store"
    return page
