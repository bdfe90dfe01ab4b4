"""Accounts and signing in, on both databases."""

import stat
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from hubpost.actions.identity import accounts, sign_in
from hubpost.actions.identity.passwords import hash_password, verify_password
from hubpost.model.access import Grant, Role, ScopeKind, Where, permits
from hubpost.model.apply import Refused
from hubpost.storage.audit_chain import find_broken_row
from hubpost.storage.identity.queries import find_account, list_sessions
from hubpost.storage.identity.tables import session
from hubpost.storage.sealing import Keyring
from tests.boards import founding_events
from tests.rooms import fill

PASSWORD = "four words in a row"  # noqa: S105


@pytest.fixture
def keyring(tmp_path):
    return Keyring(tmp_path / "keys")


@pytest.fixture
def anna(store):
    """An account with a password, on a store with the founding county's stations."""
    fill(store, founding_events())
    account_id = store.write(lambda tx: accounts.create_account(tx, "Anna"), actor="setup")
    token = store.write(lambda tx: accounts.issue_link(tx, account_id), actor="setup")
    hashed = hash_password(PASSWORD, "anna")
    store.write(lambda tx: accounts.use_link(tx, token, hashed), actor="anna")
    return account_id


def refused(call):
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def try_in(store, keyring, password=PASSWORD, code="", name="anna"):
    return sign_in.sign_in(store, keyring, name, password, code)


def test_the_right_password_opens_a_session_that_signing_out_ends(store, keyring, anna):
    token = try_in(store, keyring, name=" ANNA ")
    assert sign_in.find_signed_in(store, token).account_id == anna
    store.write(lambda tx: sign_in.sign_out(tx, token), actor="anna")
    assert sign_in.find_signed_in(store, token) is None


def test_a_stolen_token_is_worth_nothing_after_sign_out_nor_from_the_database(store, keyring, anna):
    token = try_in(store, keyring)
    stored = store.read(lambda c: c.execute(sa.select(session.c.token_hash)).scalar_one())
    assert token not in stored
    assert sign_in.find_signed_in(store, stored) is None
    store.write(lambda tx: accounts.end_sessions(tx, anna), actor="anna")
    assert sign_in.find_signed_in(store, token) is None


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(store, keyring, anna):
    wrong = refused(lambda: try_in(store, keyring, "not the password"))
    unknown = refused(lambda: try_in(store, keyring, name="nobody"))
    assert wrong == unknown == "sign_in_wrong"


def test_five_wrong_attempts_lock_the_account_even_for_the_right_password(
    store, keyring, anna, clock
):
    codes = [refused(lambda: try_in(store, keyring, "wrong password")) for _ in range(5)]
    assert codes == ["sign_in_wrong"] * 4 + ["sign_in_locked"]
    assert refused(lambda: try_in(store, keyring)) == "sign_in_locked"
    clock.now += sign_in.LOCKED_FOR
    assert try_in(store, keyring)


def test_a_session_ends_when_idle_and_when_old_whatever_is_done_with_it(
    store, keyring, anna, clock
):
    idle = try_in(store, keyring)
    clock.now += sign_in.IDLE
    assert sign_in.find_signed_in(store, idle) is None
    busy = try_in(store, keyring)
    for _ in range(int(sign_in.ABSOLUTE / timedelta(minutes=20)) - 1):
        clock.now += timedelta(minutes=20)
        assert sign_in.find_signed_in(store, busy) is not None
    clock.now += timedelta(minutes=20)
    assert sign_in.find_signed_in(store, busy) is None


def test_a_link_works_once_and_for_a_day(store, anna, clock):
    def issue():
        return store.write(lambda tx: accounts.issue_link(tx, anna), actor="admin")

    def use(token):
        return store.write(lambda tx: accounts.use_link(tx, token, "hash"), actor="anna")

    first, second = issue(), issue()
    assert refused(lambda: use(first)) == "link_ended"
    assert use(second) == anna
    assert refused(lambda: use(second)) == "link_ended"
    late = issue()
    clock.now += accounts.LINK_RUNS
    assert refused(lambda: use(late)) == "link_ended"


def test_choosing_a_new_password_signs_out_everywhere(store, keyring, anna):
    token = try_in(store, keyring)
    link = store.write(lambda tx: accounts.issue_link(tx, anna), actor="admin")
    store.write(lambda tx: accounts.use_link(tx, link, "other"), actor="anna")
    assert sign_in.find_signed_in(store, token) is None
    assert store.read(lambda c: list_sessions(c, anna)) == []


def test_one_time_codes_are_asked_for_taken_once_and_kept_sealed(store, keyring, anna, clock):
    address = store.write(lambda tx: sign_in.begin_totp(tx, keyring, anna), actor="anna")
    totp = pyotp.parse_uri(address)

    def code(shift_s=0):
        return totp.at(int(clock.now.timestamp()) + shift_s)

    assert try_in(store, keyring), "not in force before it is confirmed"
    confirm = code()
    store.write(lambda tx: sign_in.confirm_totp(tx, keyring, anna, confirm), actor="anna")
    assert refused(lambda: try_in(store, keyring)) == "code_needed"
    assert refused(lambda: try_in(store, keyring, code="000000")) == "sign_in_wrong"
    assert refused(lambda: try_in(store, keyring, code=confirm)) == "sign_in_wrong", "used before"
    clock.now += timedelta(seconds=60)
    assert try_in(store, keyring, code=code())
    sealed = store.read(lambda c: find_account(c, "anna")).totp_sealed
    assert totp.secret not in sealed


def test_a_disabled_account_is_out_at_once(store, keyring, anna):
    token = try_in(store, keyring)
    store.write(lambda tx: accounts.disable_account(tx, anna), actor="admin")
    assert sign_in.find_signed_in(store, token) is None
    assert refused(lambda: try_in(store, keyring)) == "sign_in_wrong"


def test_grants_are_read_afresh_so_that_a_secondment_ends_on_its_day(store, keyring, anna, clock):
    end = clock.now + timedelta(minutes=10)
    secondment = Grant(Role.DISPATCHER, ScopeKind.GROUP, "Z", None, end)
    store.write(lambda tx: accounts.give_grant(tx, anna, secondment), actor="admin")
    token = try_in(store, keyring)
    there = Where(hub_id="Z", station_id="S")
    who = sign_in.find_signed_in(store, token)
    assert permits(who.grants, "unit.dispatch", there, store.now())
    clock.now = end
    who = sign_in.find_signed_in(store, token)
    assert not permits(who.grants, "unit.dispatch", there, store.now())


def test_a_revoked_grant_is_gone_at_once_and_cannot_be_revoked_twice(store, keyring, anna):
    station = Grant(Role.OFFICER, ScopeKind.STATION, "S")
    grant_id = store.write(lambda tx: accounts.give_grant(tx, anna, station), actor="admin")
    token = try_in(store, keyring)
    store.write(lambda tx: accounts.revoke_grant(tx, grant_id), actor="admin")
    assert sign_in.find_signed_in(store, token).grants == ()
    again = refused(lambda: store.write(lambda tx: accounts.revoke_grant(tx, grant_id), actor="x"))
    assert again == "grant_unknown"


def test_grants_outside_the_county_or_ending_before_they_begin_are_refused(store, anna, clock):
    nowhere = Grant(Role.OFFICER, ScopeKind.STATION, "X")
    backwards = Grant(
        Role.OFFICER, ScopeKind.STATION, "S", clock.now, clock.now - timedelta(days=1)
    )
    codes = [
        refused(lambda g=g: store.write(lambda tx: accounts.give_grant(tx, anna, g), actor="a"))
        for g in (nowhere, backwards)
    ]
    assert codes == ["scope_unknown", "grant_dates"]


def test_bad_and_used_account_names_are_refused(store, anna):
    def create(name):
        return refused(lambda: store.write(lambda tx: accounts.create_account(tx, name), actor="a"))

    assert [create("ANNA"), create("a b"), create("")] == [
        "account_known",
        "account_name",
        "account_name",
    ]


def test_every_change_to_identity_is_in_the_audit_chain(store, keyring, anna):
    try_in(store, keyring)
    refused(lambda: try_in(store, keyring, "wrong password"))
    from hubpost.storage.schema import audit

    actions = store.read(lambda c: list(c.execute(sa.select(audit.c.action)).scalars()))
    assert {"create_account", "issue_link", "choose_password", "sign_in", "sign_in_failed"} <= set(
        actions
    )
    assert store.read(find_broken_row) is None


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "anna is my name", "x" * 201])
def test_guessable_passwords_are_refused(password):
    assert refused(lambda: hash_password(password, "anna")) in {
        "password_length",
        "password_guessable",
    }


def test_password_hashes_are_salted_argon2id():
    one, two = hash_password(PASSWORD, "anna"), hash_password(PASSWORD, "anna")
    assert one.startswith("$argon2id$")
    assert one != two
    assert verify_password(one, PASSWORD)
    assert not verify_password(one, PASSWORD + "!")
    assert not verify_password(None, "nobody has this password")


def test_keys_rotate_without_losing_what_was_sealed(tmp_path):
    ring = Keyring(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o600
    sealed = ring.seal("secret")
    ring.add_key()
    assert ring.unseal(sealed) == "secret"
    fresh = ring.reseal(sealed)
    ring.drop_old_keys()
    assert Keyring(tmp_path / "keys").unseal(fresh) == "secret"
    with pytest.raises(ValueError, match="none of them opens it"):
        ring.unseal(sealed)
