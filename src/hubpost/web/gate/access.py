"""The one place where rights are enforced: every request passes here before its route."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlencode

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hubpost.model.access import OPEN_RIGHTS, ScopeKind, Where
from hubpost.web.console import Console
from hubpost.web.failures import DATABASE_FAULTS, NOT_UNDERSTOOD, answer_failure
from hubpost.web.gate import refusals
from hubpost.web.gate.gate import Gate
from hubpost.web.gate.places import PLACE_KEYS, Ground, find_places, grid_station
from hubpost.web.gate.proof import find_visitor
from hubpost.web.gate.routes import Met, find_route, know_routes
from hubpost.web.gate.scopes import ANYWHERE, COUNTY, FILTERED, OF_ONE
from hubpost.web.gate.visitor import Reach, Visitor
from hubpost.web.rights import RIGHTS

_READS = frozenset({"GET", "HEAD"})
#: Open to anybody, but never slowed down: what pages are made of, and what watches the server.
_UNCOUNTED = frozenset({"static", "get_health", "get_readiness"})


class Access:
    """Lets a request through to its route when the viewer's grants give the right there.

    Without a gate (unit tests of pages) everything passes, as whoever the cookie says.
    """

    def __init__(
        self, app: ASGIApp, console: Console, gate: Gate | None, routes: Iterable[BaseRoute]
    ) -> None:
        self._app, self._console, self._gate = app, console, gate
        self._routes = know_routes(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._gate is None:
            await self._app(scope, receive, send)
            return
        scope["hubpost_gate"] = self._gate
        request = Request(scope, receive)
        try:
            refusal, replay = await self._decide(request, self._gate)
        except HTTPException as error:
            refusal, replay = refusals.body_refused(request, error.status_code), receive
        except sa.exc.DataError:
            refusal, replay = answer_failure(request, NOT_UNDERSTOOD, 422), receive
        except ClientDisconnect:
            refusal, replay = refusals.body_refused(request, 408), receive
        except DATABASE_FAULTS:
            refusal, replay = refusals.database_away(request), receive
        answer = self._app if refusal is None else refusal
        await answer(scope, replay, send)

    async def _decide(self, request: Request, gate: Gate) -> tuple[Response | None, Receive]:
        """None to go on, else what is answered instead; and where the body is to be read from."""
        scope, receive = request.scope, request.receive
        met = find_route(self._routes, scope)
        if met is None:
            return None, receive
        scope["hubpost_route"] = name = met.known.name
        right = RIGHTS[name]
        if right in OPEN_RIGHTS or (name == "get_metrics" and refusals.asks_from_here(request)):
            return self._count_public(request, gate, name), receive
        visitor = await self._find_visitor(request, gate)
        if visitor is None:
            return refusals.not_signed_in(request), receive
        scope["hubpost_visitor"] = visitor
        if visitor.is_program and (wait := gate.limits.take("program", visitor.person.account_id)):
            return refusals.too_often(request, wait), receive
        reach = self._reach(visitor, right)
        scope["hubpost_reach"] = reach
        if not reach.holds(right):
            return refusals.not_permitted(request), receive
        if reach.covers_county() or name in ANYWHERE:
            return None, receive
        if name in COUNTY:
            return refusals.not_permitted(request), receive
        values, receive = await _values(request, met)
        return await run_in_threadpool(self._hold_to_place, request, met, reach, values), receive

    async def _find_visitor(self, request: Request, gate: Gate) -> Visitor | None:
        store = self._console.store
        known = gate.known.find(store, request)
        if known is not None:
            return known
        before = store.other_writes
        found = await run_in_threadpool(find_visitor, store, gate, request)
        if found is not None:
            gate.known.keep(store, request, found, before)
        return found

    def _hold_to_place(
        self, request: Request, met: Met, reach: Reach, values: Mapping[str, Sequence[str]]
    ) -> Response | None:
        """None when everything that is named lies in reach, else the refusal or the way there."""
        name = met.known.name
        if name in OF_ONE and request.method in _READS:
            elsewhere = self._first_in_reach(request, OF_ONE[name], reach, values)
            if elsewhere is not None:
                return elsewhere
        ground = Ground(self._console.store, self._console.room)
        places = find_places(ground, reach.right, values)
        fine = all(reach.covers(p) for p in places) and (bool(places) or name in FILTERED)
        return None if fine or _is_not_there(met, places) else refusals.not_permitted(request)

    def _first_in_reach(
        self, request: Request, field: str, reach: Reach, values: Mapping[str, Sequence[str]]
    ) -> Response | None:
        """Send who names no station, or none that is known, to the first one in reach."""
        board = self._console.store.board
        if any(v in board.stations for v in values.get(field, ())):
            return None
        near = reach.list_stations(board)
        if field == "room":
            near = tuple(s for s in near if reach.covers((Where(hub_id=s),)))
        if not near:
            return refusals.not_permitted(request)
        query = parse_qs(request.url.query, keep_blank_values=True) | {field: [near[0]]}
        return RedirectResponse(f"{request.url.path}?{urlencode(query, doseq=True)}", 303)

    def _reach(self, visitor: Visitor, right: str) -> Reach:
        store = self._console.store
        grids = {g.scope_id for g in visitor.grants if g.scope_kind is ScopeKind.GRID}
        known = {g: s for g in grids if (s := grid_station(store, g)) is not None}
        return Reach(visitor.grants, right, store.now(), known)

    def _count_public(self, request: Request, gate: Gate, name: str) -> Response | None:
        if name in _UNCOUNTED:
            return None
        wait = gate.limits.take("public_address", refusals.address_of(request))
        return refusals.too_often(request, wait) if wait else None


def _is_not_there(met: Met, places: Sequence[object]) -> bool:
    """Whether the path names a thing that is not there: the route says so, and has nothing else."""
    return not places and bool(PLACE_KEYS & set(met.path))


async def _values(request: Request, met: Met) -> tuple[dict[str, list[str]], Receive]:
    """What the request names, by field; only fields that the route takes, from where it does."""
    found: dict[str, list[str]] = {k: [str(v)] for k, v in met.path.items()}
    query: QueryParams = request.query_params
    for key in met.known.in_query:
        found.setdefault(key, []).extend(query.getlist(key))
    if not met.known.in_body or request.method in _READS:
        return found, request.receive
    body = await request.body()
    for key, values in (await _sent(request, body)).items():
        if key in met.known.in_body:
            found.setdefault(key, []).extend(values)
    return found, _replaying(body, request.receive)


async def _sent(request: Request, body: bytes) -> dict[str, list[str]]:
    """The text fields of a form or of a JSON object; nothing of anything else."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = await Request(request.scope, _replaying(body, request.receive)).form()
        return {k: [v for v in form.getlist(k) if isinstance(v, str)] for k in form}
    try:
        read: Any = json.loads(body)
    except ValueError:
        return {}
    pairs = read.items() if isinstance(read, dict) else ()
    return {str(k): [v] for k, v in pairs if isinstance(v, str)}


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Hands out a body that was read already, then whatever comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
