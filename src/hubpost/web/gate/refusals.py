"""What is answered at the gate: sign in first, not yours, too often; as page, part or JSON."""

from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from hubpost.web.console import get_console, viewer_of
from hubpost.web.failures import CUT_SHORT, DATABASE_AWAY, TOO_MUCH, answer_failure
from hubpost.web.languages import LANGUAGES, translator
from hubpost.web.languages import mark as _
from hubpost.web.pages import render
from hubpost.web.security import LOOPBACK

NOT_SIGNED_IN = _("Sign in first; nothing was done.")
NOT_PERMITTED = _("Your role does not include this, or not at this place.")
TOO_OFTEN = _("Too many requests. Wait %(seconds)s seconds, then try again.")


def not_signed_in(request: Request) -> Response:
    """401; a page that was opened by hand is sent to sign in, and then on to where it was going."""
    if _is_program(request):
        return _json(401, "not_signed_in", NOT_SIGNED_IN, {"WWW-Authenticate": "Bearer"})
    if request.method == "GET" and _wants_page(request):
        return RedirectResponse(_way_to_sign_in(str(request.url)), 303)
    answer = answer_failure(request, NOT_SIGNED_IN, 401)
    if "hx-request" in request.headers:
        here = request.headers.get("hx-current-url", "")
        answer.headers["HX-Redirect"] = _way_to_sign_in(here)
    return answer


def _way_to_sign_in(url: str) -> str:
    """Where to sign in, and to come back from to the page of this address."""
    parts = urlsplit(url)
    here = f"{parts.path or '/'}?{parts.query}".rstrip("?")
    return f"/sign-in?next={quote(here, safe='/')}"


def not_permitted(request: Request) -> Response:
    """403, without saying whether there is such a thing at all."""
    if _is_program(request):
        return _json(403, "not_permitted", NOT_PERMITTED)
    if request.method == "GET" and _wants_page(request):
        return render(get_console(request), viewer_of(request), "denied.html", status=403)
    return answer_failure(request, NOT_PERMITTED, 403)


def too_often(request: Request, wait_s: int) -> Response:
    """429 in both languages: whoever is slowed down may not have chosen one yet."""
    texts = [translator(lang)(TOO_OFTEN, seconds=wait_s) for lang in LANGUAGES]
    headers = {"Retry-After": str(wait_s)}
    if _is_program(request):
        return _json(429, "too_often", " ".join(texts), headers)
    console, viewer = get_console(request), viewer_of(request)
    return render(console, viewer, "busy.html", status=429, headers=headers, texts=texts)


def body_refused(request: Request, status: int) -> Response:
    """The body was larger than any form here, or did not come whole."""
    return answer_failure(request, CUT_SHORT if status == 408 else TOO_MUCH, status)


def database_away(request: Request) -> Response:
    """503 while the database does not answer."""
    return answer_failure(request, DATABASE_AWAY, 503)


def address_of(request: Request) -> str:
    """The address that asks; the proxy's word for it counts only when the proxy is trusted."""
    return request.client.host if request.client else ""


def asks_from_here(request: Request) -> bool:
    """Whether a program on this machine asks, and no proxy for somebody else."""
    forwarded = any(h in request.headers for h in ("forwarded", "x-forwarded-for", "via"))
    return address_of(request) in LOOPBACK and not forwarded


def _is_program(request: Request) -> bool:
    return request.url.path.startswith("/api/") or "authorization" in request.headers


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and "hx-request" not in request.headers


def _json(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    return JSONResponse({"code": code, "message": message, "detail": {}}, status, headers)
