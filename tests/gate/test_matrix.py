"""Every route × every role × three scopes × own and other place: allowed exactly as declared."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from hubpost.actions import mutual_aid, partners
from hubpost.actions.calls import receive_call
from hubpost.actions.mutual_aid import AidServer
from hubpost.actions.records.disputes import DisputeReport, register_dispute
from hubpost.actions.records.rulebook import load_rules
from hubpost.model.access import ROLE_RIGHTS, Grant, Role, ScopeKind
from hubpost.model.records.dispute import DisputeCategory
from hubpost.storage.sealing import Keyring
from hubpost.storage.store import Store
from hubpost.web.app import _ROUTES, create_app
from hubpost.web.gate.access import Access
from hubpost.web.gate.gate import Gate
from hubpost.web.gate.limits import Limits
from hubpost.web.gate.places import PLACE_KEYS
from hubpost.web.gate.routes import KnownRoute, know_routes
from hubpost.web.gate.scopes import ANYWHERE, COUNTY, FILTERED, OF_ONE
from hubpost.web.rights import RIGHTS
from tests.boards import NOON, founding_events
from tests.gate.conftest import BASE, WIDE, add_account, add_session
from tests.rooms import fill, report, toy_room

ROUTES: dict[str, KnownRoute] = {
    k.name: k for k in know_routes(r for m in _ROUTES for r in m.router.routes)
}
ROLES = [r for r in Role if r is not Role.PUBLIC]
#: A group grant reaches both of its stations, a station grant one; "mine" lies in all of them.
SCOPES = {"county": ScopeKind.COUNTY, "group": ScopeKind.GROUP, "station": ScopeKind.STATION}
_SCOPE_ID = {"county": "toy", "group": "Z", "station": "S"}
#: Time goes on, but not so far that a session ends of itself.
_ticks = itertools.count()
#: What ends or changes the session that the matrix itself goes by.
_OF_SESSION = {"sign_out", "choose_role"}
_OTHERS = {"z": "1", "x": "1", "y": "1", "layer": "stations", "activity": "meal", "form": "docx"}


@dataclass(frozen=True)
class Things:
    """One thing of each kind, all in one place."""

    call: str
    unit: str
    station: str
    room: str
    area: str
    record: str
    aid: str

    def named(self, key: str) -> str:
        by_key = {
            **dict.fromkeys(("call_id", "call", "other_id", "other_call_id"), self.call),
            **dict.fromkeys(("unit_id", "unit"), self.unit),
            **dict.fromkeys(("station", "station_id"), self.station),
            **{"room": self.room, "area_id": self.area, "aid_id": self.aid},
            **dict.fromkeys(("grid", "grid_id"), ""),
        }
        return by_key.get(key, self.record)


@dataclass(frozen=True)
class Town:
    app: FastAPI
    sessions: dict[tuple[Role, str], str]
    mine: Things
    theirs: Things


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The toy county with a call, a dispute and a case of aid in S and in F, and all accounts."""
    folder: Path = tmp_path_factory.mktemp("matrix")
    store = Store(f"sqlite:///{folder / 'toy.sqlite'}", _slow_clock)
    fill(store, founding_events())
    me = AidServer("east", Ed25519PrivateKey.generate())
    gate = Gate(Keyring(folder / "keys"), limits=Limits(WIDE))
    app = create_app(store, toy_room(), aid_server=me, gate=gate)
    # The feed would never end by itself, and a client of the tests waits for the end.
    app.state.console.feed.end()
    mine = _things(store, me, "S", "Z", "S-market", "west")
    theirs = _things(store, me, "F", "F", "", "south")
    yield Town(app, _sessions(store), mine, theirs)
    store.close()


def _slow_clock() -> datetime:
    return NOON + timedelta(microseconds=next(_ticks))


def _things(
    store: Store, me: AidServer, station: str, room: str, area: str, partner: str
) -> Things:
    taken = store.write(
        lambda tx: receive_call(tx, toy_room(), report(area_id=None, station_id=station)),
        actor="setup",
    )
    rules = store.read(lambda c: load_rules(c, ZoneInfo("Asia/Shanghai")))
    facts = DisputeReport(station, DisputeCategory.OTHER, title="fence")
    case = store.write(lambda tx: register_dispute(tx, rules, facts), actor="setup")
    until = NOON + timedelta(days=300)
    store.write(
        lambda tx: partners.agree(tx, partner, partner, station, expires_at=until), actor="setup"
    )
    aid_id = store.write(
        lambda tx: mutual_aid.request_aid(tx, me, taken.call.id, partner, ""), actor="setup"
    )
    return Things(taken.call.id, f"{station}1", station, room, area, case.id, aid_id)


def _sessions(store: Store) -> dict[tuple[Role, str], str]:
    found = {}
    for role in ROLES:
        for scope in SCOPES:
            grant = Grant(role, SCOPES[scope], _SCOPE_ID[scope])
            if role is Role.BORDER_PARTNER:
                grant = Grant(role, ScopeKind.PARTNER, "west")
            account = add_account(store, f"{role.value}.{scope}".replace("_", "-"), grant)
            found[role, scope] = add_session(store, account)
    return found


@pytest.fixture(scope="module")
def client(town: Town) -> TestClient:
    return TestClient(
        town.app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False
    )


def ask(client: TestClient, name: str, things: Things, session: str) -> int:
    """Send the request that names these things; the status of the answer."""
    known = ROUTES[name]
    assert isinstance(known.route, APIRoute)
    method = next(iter(known.route.methods))
    path = re.sub(
        r"{(\w+)(?::\w+)?}",
        lambda m: things.named(m[1]) if m[1] in PLACE_KEYS else _OTHERS.get(m[1], "x"),
        known.route.path,
    )
    query = {k: things.named(k) for k in known.in_query & PLACE_KEYS}
    sent = {k: things.named(k) for k in known.in_body & PLACE_KEYS}
    as_json = path.startswith("/api/") or name == "record_visit"
    body = {} if method == "GET" else {"json": sent} if as_json else {"data": sent}
    client.cookies.clear()
    if session:
        client.cookies.set("hubpost_session", session)
    return client.request(method, path, params=query, **body).status_code


def names_place(name: str, things: Things) -> bool:
    known = ROUTES[name]
    path_keys = set(re.findall(r"{(\w+)", getattr(known.route, "path", "")))
    keys = (path_keys | known.in_query | known.in_body) & PLACE_KEYS
    return any(things.named(k) for k in keys)


def expected(role: Role, scope: str, name: str, mine: bool, things: Things) -> bool:
    """Whether the tables allow it; said anew here, from the tables alone."""
    right = RIGHTS[name]
    if right == "public":
        return True
    if right not in ROLE_RIGHTS[role]:
        return False
    if name in ANYWHERE or (scope == "county" and role is not Role.BORDER_PARTNER):
        return True
    if name in COUNTY:
        return False
    if name == "show_handover":
        return mine and scope == "group"
    if names_place(name, things):
        return mine
    return name in FILTERED or name in OF_ONE


@pytest.mark.parametrize("name", sorted(set(ROUTES) - _OF_SESSION))
def test_a_route_is_open_exactly_to_whom_the_tables_say(name: str, town: Town, client: TestClient):
    wrong = []
    for (role, scope), session in town.sessions.items():
        held = RIGHTS[name] in ROLE_RIGHTS[role]
        if not held and scope != "county":
            continue  # the same for the role whatever the scope: asked once
        for things in (town.mine, town.theirs) if held else (town.mine,):
            mine = things is town.mine
            status = ask(client, name, things, session)
            allowed = expected(role, scope, name, mine, things)
            if status >= 500 or (status in (401, 403)) == allowed:
                wrong.append((role.value, scope, "mine" if mine else "theirs", status))
    assert not wrong


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_without_signing_in_only_public_routes_answer(name: str, town: Town, client: TestClient):
    status = ask(client, name, town.mine, "")
    assert status < 500
    assert (status == 401) == (RIGHTS[name] != "public")


def test_every_right_that_a_route_asks_for_is_somebodys():
    held = frozenset().union(*ROLE_RIGHTS.values())
    assert set(RIGHTS.values()) - {"public"} <= held


#: Rights for what has no page yet and is done in the terminal of the server.
IN_TERMINAL = {"user.manage", "plan.make", "simulation.run"}


def test_every_right_of_the_table_is_asked_for_by_a_route_or_used_in_the_terminal():
    held = frozenset().union(*ROLE_RIGHTS.values())
    assert held - set(RIGHTS.values()) <= IN_TERMINAL


def test_the_tables_of_scopes_name_routes_only_and_each_in_one_way():
    tables = [FILTERED, ANYWHERE, COUNTY, set(OF_ONE)]
    assert set().union(*tables) <= set(RIGHTS)
    assert sum(len(t) for t in tables) == len(set().union(*tables))


def test_every_route_is_known_to_the_gate_under_the_name_of_its_right(town: Town):
    gate = next(m for m in town.app.user_middleware if m.cls is Access)
    known = {k.name for k in know_routes(gate.kwargs["routes"])}
    assert known == set(RIGHTS)
