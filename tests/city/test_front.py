"""One address, two counties: who is known in one is nobody in the other, at every route."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from hubpost.actions.identity.api_tokens import issue_api_token
from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.storage.sealing import Keyring
from hubpost.web.app import _ROUTES, create_app
from hubpost.web.city import CityFront
from hubpost.web.gate.gate import Gate
from hubpost.web.gate.limits import Limits
from hubpost.web.gate.routes import know_routes
from tests.boards import received
from tests.gate.conftest import WIDE, add_account, add_session
from tests.rooms import fill, toy_room

ROUTES = list(know_routes(r for m in _ROUTES for r in m.router.routes))
ROLES = (Role.DISPATCHER, Role.ADMINISTRATOR, Role.AUDITOR)


@pytest.fixture
def clock():
    """Sessions and grants are looked at by the real time here."""
    return lambda: datetime.now(UTC)


@pytest.fixture
def front(counties, tmp_path):
    apps = {}
    for county_id, store in counties.items():
        gate = Gate(Keyring(tmp_path / county_id / "keys"), limits=Limits(WIDE))
        apps[county_id] = create_app(
            store, toy_room(), heartbeat_s=0.2, gate=gate,
            allowed_hosts=[f"{county_id}.hub.example"],
        )  # fmt: skip
    fill(counties["west"], [received(call_id="c1")])
    return CityFront(apps)


@pytest.fixture
def browser(front):
    with TestClient(front, base_url="https://west.hub.example", follow_redirects=False) as client:
        yield client


def _path(route) -> str:
    named = {"call_id": "c1", "unit_id": "S1", "station_id": "S"}
    return re.sub(r"{(\w+)(?::\w+)?}", lambda m: named.get(m[1], "1"), route.path)


def _told(answer) -> tuple:
    """What an answer tells, without what is new in each."""
    text = re.sub(r"[0-9a-zA-Z_\-]{20,}", "", answer.text)
    return answer.status_code, answer.headers.get("location", "").split("?")[0], text


def test_the_matrix_a_session_or_token_of_east_is_worth_nothing_in_west(browser, counties, front):
    """Every route × three roles × session and token: west answers as it answers a stranger."""
    proofs = []
    for role in ROLES:
        end = datetime.now(UTC) + timedelta(days=1)
        grant = Grant(role, ScopeKind.COUNTY, "toy", valid_to=end)
        account = add_account(counties["east"], f"x-{role}", grant)
        session = add_session(counties["east"], account)
        token, _ = counties["east"].write(
            lambda tx, g=grant, r=role: issue_api_token(tx, f"t-{r}", g), actor="setup"
        )
        proofs += [{"Cookie": f"__Host-hubpost_session={session}"},
                   {"Authorization": f"Bearer {token}"}]  # fmt: skip
    asked = [(m, _path(r)) for r in (k.route for k in ROUTES)
             for m in r.methods if r.path != "/feed"]  # fmt: skip
    assert len(asked) > 150
    known = browser.get("https://east.hub.example/me", headers=proofs[0])
    assert known.status_code == 200, "the session is good where it belongs"
    for method, path in asked:
        own = {"Origin": "https://west.hub.example"}
        stranger = _told(browser.request(method, path, headers=own))
        for proof in proofs:
            told = _told(browser.request(method, path, headers={**own, **proof}))
            assert told[0] == stranger[0] or told[0] in (401, 403), (method, path, told[0])
            assert "堰塘" not in told[2] or "堰塘" in stranger[2], (method, path)


def _token(store, name="reader"):
    end = datetime.now(UTC) + timedelta(days=1)
    grant = Grant(Role.DISPATCHER, ScopeKind.COUNTY, "toy", valid_to=end)
    return store.write(lambda tx: issue_api_token(tx, name, grant), actor="setup")[0]


def test_the_right_token_reads_its_own_county_by_name_and_by_path(browser, counties):
    """So that the matrix is not empty because nothing works at all."""
    proof = {"Authorization": f"Bearer {_token(counties['west'])}"}
    by_name = browser.get("/api/v1/calls/c1", headers=proof)
    by_path = browser.get(
        "https://127.0.0.1/c/west/api/v1/calls/c1", headers={**proof, "Host": "127.0.0.1"}
    )
    assert by_name.status_code == by_path.status_code == 200
    assert by_name.json()["call"]["id"] == "c1"
    other = browser.get("https://127.0.0.1/c/east/api/v1/calls/c1", headers=proof)
    assert other.status_code == 401


@pytest.mark.parametrize(
    "path", ["/c/west/", "/c/west/records", "/c/nowhere/api/v1/units", "/c//api/v1/units", "/"]
)
def test_pages_are_had_at_the_county_s_own_name_only(browser, path):
    """A page under a path would have links that lose the county."""
    answer = browser.get(f"https://127.0.0.1{path}")
    assert answer.status_code == 404
    assert "a county's own name" in answer.text


def test_a_name_of_another_domain_is_refused_by_the_county_itself(browser):
    answer = browser.get("https://west.evil.example/api/v1/units")
    assert answer.status_code == 400


def test_the_front_tells_whether_all_counties_are_ready(browser, counties):
    answer = browser.get("https://127.0.0.1/readyz")
    assert (answer.status_code, answer.json()["counties"]) == (200, 2)
    counties["east"].close()
    gone = browser.get("https://127.0.0.1/readyz")
    assert (gone.status_code, gone.json()["gone"]) == (503, ["east"])
    assert browser.get("/readyz").status_code == 200
