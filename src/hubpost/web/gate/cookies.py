"""The cookies of signing in: which names, and under which conditions a browser keeps them."""

from starlette.requests import Request
from starlette.responses import Response

from hubpost.web.security import LOOPBACK

_NAMES = {"session": "hubpost_session", "pending": "hubpost_pending", "oidc": "hubpost_oidc"}
ROLE_COOKIE = "hubpost_role"


def is_loopback(request: Request) -> bool:
    """Whether the address in the browser is this machine's own."""
    return (request.url.hostname or "") in LOOPBACK


def is_encrypted(request: Request) -> bool:
    """Whether the way to the browser is encrypted, or stays on this machine.

    Behind a reverse proxy the scheme is known only when the proxy is trusted (--trusted-proxy).
    """
    return request.url.scheme == "https" or is_loopback(request)


def read_cookie(request: Request, kind: str) -> str:
    """The cookie's value, "" without one."""
    return request.cookies.get(_name(request, kind), "")


def set_cookie(
    request: Request, answer: Response, kind: str, value: str, max_age_s: int, *, lax: bool = False
) -> None:
    """Give the browser a cookie that no script reads and no other site sends.

    lax: also sent when another site leads here, which the way back from a provider needs.
    """
    answer.set_cookie(
        _name(request, kind),
        value,
        max_age=max_age_s,
        path="/",
        secure=not is_loopback(request),
        httponly=True,
        samesite="lax" if lax else "strict",
    )


def drop_cookie(request: Request, answer: Response, kind: str) -> None:
    """Take a cookie back."""
    answer.delete_cookie(
        _name(request, kind), path="/", secure=not is_loopback(request), httponly=True
    )


def _name(request: Request, kind: str) -> str:
    """Beyond this machine the name itself binds the cookie to this host and to TLS."""
    name = _NAMES[kind]
    return name if is_loopback(request) else f"__Host-{name}"
