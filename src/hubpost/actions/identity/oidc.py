"""Single sign-on by OpenID Connect: an account is matched, never made, and brings its own rights.

Authorization code flow with PKCE, state and nonce, by Authlib. Signed tokens only, by the keys that
the issuer publishes; no shared-secret signature is ever taken.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from hubpost.actions.identity.sessions import open_session
from hubpost.actions.identity.tokens import new_token
from hubpost.model.apply import Refused
from hubpost.storage.identity.queries import find_account, find_oidc_account
from hubpost.storage.identity.tables import account
from hubpost.storage.store import Store
from hubpost.storage.transaction import Tx

_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]
_TIMEOUT_S = 10
_LEEWAY_S = 60


@dataclass(frozen=True, slots=True)
class OidcParams:
    """The provider, as hubpost.toml names it.

    claim: the claim of the ID token that is the sign-in name here. name: what the button says.
    """

    issuer: str
    client_id: str
    client_secret: str
    claim: str = "preferred_username"
    name: str = "OpenID"


@dataclass(frozen=True, slots=True)
class Departure:
    """What must be known again when the browser comes back from the provider."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


def depart(params: OidcParams, redirect_uri: str) -> tuple[str, Departure]:
    """The provider's address to send a browser to, and what to remember until it is back.

    Raises Refused when the provider does not answer.
    """
    going = Departure(new_token(), new_token(), secrets.token_urlsafe(48), redirect_uri)
    with _client(params, redirect_uri) as client:
        url, _ = client.create_authorization_url(
            _describe(params)["authorization_endpoint"],
            state=going.state,
            nonce=going.nonce,
            code_verifier=going.verifier,
        )
    return str(url), going


def arrive(
    store: Store, params: OidcParams, going: Departure, answer: Mapping[str, str], device: str
) -> str:
    """The token of a new session for who comes back from the provider.

    answer: the query of the address they came back to. Raises Refused when it is not the answer to
    this departure, the token is not sound, or no account here bears the name.
    """
    state = answer.get("state", "").encode("utf-8", "replace")
    if not secrets.compare_digest(state, going.state.encode()) or not answer.get("code"):
        raise Refused("oidc_wrong", "The provider did not let you in, or the way there is too old.")
    claims = _prove(params, going, answer["code"])
    token = new_token()

    def admit(tx: Tx) -> bool:
        account_id = _match(tx, params, claims)
        if account_id is None:
            tx.audit("sign_in_failed", "", {"by": "oidc"})
            return False
        open_session(tx, account_id, token, device)
        return True

    if not store.write(admit, actor="oidc"):
        raise Refused("oidc_unknown", "The provider knows you, but there is no account here.")
    return token


def _prove(params: OidcParams, going: Departure, code: str) -> dict[str, Any]:
    """The claims of the ID token that a code is exchanged for, once they hold."""
    # Half a second to import, which a console without a provider need not wait for.
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.jwk import KeySet
    from joserfc.jws import JWSRegistry

    known = _describe(params)
    try:
        with _client(params, going.redirect_uri) as client:
            got = client.fetch_token(
                known["token_endpoint"], code=code, code_verifier=going.verifier, timeout=_TIMEOUT_S
            )
            published: Any = _fetch(known["jwks_uri"])
            keys = KeySet.import_key_set(published)
        registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
        read = jwt.decode(got["id_token"], key=keys, registry=registry)
        claims = CodeIDToken(
            read.claims,
            read.header,
            {"iss": {"essential": True, "values": [known["issuer"]]}, "sub": {"essential": True}},
            {"nonce": going.nonce, "client_id": params.client_id},
        )
        claims.validate(leeway=_LEEWAY_S)
    except Refused:
        raise
    except Exception as error:
        # Whatever is wrong with it, it proves nothing; its text may hold what must not be told.
        kind = type(error).__name__
        raise Refused("oidc_wrong", f"What the provider sent does not hold ({kind}).") from error
    return dict(claims)


def _match(tx: Tx, params: OidcParams, claims: dict[str, Any]) -> str | None:
    """The account tied to the subject, else the one named by the claim, which is tied to it now."""
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    row = find_oidc_account(tx.conn, issuer, subject)
    if row is None:
        row = find_account(tx.conn, str(claims.get(params.claim, "")))
        if row is None or row.oidc_subject is not None:
            return None
        tied = account.update().where(account.c.id == row.id)
        tx.conn.execute(tied.values(oidc_subject=f"{issuer} {subject}"))
        tx.audit("tie_oidc", row.id, {"issuer": issuer})
    return str(row.id) if row.disabled_at is None else None


def _client(params: OidcParams, redirect_uri: str) -> Any:
    from authlib.integrations.requests_client import OAuth2Session

    return OAuth2Session(
        params.client_id,
        params.client_secret,
        scope="openid profile",
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
    )


def _describe(params: OidcParams) -> dict[str, Any]:
    """The provider's own description. Raises Refused."""
    found = _fetch(f"{params.issuer.rstrip('/')}/.well-known/openid-configuration")
    if str(found.get("issuer", "")).rstrip("/") != params.issuer.rstrip("/"):
        raise Refused("oidc_wrong", "The provider calls itself by another name than hubpost.toml.")
    return found


def _fetch(url: str) -> dict[str, Any]:
    import requests

    try:
        answer = requests.get(url, timeout=_TIMEOUT_S)
        answer.raise_for_status()
        return msgspec.json.decode(answer.content, type=dict[str, Any])
    except (requests.RequestException, msgspec.DecodeError) as error:
        raise Refused("oidc_away", "The provider does not answer. Use your password.") from error
