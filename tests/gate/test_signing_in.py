"""Signing in at the console: password, code, cookie, expiry, devices, first account, demo."""

from datetime import timedelta

import pyotp
import sqlalchemy as sa
from fastapi.testclient import TestClient

from hubpost.actions.identity.sign_in import begin_totp, confirm_totp
from hubpost.model.access import Role
from hubpost.storage.audit_chain import find_broken_row
from hubpost.storage.schema import audit
from hubpost.web.app import create_app
from hubpost.web.gate.gate import Gate
from tests.gate.conftest import PASSWORD, add_account, add_session, county, text_between
from tests.rooms import toy_room

WRONG = "wrong horse battery"


def try_in(browser, name="anna", password=PASSWORD, **more):
    return browser.post("/sign-in", data={"name": name, "password": password, **more})


def actions(store):
    return store.read(lambda c: list(c.execute(sa.select(audit.c.action)).scalars()))


def test_a_page_leads_to_signing_in_and_from_there_back_to_itself(browser, toy_store):
    add_account(toy_store, "anna", county(Role.DISPATCHER), password=PASSWORD)
    first = browser.get("/handover?room=Z")
    assert first.status_code == 303
    assert first.headers["location"] == "/sign-in?next=/handover%3Froom%3DZ"
    done = try_in(browser, next="/handover?room=Z")
    assert (done.status_code, done.headers["location"]) == (303, "/handover?room=Z")
    assert browser.get("/handover?room=Z").status_code == 200


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(browser, toy_store):
    add_account(toy_store, "anna", county(Role.DISPATCHER), password=PASSWORD)
    cookie = try_in(browser).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie


def test_beyond_this_machine_the_cookie_is_secure_and_unencrypted_signing_in_is_refused(
    toy_store, gate
):
    add_account(toy_store, "anna", county(Role.DISPATCHER), password=PASSWORD)

    def console():
        return create_app(toy_store, toy_room(), gate=gate, allowed_hosts=["hub.lan"])

    with TestClient(console(), base_url="http://hub.lan", follow_redirects=False) as plain:
        refused = try_in(plain)
        assert refused.status_code == 422
        assert "set-cookie" not in refused.headers
    with TestClient(console(), base_url="https://hub.lan", follow_redirects=False) as encrypted:
        cookie = try_in(encrypted).headers["set-cookie"]
        assert cookie.startswith("__Host-hubpost_session=")
        assert "secure" in cookie.lower()
        assert encrypted.get("/").status_code == 200


def test_a_wrong_password_is_told_in_words_and_is_in_the_log_without_the_password(
    browser, toy_store
):
    add_account(toy_store, "anna", county(Role.DISPATCHER), password=PASSWORD)
    answer = try_in(browser, password=WRONG)
    assert answer.status_code == 422
    assert "Name, password or code is not right." in answer.text
    assert "sign_in_failed" in actions(toy_store)
    rows = toy_store.read(lambda c: c.execute(sa.select(audit)).all())
    assert not [r for r in rows if WRONG in str(r) or PASSWORD in str(r)]


def test_a_password_typed_into_the_field_of_the_name_is_not_kept(browser, toy_store):
    try_in(browser, name="my secret password")
    rows = toy_store.read(lambda c: c.execute(sa.select(audit)).all())
    assert "sign_in_failed" in [r.action for r in rows]
    assert not [r for r in rows if "my secret" in str(r)]


def test_who_has_one_time_codes_gives_one_after_the_password(browser, toy_store, gate, clock):
    account_id = add_account(toy_store, "anna", county(Role.DISPATCHER), password=PASSWORD)
    address = toy_store.write(lambda tx: begin_totp(tx, gate.keyring, account_id), actor="anna")
    totp = pyotp.parse_uri(address)
    code = totp.at(clock.now)
    toy_store.write(lambda tx: confirm_totp(tx, gate.keyring, account_id, code), actor="anna")
    asked = try_in(browser)
    assert 'name="code"' in asked.text
    assert "hubpost_session" not in browser.cookies
    assert browser.get("/").status_code == 303
    assert "not right" in browser.post("/sign-in/code", data={"code": "000000"}).text
    clock.now += timedelta(seconds=60)
    done = browser.post("/sign-in/code", data={"code": totp.at(clock.now)})
    assert done.status_code == 303
    assert browser.get("/").status_code == 200


def test_the_proof_of_the_password_is_worth_nothing_after_five_minutes(
    browser, toy_store, gate, clock
):
    account_id = add_account(toy_store, "anna", county(Role.DISPATCHER), password=PASSWORD)
    address = toy_store.write(lambda tx: begin_totp(tx, gate.keyring, account_id), actor="anna")
    totp = pyotp.parse_uri(address)
    code = totp.at(clock.now)
    toy_store.write(lambda tx: confirm_totp(tx, gate.keyring, account_id, code), actor="anna")
    try_in(browser)
    clock.now += timedelta(minutes=5)
    late = browser.post("/sign-in/code", data={"code": totp.at(clock.now)})
    assert late.status_code == 422
    assert "once more" in late.text


def test_a_stolen_cookie_opens_nothing_after_sign_out(as_role, toy_store):
    browser = as_role(county(Role.DISPATCHER))
    stolen = browser.cookies["hubpost_session"]
    assert browser.get("/").status_code == 200
    assert browser.post("/sign-out").status_code == 303
    browser.cookies.set("hubpost_session", stolen)
    assert browser.get("/").status_code == 303
    assert browser.get("/api/board").status_code == 401
    assert browser.post("/calls", data={}).status_code == 401
    assert "sign_out" in actions(toy_store)


def test_a_session_ends_when_nothing_is_done_and_in_any_case_after_half_a_day(as_role, clock):
    browser = as_role(county(Role.DISPATCHER))
    clock.now += timedelta(minutes=29)
    assert browser.get("/").status_code == 200
    for _ in range(24):
        clock.now += timedelta(minutes=29)
        browser.get("/")
    assert browser.get("/").status_code == 303


def test_an_idle_session_is_over(as_role, clock):
    browser = as_role(county(Role.DISPATCHER))
    clock.now += timedelta(minutes=31)
    assert browser.get("/").status_code == 303


def test_my_devices_are_listed_and_one_can_be_signed_out(as_role, toy_store):
    browser = as_role(county(Role.DISPATCHER))
    mine = browser.cookies["hubpost_session"]
    account_id = toy_store.read(lambda c: c.execute(sa.text("SELECT id FROM account")).scalar())
    other = add_session(toy_store, account_id)
    page = browser.get("/me").text
    assert page.count("Sign it out") == 1
    way = text_between(page, 'action="/me/devices/', '/end"')
    assert other not in page
    browser.post(f"/me/devices/{way}/end")
    browser.cookies.set("hubpost_session", other)
    assert browser.get("/me").status_code == 303
    browser.cookies.set("hubpost_session", mine)
    assert browser.get("/me").status_code == 200


def test_nobody_ends_a_session_that_is_not_theirs(as_role, toy_store):
    browser = as_role(county(Role.DISPATCHER))
    stranger = add_account(toy_store, "bert", county(Role.DISPATCHER))
    theirs = add_session(toy_store, stranger)
    from hubpost.actions.identity.tokens import token_hash

    for wanted in (token_hash(theirs)[:16], "%", "a", token_hash(theirs)):
        answer = browser.post(f"/me/devices/{wanted}/end")
        assert answer.status_code in (404, 422)
    browser.cookies.set("hubpost_session", theirs)
    assert browser.get("/me").status_code == 200


def test_a_new_password_needs_the_present_one_and_signs_out_elsewhere(browser, toy_store):
    account_id = add_account(toy_store, "anna", county(Role.DISPATCHER), password=PASSWORD)
    elsewhere = add_session(toy_store, account_id)
    try_in(browser)
    new = {"password": "five other words in a row", "again": "five other words in a row"}
    assert browser.post("/me/password", data={"present": "guess", **new}).status_code == 422
    assert browser.post("/me/password", data={"present": PASSWORD, **new}).status_code == 303
    assert browser.get("/me").status_code == 200
    browser.cookies.clear()
    browser.cookies.set("hubpost_session", elsewhere)
    assert browser.get("/me").status_code == 303
    browser.cookies.clear()
    assert try_in(browser).status_code == 422
    assert try_in(browser, password=new["password"]).status_code == 303


def test_one_time_codes_are_set_up_by_a_qr_code_and_a_first_code(browser, toy_store, clock):
    add_account(toy_store, "anna", county(Role.DISPATCHER), password=PASSWORD)
    try_in(browser)
    page = browser.post("/me/codes").text
    assert 'src="data:image/png;base64,' in page
    totp = pyotp.parse_uri(text_between(page, "<code>", "</code>").replace("&amp;", "&"))
    assert browser.post("/me/codes/confirm", data={"code": "000000"}).status_code == 422
    assert browser.post("/me/codes/confirm", data={"code": totp.at(clock.now)}).status_code == 303
    assert "In force" in browser.get("/me").text


def test_the_first_account_is_made_by_the_link_of_the_terminal_and_only_once(
    browser, toy_store, gate
):
    token = gate.set_up.renew()
    fields = {"name": "chief", "password": PASSWORD, "again": PASSWORD}
    assert browser.get("/set-up/guess").status_code == 404
    assert browser.post("/set-up/guess", data=fields).status_code == 404
    assert browser.get(f"/set-up/{token}").status_code == 200
    short = {**fields, "password": "short", "again": "short"}
    assert browser.post(f"/set-up/{token}", data=short).status_code == 422
    assert browser.post(f"/set-up/{token}", data=fields).status_code == 303
    assert "administrator" in browser.get("/me").text
    assert browser.get("/").status_code == 403
    assert browser.post(f"/set-up/{token}", data={**fields, "name": "two"}).status_code == 404
    gate.set_up.renew()
    again = browser.post(f"/set-up/{gate.set_up.renew()}", data={**fields, "name": "two"})
    assert again.status_code == 422


def test_a_welcome_link_lets_a_person_choose_a_password_once(browser, toy_store):
    from hubpost.actions.identity import accounts

    account_id = add_account(toy_store, "anna", county(Role.OFFICER))
    token = toy_store.write(lambda tx: accounts.issue_link(tx, account_id), actor="admin")
    assert "anna" in browser.get(f"/welcome/{token}").text
    chosen = {"password": PASSWORD, "again": PASSWORD}
    unlike = {**chosen, "again": "something else entirely"}
    assert browser.post(f"/welcome/{token}", data=unlike).status_code == 422
    assert browser.post(f"/welcome/{token}", data=chosen).status_code == 303
    assert browser.get("/me").status_code == 200
    assert browser.get(f"/welcome/{token}").status_code == 404


def test_the_link_of_the_demo_signs_in_one_browser_and_shows_the_next(toy_store, gate):
    used = []
    demo = Gate(gate.keyring, limits=gate.limits, demo="demo")
    demo.enter.on_used = lambda: used.append(demo.enter.renew())
    add_account(toy_store, "demo", county(Role.DISPATCHER), county(Role.AUDITOR))
    app = create_app(toy_store, toy_room(), gate=demo)
    token = demo.enter.renew()
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as browser:
        browser.headers["Accept"] = "text/html"
        assert browser.get("/").status_code == 303
        assert browser.get(f"/enter/{token}").status_code == 200
        assert browser.get("/").status_code == 200
        browser.post("/actor", data={"name": "王所长"})
        assert "王所长" in browser.get("/").text
        browser.cookies.clear()
        assert browser.get(f"/enter/{token}").status_code == 404
        assert browser.get("/").status_code == 303
        assert browser.get(f"/enter/{used[0]}").status_code == 200


def test_one_of_several_roles_may_be_chosen_which_only_takes_rights_away(as_role):
    browser = as_role(county(Role.DISPATCHER), county(Role.AUDITOR))
    assert browser.get("/log").status_code == browser.get("/").status_code == 200
    browser.post("/me/role", data={"role": "auditor:county:toy"})
    assert browser.get("/").status_code == 403
    assert browser.get("/log").status_code == 200
    browser.cookies.set("hubpost_role", "planner:county:toy")
    assert browser.post("/plans/sign", data={}).status_code == 403


def test_without_a_gate_there_is_nothing_to_sign_in_to(toy_store):
    """The open mode is for unit tests of pages only; it has no accounts, and says so."""
    with TestClient(create_app(toy_store, toy_room()), base_url="http://127.0.0.1") as client:
        assert client.get("/sign-in").status_code == 404
        assert client.post("/sign-in", data={"name": "a", "password": "b"}).status_code == 404
        assert client.get("/me").status_code == 404


def test_a_way_on_never_leads_to_another_site(browser, toy_store):
    add_account(toy_store, "anna", county(Role.DISPATCHER), password=PASSWORD)
    for way in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:1"):
        assert try_in(browser, next=way).headers["location"] == "/start"


def test_everything_of_signing_in_is_in_the_chain(browser, toy_store):
    add_account(toy_store, "anna", county(Role.AUDITOR), password=PASSWORD)
    try_in(browser, password=WRONG)
    try_in(browser)
    browser.get("/log")
    browser.get("/log/checkpoint")
    browser.post("/sign-out")
    known = actions(toy_store)
    for action in ("sign_in_failed", "sign_in", "log.view", "log.checkpoint", "sign_out"):
        assert action in known
    assert toy_store.read(find_broken_row) is None
