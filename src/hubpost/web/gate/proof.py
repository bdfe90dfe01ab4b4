"""Finding out who asks: by the session cookie of a browser, or by the token of a program."""

from starlette.requests import Request

from hubpost.actions.identity.api_tokens import find_api_client
from hubpost.actions.identity.sign_in import find_signed_in
from hubpost.model.access import Grant
from hubpost.storage.store import Store
from hubpost.web.gate.cookies import ROLE_COOKIE, read_cookie
from hubpost.web.gate.gate import Gate
from hubpost.web.gate.visitor import Visitor


def find_visitor(
    store: Store, gate: Gate, request: Request, *, touch: bool = True
) -> Visitor | None:
    """Who asks, with the grants as they stand now; None when nothing valid was shown.

    A token that is shown and worth nothing is not made good by a cookie beside it.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        client = find_api_client(store, token.strip())
        return None if client is None else Visitor(client, client.grants)
    session = read_cookie(request, "session")
    person = find_signed_in(store, session, gate.sessions, touch=touch) if session else None
    if person is None:
        return None
    wanted = request.cookies.get(ROLE_COOKIE, "")
    chosen = tuple(g for g in person.grants if grant_key(g) == wanted)
    return Visitor(person, chosen or person.grants, session)


def grant_key(grant: Grant) -> str:
    """What a grant is called where one of several is chosen."""
    return f"{grant.role.value}:{grant.scope_kind.value}:{grant.scope_id}"
