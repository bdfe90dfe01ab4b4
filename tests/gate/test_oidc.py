"""Single sign-on against a provider on this machine: matched, never made, nothing forged taken."""

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import OctKey, RSAKey

from hubpost.actions.identity.oidc import OidcParams
from hubpost.model.access import Role
from hubpost.storage.identity.queries import find_account
from hubpost.web.app import create_app
from hubpost.web.gate.gate import Gate
from tests.gate.conftest import BASE, add_account, county
from tests.gate.provider import running_provider
from tests.rooms import toy_room


@pytest.fixture
def provider():
    with running_provider() as found:
        found.claims["preferred_username"] = "anna"
        yield found


@pytest.fixture
def single(toy_store, gate, provider):
    """A browser of a console whose provider is this one, and which knows anna."""
    add_account(toy_store, "anna", county(Role.DISPATCHER))
    params = OidcParams(provider.issuer, "hubpost", "a secret", name="County")
    app = create_app(
        toy_store, toy_room(), gate=Gate(gate.keyring, limits=gate.limits, oidc=params)
    )
    with TestClient(app, base_url=BASE, follow_redirects=False) as client:
        client.headers["Accept"] = "text/html"
        client.cookies.set("hubpost_language", "en")
        yield client


def go(client, provider):
    away = client.get("/sign-in/oidc")
    assert away.status_code == 303
    return client.get("/sign-in/oidc/back?" + provider.authorize(away.headers["location"]))


def test_who_the_provider_knows_comes_in_as_the_account_of_that_name(single, provider, toy_store):
    assert "County" in single.get("/sign-in").text
    assert go(single, provider).status_code == 200
    assert single.get("/").status_code == 200
    assert ">anna<" in single.get("/").text
    row = toy_store.read(lambda c: find_account(c, "anna"))
    assert row.oidc_subject == f"{provider.issuer} subject-7"
    assert provider.asked["code_challenge_method"] == "S256"


def test_nobody_gets_an_account_or_a_right_by_being_known_there(single, provider, toy_store):
    provider.claims |= {"preferred_username": "stranger", "groups": ["administrator"]}
    answer = go(single, provider)
    assert answer.status_code == 422
    assert "no account here" in answer.text
    assert toy_store.read(lambda c: find_account(c, "stranger")) is None
    assert single.get("/").status_code == 303


def test_another_subject_cannot_take_the_name_of_a_tied_account(single, provider):
    go(single, provider)
    single.post("/sign-out")
    provider.claims["sub"] = "subject-8"
    assert go(single, provider).status_code == 422


def test_a_closed_account_stays_closed(single, provider, toy_store):
    from hubpost.actions.identity import accounts

    row = toy_store.read(lambda c: find_account(c, "anna"))
    toy_store.write(lambda tx: accounts.disable_account(tx, row.id), actor="admin")
    assert go(single, provider).status_code == 422


@pytest.mark.parametrize(
    "forged",
    [
        {"nonce": "another"},
        {"aud": "another client"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"sub": None},
    ],
    ids=lambda f: next(iter(f)),
)
def test_a_token_that_is_not_for_this_departure_is_refused(single, provider, forged):
    provider.claims |= forged
    assert go(single, provider).status_code == 422
    assert single.get("/").status_code == 303


def test_a_token_signed_by_somebody_else_or_by_a_shared_secret_is_refused(single, provider):
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "1"})
    assert go(single, provider).status_code == 422
    provider.signing_key = OctKey.import_key("a secret that is long enough for HS256 here")
    provider.algorithm = "HS256"
    assert go(single, provider).status_code == 422


def test_an_answer_without_a_departure_or_with_a_wrong_state_is_refused(single, provider):
    assert single.get("/sign-in/oidc/back?code=code-1&state=x").status_code == 422
    away = single.get("/sign-in/oidc")
    provider.authorize(away.headers["location"])
    assert single.get("/sign-in/oidc/back?code=code-1&state=wrong").status_code == 422


def test_a_provider_that_is_away_or_bears_another_name_is_told(toy_store, gate, provider):
    for issuer in ("http://127.0.0.1:9", f"{provider.issuer}/elsewhere"):
        params = replace(OidcParams(provider.issuer, "hubpost", "s"), issuer=issuer)
        wanting = Gate(gate.keyring, limits=gate.limits, oidc=params)
        app = create_app(toy_store, toy_room(), gate=wanting)
        with TestClient(app, base_url=BASE, follow_redirects=False) as client:
            assert client.get("/sign-in/oidc").status_code == 422
