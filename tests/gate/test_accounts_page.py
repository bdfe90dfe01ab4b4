"""The page of accounts: links, roles with dates, sessions, locks; never one's own."""

import pytest

from hubpost.actions.identity import accounts
from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.storage.identity.queries import find_account, list_grants
from tests.gate.conftest import PASSWORD, add_account, add_session

ADMIN = Grant(Role.ADMINISTRATOR, ScopeKind.COUNTY, "")
OFFICER_AT_Z = {"role": "officer", "scope": "station", "scope_id": "Z"}


@pytest.fixture
def admin(as_role):
    return as_role(ADMIN)


@pytest.fixture
def bo(toy_store):
    return add_account(toy_store, "bo", Grant(Role.OFFICER, ScopeKind.STATION, "Z"))


def row_of(store, name):
    return store.read(lambda c: find_account(c, name))


def test_an_account_is_made_with_a_link_by_which_its_person_chooses_a_password(admin, toy_store):
    page = admin.post("/accounts", data={"name": "carl", "shown": "卡尔"})
    link = page.text.split('id="link">')[1].split("<")[0]
    assert page.headers["cache-control"] == "no-store"
    assert link not in admin.get("/accounts").text, "shown once"
    admin.cookies.clear()
    chosen = admin.post(link, data={"password": PASSWORD, "again": PASSWORD})
    assert chosen.status_code == 303
    assert row_of(toy_store, "carl").password_hash
    assert "carl" not in row_of(toy_store, "carl").display_name


def test_a_role_is_given_from_a_day_until_another_and_taken_back(admin, bo, toy_store):
    asked = {"role": "station_chief", "scope": "station", "scope_id": "S",
             "first": "2026-03-01", "last": "2026-03-05"}  # fmt: skip
    assert admin.post(f"/accounts/{bo}/role", data=asked).status_code == 303
    given = next(g for g in toy_store.read(lambda c: list_grants(c, bo)) if g.role != "officer")
    assert (given.valid_to - given.valid_from).days == 5
    page = admin.get("/accounts").text
    grant_id = page.split("/roles/")[1].split("/")[0]
    before = len(toy_store.read(lambda c: list_grants(c, bo)))
    assert admin.post(f"/accounts/{bo}/roles/{grant_id}/revoke").status_code == 303
    assert len(toy_store.read(lambda c: list_grants(c, bo))) == before - 1
    assert admin.post(f"/accounts/{bo}/roles/{grant_id}/revoke").status_code == 422


@pytest.mark.parametrize(
    "changed",
    [
        {"scope_id": "nowhere"},
        {"role": "king"},
        {"first": "2026-03-05", "last": "2026-03-01"},
        {"first": "tomorrow"},
        {"scope": "partner", "scope_id": "west"},
    ],
)
def test_a_role_that_cannot_be_is_refused_in_words(admin, bo, toy_store, changed):
    page = admin.post(f"/accounts/{bo}/role", data=OFFICER_AT_Z | changed)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert len(toy_store.read(lambda c: list_grants(c, bo))) == 1


def test_sessions_end_accounts_close_and_open_again_and_all_of_it_is_logged(
    admin, bo, toy_store, browser
):
    mine = admin.cookies["hubpost_session"]
    theirs = add_session(toy_store, bo)
    step = lambda name: admin.post(f"/accounts/{bo}/step", data={"step": name}).status_code  # noqa: E731

    def opens(token):
        admin.cookies.set("hubpost_session", token)
        answer = admin.get("/me").status_code
        admin.cookies.set("hubpost_session", mine)
        return answer == 200

    assert opens(theirs)
    assert step("end") == 303
    assert not opens(theirs)
    again = add_session(toy_store, bo)
    assert step("close") == 303
    assert not opens(again)
    assert step("reopen") == 303
    assert opens(add_session(toy_store, bo))
    assert step("promote") == 422
    from hubpost.storage import schema
    from tests.storage.test_store import rows

    said = [r.action for r in rows(toy_store, schema.audit) if r.subject == bo]
    assert said[-5:] == ["end_sessions", "sign_in", "disable_account", "reopen_account", "sign_in"]


def test_a_locked_account_is_unlocked(admin, bo, toy_store):
    from datetime import timedelta

    from hubpost.storage.identity.tables import account

    def lock(tx):
        until = tx.now + timedelta(minutes=15)
        tx.conn.execute(account.update().where(account.c.id == bo).values(locked_until=until))

    toy_store.write(lock, actor="setup")
    assert "Unlock" in admin.get("/accounts").text
    assert admin.post(f"/accounts/{bo}/step", data={"step": "unlock"}).status_code == 303
    assert row_of(toy_store, "bo").locked_until is None


def test_nobody_changes_the_own_account_here(admin, toy_store):
    me = row_of(toy_store, "anna").id
    assert admin.post(f"/accounts/{me}/role", data=OFFICER_AT_Z).status_code == 422
    assert admin.post(f"/accounts/{me}/step", data={"step": "close"}).status_code == 422
    assert len(toy_store.read(lambda c: list_grants(c, me))) == 1


def test_only_administrators_open_it(as_role, bo):
    browser = as_role(Grant(Role.HUB_CHIEF, ScopeKind.COUNTY, ""))
    assert browser.get("/accounts").status_code == 403
    assert browser.post(f"/accounts/{bo}/role", data=OFFICER_AT_Z).status_code == 403


def test_the_link_of_a_closed_account_opens_nothing(admin, bo, toy_store):
    token = toy_store.write(lambda tx: accounts.issue_link(tx, bo), actor="setup")
    admin.post(f"/accounts/{bo}/step", data={"step": "close"})
    admin.cookies.clear()
    assert 'name="password"' not in admin.get(f"/welcome/{token}").text
