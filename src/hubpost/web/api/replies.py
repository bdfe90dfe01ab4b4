"""Answers of the REST interface: what was done, or why nothing was, as JSON."""

from collections.abc import Callable
from typing import Any

import msgspec
from starlette.responses import Response

from hubpost.actions.idempotency import once
from hubpost.model.apply import Refused
from hubpost.storage.transaction import Tx
from hubpost.web.console import Console
from hubpost.web.refusals import status_of
from hubpost.web.viewer import Viewer

#: What is not there is 404, what is not permitted to a partner 403; all else by `status_of`.
_STATUS = {
    "call_not_open": 404,
    "unit_unknown": 404,
    "station_unknown": 404,
    "partner_unknown": 403,
    "signature_wrong": 403,
    "agreement_over": 403,
    "message_for_another": 403,
}
_INPUT = frozenset(
    {
        "due_time", "key_reused", "key_unlikely", "line_unreadable", "message_stale",
        "message_unreadable", "message_version", "note_empty", "nothing_changed", "phone_unlikely",
        "place_incomplete", "place_not_known", "place_not_one", "position_impossible",
        "queue_out_of_order", "queue_too_long", "step_unknown", "unit_of_another", "zone_missing",
        "tier_not_further", "merge_with_itself",
    }
)  # fmt: skip
#: What every acting route may answer beside success.
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"description": text}
    for status, text in {
        403: "Not permitted",
        404: "Not there",
        409: "The board stands against it; detail says what",
        413: "Too much was sent",
        422: "The request is not right",
        503: "The database does not answer; ask whether it was saved before sending it again",
    }.items()
}


async def act(
    console: Console,
    viewer: Viewer,
    action: Callable[[Tx], Any],
    *,
    status: int = 200,
    key: str | None = None,
    request: Any = None,
) -> Response:
    """Run an action and answer with what it returned; a key makes a repetition harmless."""
    scoped = f"{viewer.actor}:{key}" if key else None
    try:
        reply = await console.do_soon(viewer, lambda tx: once(tx, scoped, request, action))
    except Refused as refused:
        return refusal(refused)
    return as_json(reply, status)


def refusal(refused: Refused) -> Response:
    """A refusal with its code."""
    status = 422 if refused.code in _INPUT else _STATUS.get(refused.code, status_of(refused))
    body = {"code": refused.code, "message": str(refused), "detail": refused.detail}
    return as_json(body, status)


def failure(status: int, code: str, message: str, detail: dict[str, str] | None = None) -> Response:
    """What could not be served at all; detail: what was expected, by field."""
    return as_json({"code": code, "message": message, "detail": detail or {}}, status)


def as_json(value: Any, status: int = 200) -> Response:
    """Any value of the model as JSON; JSON knows no infinity, so unreachable is null."""
    body = msgspec.json.encode(value)
    return Response(body, status, media_type="application/json")
