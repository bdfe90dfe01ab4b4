"""What is answered when a request cannot be served: in words, never a traceback."""

import errno
import logging

import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from hubpost.model.refused import Refused
from hubpost.storage.sealing import KeyMissing
from hubpost.web.api.replies import failure
from hubpost.web.console import get_console, viewer_of
from hubpost.web.languages import mark as _
from hubpost.web.record_refusals import RECORD_REFUSAL, record_refusal, record_status
from hubpost.web.refusals import refusal_text, status_of
from hubpost.web.replies import show_notice

_log = logging.getLogger("hubpost.web")

DATABASE_AWAY = _("The database does not answer. Look whether it was saved before you try again.")
_PG_DISK_FULL = "53100"
DISK_FULL = _("The disk is full: nothing can be saved until there is room. Looking goes on.")
KEY_MISSING = _(
    "Personal data here is sealed with a key that is not at hand, or was changed. The "
    "administrator must put back the key file that belongs to this database."
)
#: What a database that is away makes of a statement, and of waiting for a connection.
DATABASE_FAULTS = (
    sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.InternalError, sa.exc.TimeoutError,
    sa.exc.PendingRollbackError,
)  # fmt: skip
TOO_MUCH = _("More was sent than a form of the console can hold.")
NOT_UNDERSTOOD = _("The request could not be understood.")
CUT_SHORT = _("The rest of what was sent did not come. Send it again.")
_BY_STATUS = {
    403: _("Your role does not include this, or not at this place."),
    404: _("There is no such page."),
    408: CUT_SHORT,
    405: _("This address cannot be used in this way."),
    413: TOO_MUCH,
}


def add_failure_handlers(app: FastAPI) -> None:
    """Answer every kind of failure in the viewer's language."""
    app.add_exception_handler(HTTPException, _refused_by_server)
    app.add_exception_handler(RequestValidationError, _bad_request)
    for away in DATABASE_FAULTS:
        app.add_exception_handler(away, _database_away)
    # A text that PostgreSQL cannot hold, such as one with a NUL in it.
    app.add_exception_handler(sa.exc.DataError, _bad_request)
    app.add_exception_handler(OSError, _disk_full)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(KeyMissing, _key_missing)
    app.add_exception_handler(Refused, _refused_by_rule)
    app.add_exception_handler(Exception, _unforeseen)


def _refused_by_server(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    message = _BY_STATUS.get(status, NOT_UNDERSTOOD)
    return answer_failure(request, message, status)


def _refused_by_rule(request: Request, error: Exception) -> Response:
    """A refusal that its page had no place for, such as a database without a county."""
    assert isinstance(error, Refused)  # noqa: S101 - as it was registered
    if error.code in RECORD_REFUSAL:
        said = record_refusal(viewer_of(request), error)
        return answer_failure(request, said, record_status(error))
    text = refusal_text(viewer_of(request), get_console(request).store, error)
    return answer_failure(request, text, status_of(error))


def _bad_request(request: Request, error: Exception) -> Response:
    text = NOT_UNDERSTOOD
    if request.url.path.startswith("/api/") and isinstance(error, RequestValidationError):
        # Where and what was expected; what came may be personal, and its sender knows it.
        wrong = {".".join(map(str, e["loc"])): str(e["msg"]) for e in error.errors()[:20]}
        return failure(422, "http_422", text, wrong)
    return answer_failure(request, text, 422)


def _database_away(request: Request, error: Exception) -> Response:
    _log.error("database away", exc_info=error, extra=_route(request))
    full = isinstance(error, sa.exc.OperationalError) and is_disk_full(error)
    return answer_failure(request, DISK_FULL if full else DATABASE_AWAY, 503)


def _key_missing(request: Request, error: Exception) -> Response:
    """Nothing of the value is shown, and nothing in its place: the key must come back first."""
    _log.error("key missing", extra=_route(request))
    return answer_failure(request, KEY_MISSING, 503)


def _disk_full(request: Request, error: Exception) -> Response:
    """A file could not be written, as of an upload; any other fault of a file is unforeseen."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        _log.error("disk full", extra=_route(request))
        return answer_failure(request, DISK_FULL, 503)
    return _unforeseen(request, error)


def _gone(request: Request, error: Exception) -> Response:
    """Who sent half of it is gone and reads no answer; nothing of it was kept."""
    return answer_failure(request, CUT_SHORT, 408)


def is_disk_full(error: sa.exc.OperationalError) -> bool:
    """Whether the database has no room left: SQLite's and PostgreSQL's ways of saying so."""
    if getattr(error.orig, "sqlstate", None) == _PG_DISK_FULL:
        return True
    said = str(error.orig).lower()
    return "disk is full" in said or "no space left" in said or "could not extend file" in said


def _unforeseen(request: Request, error: Exception) -> Response:
    _log.error("unforeseen", exc_info=error, extra=_route(request))
    text = _("Something went wrong here. Look whether it was saved before you try again.")
    return answer_failure(request, text, 500)


def _route(request: Request) -> dict[str, str]:
    """The request by the name of its route: its address may hold a token."""
    route = getattr(request.scope.get("route"), "name", None)
    return {"route": request.scope.get("hubpost_route") or route or "none",
            "method": request.method}  # fmt: skip


def answer_failure(request: Request, message: str, status: int) -> Response:
    """A failure in words: JSON for the interfaces, else the line of notices."""
    if request.url.path.startswith("/api/"):
        return failure(status, f"http_{status}", message)
    return show_notice(get_console(request), viewer_of(request), message, status=status)
