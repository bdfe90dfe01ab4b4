"""Rights within scopes and dates: what is refused, what a list leaves out, programs, partners."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient

from hubpost.actions import mutual_aid, partners
from hubpost.actions.identity import api_tokens
from hubpost.actions.mutual_aid import AidServer
from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.model.apply import Refused
from hubpost.storage.audit_chain import find_broken_row
from hubpost.storage.schema import audit
from hubpost.web.app import create_app
from hubpost.web.gate.gate import Gate
from hubpost.web.gate.limits import LimitParams, Limits
from tests.boards import NOON
from tests.gate.conftest import (
    BASE,
    add_account,
    add_session,
    at_station,
    county,
    of_group,
    text_between,
)
from tests.rooms import report, toy_room

JSON = {"Accept": "application/json"}


def take(store, station, **changes):
    from hubpost.actions.calls import receive_call

    facts = report(area_id=None, station_id=station, **changes)
    return store.write(lambda tx: receive_call(tx, toy_room(), facts), actor="setup").call.id


def test_a_list_leaves_out_calls_that_lie_out_of_reach(as_role, toy_store):
    mine, theirs = take(toy_store, "S", note="our fence"), take(toy_store, "F", note="their barn")
    browser = as_role(of_group(Role.DISPATCHER, "Z"))
    for path in ("/api/board", "/api/v1/calls", "/api/map/calls"):
        text = browser.get(path).text
        assert mine in text
        assert theirs not in text
    page = (
        browser.get("/").text + browser.get("/panels/queue").text + browser.get("/wallboard").text
    )
    assert mine in page
    assert theirs not in page
    assert browser.get(f"/?call={theirs}").status_code == 403
    assert browser.get(f"/calls/{theirs}/more").status_code == 403


def test_units_and_stations_of_other_groups_stay_visible_so_that_help_is_seen(as_role):
    browser = as_role(of_group(Role.DISPATCHER, "Z"))
    assert {u["id"] for u in browser.get("/api/board").json()["units"]} == {"Z1", "S1", "T1", "F1"}


def test_a_dispatcher_may_send_another_groups_unit_to_a_call_of_the_own_group(as_role, toy_store):
    call_id = take(toy_store, "S")
    browser = as_role(of_group(Role.DISPATCHER, "Z"))
    sent = browser.post(
        f"/calls/{call_id}/assign", data={"unit_id": "T1", "override_reason": "close by"}
    )
    assert sent.status_code == 200
    assert toy_store.board.units["T1"].call_id == call_id


def test_an_officer_sees_and_follows_the_call_of_another_group_only_while_sent_there(
    as_role, toy_store
):
    from hubpost.actions.assignments import assign_unit

    call_id = take(toy_store, "F")
    browser = as_role(at_station(Role.OFFICER, "S"))
    hx = {"HX-Request": "true"}
    assert browser.get(f"/calls/{call_id}", headers=hx).status_code == 403
    toy_store.write(
        lambda tx: assign_unit(tx, toy_room(), call_id, "S1", override_reason="test"), actor="hub"
    )
    assert browser.get(f"/calls/{call_id}", headers=hx).status_code == 200
    assert browser.post(f"/calls/{call_id}/units/S1/acknowledge").status_code == 200
    assert browser.post(f"/calls/{call_id}/units/F1/acknowledge").status_code == 403
    assert browser.post(f"/calls/{call_id}/close").status_code == 403


def test_a_field_that_the_route_does_not_read_buys_nothing(as_role, toy_store):
    """`station=` of one's own, sent along with what touches every station, changes nothing."""
    browser = as_role(at_station(Role.HUB_CHIEF, "S"))
    assert browser.post("/records/tasks?station=S", data={"station": "S"}).status_code == 403
    assert browser.post("/plans/sign?station=S", data={"station": "S"}).status_code == 403
    theirs = take(toy_store, "F")
    assert browser.post(f"/calls/{theirs}/close?call_id={theirs}&station=S").status_code == 403
    assert browser.get("/records?station=S&station=F").status_code == 403


def test_a_page_of_one_station_opens_on_the_first_in_reach(as_role):
    browser = as_role(at_station(Role.OFFICER, "S"))
    for path in ("/records", "/records/disputes", "/records/tasks?lang=en"):
        answer = browser.get(path)
        assert answer.status_code == 303
        assert "station=S" in answer.headers["location"]
    assert browser.get("/records/disputes?station=F").status_code == 403


def test_a_case_that_is_not_there_shows_no_list_of_others(as_role, toy_store):
    from zoneinfo import ZoneInfo

    from hubpost.actions.records.disputes import DisputeReport, register_dispute
    from hubpost.actions.records.rulebook import load_rules
    from hubpost.model.records.dispute import DisputeCategory

    rules = toy_store.read(lambda c: load_rules(c, ZoneInfo("Asia/Shanghai")))
    for station, title in (("S", "our own quarrel"), ("F", "a far quarrel")):
        facts = DisputeReport(station, DisputeCategory.OTHER, title=title)
        toy_store.write(lambda tx, f=facts: register_dispute(tx, rules, f), actor="setup")
    browser = as_role(at_station(Role.OFFICER, "S"))
    answer = browser.get("/records/disputes/nothing")
    assert answer.status_code == 404
    assert "a far quarrel" not in answer.text


def test_a_secondment_counts_between_its_days_and_not_a_second_longer(as_role, clock):
    start, end = clock.now + timedelta(hours=1), clock.now + timedelta(hours=2)
    browser = as_role(
        Grant(Role.OFFICER, ScopeKind.STATION, "F", start, end), at_station(Role.OFFICER, "S")
    )
    wanted = "/records/disputes?station=F"
    assert browser.get(wanted).status_code == 403
    for _ in range(3):  # something is done now and then, so that the session lives
        clock.now += timedelta(minutes=21)
        browser.get("/me")
    assert browser.get(wanted).status_code == 200
    clock.now = end - timedelta(seconds=20)
    browser.get("/me")
    clock.now = end
    assert browser.get(wanted).status_code in (303, 403)


def test_an_expired_secondment_is_refused_though_the_session_lives(as_role, clock):
    browser = as_role(
        Grant(Role.DISPATCHER, ScopeKind.COUNTY, "toy", None, clock.now + timedelta(minutes=10))
    )
    assert browser.get("/").status_code == 200
    clock.now += timedelta(minutes=11)
    assert browser.get("/").status_code == 403
    assert browser.get("/api/board").status_code == 403


@pytest.fixture
def border(toy_store, gate):
    """Two partners with a case each; a browser of the first, and the ids of both cases."""
    me = AidServer("east", Ed25519PrivateKey.generate())
    until = NOON + timedelta(days=300)
    ids = []
    for partner, station in (("west", "Z"), ("south", "F")):
        toy_store.write(
            lambda tx, p=partner, s=station: partners.agree(tx, p, p, s, expires_at=until),
            actor="setup",
        )
        call_id = take(toy_store, station, place_text=f"place of {partner}")
        ids.append(
            toy_store.write(
                lambda tx, c=call_id, p=partner: mutual_aid.request_aid(tx, me, c, p, ""),
                actor="setup",
            )
        )
    grant = Grant(Role.BORDER_PARTNER, ScopeKind.PARTNER, "west")
    session = add_session(toy_store, add_account(toy_store, "west-desk", grant))
    app = create_app(toy_store, toy_room(), aid_server=me, gate=gate)
    with TestClient(app, base_url=BASE, follow_redirects=False) as client:
        client.cookies.set("hubpost_session", session)
        client.cookies.set("hubpost_language", "en")
        client.headers["Accept"] = "text/html"
        yield client, *ids


def test_a_border_partner_sees_and_answers_its_own_case(border):
    client, mine, _ = border
    assert client.get("/start").headers["location"] == "/partner"
    page = client.get("/partner").text
    assert "place of west" in page
    assert "place of south" not in page
    assert client.get(f"/partner/{mine}").status_code == 200
    offered = client.post(f"/partner/{mine}", data={"kind": "offer", "units": "car 7"})
    assert "not yet promised" in offered.text


def test_a_border_partner_asking_for_another_case_is_refused(border):
    client, _, theirs = border
    assert client.get(f"/partner/{theirs}").status_code == 403
    assert client.post(f"/partner/{theirs}", data={"kind": "decline"}).status_code == 403
    for path in ("/", "/border", "/api/board", "/records", "/api/v1/calls", "/log"):
        assert client.get(path).status_code == 403


def test_a_border_partner_gets_no_scope_but_its_own_agreement(toy_store):
    for grant in (county(Role.BORDER_PARTNER), at_station(Role.BORDER_PARTNER, "S")):
        with pytest.raises(Refused):
            add_account(toy_store, f"p{grant.scope_kind.value}", grant)


def issue(store, role, station, days=90):
    grant = Grant(role, ScopeKind.STATION, station, None, store.now() + timedelta(days=days))
    return store.write(
        lambda tx: api_tokens.issue_api_token(tx, "gateway", grant, "test"), actor="terminal"
    )


def test_a_program_goes_by_its_token_within_role_scope_and_days(browser, toy_store, clock):
    token, token_id = issue(toy_store, Role.DISPATCHER, "S")
    shown = {"Authorization": f"Bearer {token}", **JSON}
    mine, theirs = take(toy_store, "S"), take(toy_store, "F")
    assert [
        c["call"]["id"] for c in browser.get("/api/v1/calls", headers=shown).json()["calls"]
    ] == [mine]
    refused = browser.get(f"/api/v1/calls/{theirs}", headers=shown)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    wrong = browser.get("/api/v1/calls", headers={"Authorization": "Bearer hubpost_no", **JSON})
    assert wrong.status_code == 401
    assert wrong.headers["www-authenticate"] == "Bearer"
    kept = toy_store.read(lambda c: str(c.execute(sa.text("SELECT * FROM api_token")).all()))
    assert token not in kept
    toy_store.write(lambda tx: api_tokens.revoke_api_token(tx, token_id), actor="terminal")
    assert browser.get("/api/v1/calls", headers=shown).status_code == 401


def test_the_token_of_a_program_ends_on_its_day(browser, toy_store, clock):
    token, _ = issue(toy_store, Role.DISPATCHER, "S", days=1)
    shown = {"Authorization": f"Bearer {token}", **JSON}
    assert browser.get("/api/v1/calls", headers=shown).status_code == 200
    clock.now += timedelta(days=1)
    assert browser.get("/api/v1/calls", headers=shown).status_code == 401


def test_a_wrong_token_is_not_made_good_by_a_cookie(as_role):
    browser = as_role(county(Role.DISPATCHER))
    assert browser.get("/api/board").status_code == 200
    shown = {"Authorization": "Bearer stolen"}
    assert browser.get("/api/board", headers=shown).status_code == 401


def limited(store, gate, **limits):
    few = LimitParams(
        **{**dict.fromkeys(LimitParams.__dataclass_fields__, "1000/1 minute"), **limits}
    )
    app = create_app(store, toy_room(), gate=Gate(gate.keyring, limits=Limits(few)))
    return TestClient(app, base_url=BASE, follow_redirects=False)


def test_too_many_attempts_are_slowed_down_by_name_and_by_address_in_both_languages(
    toy_store, gate
):
    with limited(toy_store, gate, sign_in_account="2/15 minute") as client:
        for _ in range(2):
            client.post("/sign-in", data={"name": "Anna", "password": "x"})
        slow = client.post("/sign-in", data={"name": " anna", "password": "x"})
        assert slow.status_code == 429
        assert int(slow.headers["retry-after"]) > 0
        assert "请求过多" in slow.text
        assert "Too many requests" in slow.text
        assert client.post("/sign-in", data={"name": "b", "password": "x"}).status_code == 422
    with limited(toy_store, gate, sign_in_address="2/15 minute") as client:
        statuses = [
            client.post("/sign-in", data={"name": n, "password": "x"}).status_code for n in "abc"
        ]
        assert statuses == [422, 422, 429]


def test_pages_for_the_public_and_programs_are_limited_too(toy_store, gate):
    token, _ = issue(toy_store, Role.DISPATCHER, "S")
    shown = {"Authorization": f"Bearer {token}"}
    with limited(toy_store, gate, public_address="2/1 minute", program="1/1 minute") as client:
        assert [client.get("/progress").status_code for _ in range(3)] == [200, 200, 429]
        assert client.get("/static/gate.css").status_code == 200
        assert client.get("/healthz").status_code == 200
        assert client.get("/api/v1/units", headers=shown).status_code == 200
        slow = client.get("/api/v1/units", headers=shown)
        assert (slow.status_code, slow.json()["code"]) == (429, "too_often")


def test_the_figures_of_the_process_are_for_this_machine_or_a_right(toy_store, gate):
    app = create_app(toy_store, toy_room(), gate=gate)
    with TestClient(app, base_url=BASE, client=("127.0.0.1", 5000)) as here:
        here.get("/progress")
        text = here.get("/metrics").text
        assert 'hubpost_requests_total{route="show_progress",status="200"} 1.0' in text
        assert 'hubpost_units{activity="at_station"} 4.0' in text
        proxied = here.get("/metrics", headers={"X-Forwarded-For": "10.1.1.1"})
        assert proxied.status_code == 401
        assert here.get("/readyz").json() == {"status": "ready"}
    app = create_app(toy_store, toy_room(), gate=gate)
    with TestClient(app, base_url=BASE, client=("10.0.0.9", 5000)) as far:
        assert far.get("/metrics").status_code == 401
        assert far.get("/healthz").status_code == 200


def test_the_auditor_sees_the_log_its_verdict_and_the_looking_itself(as_role, toy_store):
    take(toy_store, "S")
    browser = as_role(county(Role.AUDITOR))
    assert "CallReceived" in browser.get("/log").text
    assert "CallReceived" not in browser.get("/log?action=log.view").text
    assert "looked at the log" in browser.get("/log?action=log.view").text
    page = browser.get("/log/checkpoint").text
    assert "Whole" in page
    rows, seal = int(text_between(page, 'id="rows">', "<")), text_between(page, 'id="seal">', "<")
    query = sa.select(audit.c.hash).where(audit.c.id == rows)
    assert toy_store.read(lambda c: c.execute(query).scalar()) == seal


def test_a_tampered_log_is_told_on_the_auditors_page(as_role, toy_store):
    take(toy_store, "S")
    with toy_store.engine.begin() as conn:
        conn.execute(audit.update().where(audit.c.id == 3).values(actor="somebody else"))
    assert toy_store.read(find_broken_row) is not None
    page = as_role(county(Role.AUDITOR)).get("/log/checkpoint").text
    assert "row 3" in page
    assert "Whole" not in page


def test_looking_at_a_persons_details_needs_a_purpose_and_is_in_the_chain(as_role, toy_store):
    from zoneinfo import ZoneInfo

    from hubpost.actions.records.disputes import DisputeReport, add_party, register_dispute
    from hubpost.actions.records.rulebook import load_rules
    from hubpost.model.records.dispute import DisputeCategory
    from hubpost.storage.records.persons import Person

    rules = toy_store.read(lambda c: load_rules(c, ZoneInfo("Asia/Shanghai")))
    facts = DisputeReport("S", DisputeCategory.OTHER, title="fence")
    case = toy_store.write(lambda tx: register_dispute(tx, rules, facts), actor="setup")
    person = Person("", "Zhang San", "13800000000")
    toy_store.write(lambda tx: add_party(tx, rules, case.id, person, side="a"), actor="setup")
    key = toy_store.read(lambda c: c.execute(sa.text("SELECT key FROM record_person")).scalar_one())
    browser = as_role(at_station(Role.OFFICER, "S"))
    way = f"/records/{case.id}/persons/{key}"
    assert "Zhang San" not in browser.post(way, data={"purpose": "curiosity"}).text
    shown = browser.post(way, data={"purpose": "mediate"})
    row = toy_store.read(
        lambda c: c.execute(sa.select(audit).where(audit.c.action == "person.view")).all()
    )
    assert "Zhang San" in shown.text
    assert [r.actor for r in row] == ["anna"]


def test_a_grid_worker_has_the_visits_of_the_station_the_grid_lies_in_and_no_more(
    as_role, toy_store
):
    from zoneinfo import ZoneInfo

    from hubpost.actions.records import grids
    from hubpost.actions.records.rulebook import load_rules

    rules = toy_store.read(lambda c: load_rules(c, ZoneInfo("Asia/Shanghai")))
    toy_store.write(
        lambda tx: grids.draw_grid(tx, rules, "S", "market", ["S-market-1"]), actor="setup"
    )
    browser = as_role(Grant(Role.GRID_WORKER, ScopeKind.GRID, "S-market-1"))
    assert "station=S" in browser.get("/records/visit").headers["location"]
    assert browser.get("/records/visit?station=S").status_code == 200
    assert browser.get("/records/visit?station=F").status_code == 403
    sent = {"id": "v1", "place": "home", "at": NOON.isoformat(), "sent_at": NOON.isoformat()}
    for station, allowed in (("S", True), ("F", False)):
        answer = browser.post("/records/visits", json={**sent, "station_id": station})
        assert (answer.status_code != 403) is allowed
    for path in ("/", "/records", "/records/disputes?station=S", "/figures"):
        assert browser.get(path).status_code == 403
