"""What waits too long: calls without a unit, crews that are silent, late or alone on scene."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hubpost.model.board import Board, CallOnBoard
from hubpost.model.call import CallMode, Response

#: Every code that `list_warnings` may give, gravest first.
WARNING_CODES = (
    "duress",
    "overdue",
    "unassigned",
    "unacknowledged",
    "not_set_off",
    "welfare",
    "member_silent",
    "scheduled_due",
    "aid_unanswered",
)
#: What lies further ahead of the clock than this was stamped before the clock was put back.
_AHEAD_S = 60.0
#: Tier names of escalation, by number.
LAST_TIER = 4


@dataclass(frozen=True, slots=True)
class TimerParams:
    """Seconds until something is pointed out; data/dispatch/timers.toml may replace them.

    unassigned_s: by priority 1-4, since the call was received. overdue_s, overdue_share: a unit is
    overdue once it is this late against its own *predicted* arrival: seconds, or this share of the
    predicted way, whichever is more. welfare_s: on scene since the last word. escalate_s: by
    priority, after which the next tier is proposed. member_answer_s: 3 minutes [proposed].
    """

    unassigned_s: tuple[float, float, float, float] = (60.0, 180.0, 600.0, 1800.0)
    escalate_s: tuple[float, float, float, float] = (120.0, 300.0, 1200.0, 3600.0)
    acknowledge_s: float = 60.0
    set_off_s: float = 240.0
    overdue_s: float = 180.0
    overdue_share: float = 0.25
    welfare_s: float = 1800.0
    member_answer_s: float = 180.0
    scheduled_lead_s: float = 900.0
    aid_answer_s: float = 300.0


@dataclass(frozen=True, slots=True)
class TimerWarning:
    """Something that waits: since when it should have happened, on which call, by which unit."""

    code: str
    since: datetime
    call_id: str = ""
    unit_id: str = ""
    facts: dict[str, str | float | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Escalation:
    """A call that has waited long enough for the next tier to be asked."""

    call_id: str
    to_tier: int
    waited_s: float


def list_warnings(board: Board, now: datetime, params: TimerParams) -> tuple[TimerWarning, ...]:
    """All that waits at this moment: gravest code, gravest call, longest wait first. Pure."""
    found = [
        *_duress(board),
        *(w for call in board.calls.values() for w in _of_call(call, now, params)),
        *_of_aid(board, now, params),
    ]
    rank = {code: i for i, code in enumerate(WARNING_CODES)}

    def gravity(w: TimerWarning) -> tuple[int, int, datetime]:
        call = board.calls.get(w.call_id)
        return rank[w.code], int(call.call.priority) if call else 0, w.since

    return tuple(sorted(found, key=gravity))


def list_escalations(board: Board, now: datetime, params: TimerParams) -> tuple[Escalation, ...]:
    """Calls without a unit for whom the next tier should be asked; a person, or a rule, does it."""
    found = []
    for on_board in board.calls.values():
        if on_board.active_unit_ids or not _waits(on_board, now, params):
            continue
        start = on_board.escalated_at or _clock_starts(on_board, params)
        waited_s = (now - start).total_seconds()
        limit_s = params.escalate_s[int(on_board.call.priority) - 1]
        if waited_s >= limit_s and on_board.tier < LAST_TIER:
            found.append(Escalation(on_board.call.id, on_board.tier + 1, waited_s))
    return tuple(sorted(found, key=lambda e: -e.waited_s))


def queue_order(board: Board, now: datetime, params: TimerParams) -> tuple[CallOnBoard, ...]:
    """Open calls as they should be worked on.

    Waiting before answered, graver before lighter, longer waiting first; what is scheduled for
    later comes last, by when it is due.
    """

    def key(on_board: CallOnBoard) -> tuple[bool, bool, int, datetime]:
        later = not is_due(on_board, now, params)
        answered = bool(on_board.active_unit_ids)
        priority = 0 if later else int(on_board.call.priority)
        return later, answered, priority, _clock_starts(on_board, params)

    return tuple(sorted(board.calls.values(), key=key))


def _clock_starts(on_board: CallOnBoard, params: TimerParams) -> datetime:
    due = on_board.call.due_at
    if due is None:
        return on_board.call.received_at
    return due - timedelta(seconds=params.scheduled_lead_s)


def is_due(on_board: CallOnBoard, now: datetime, params: TimerParams) -> bool:
    """Whether a call is to be worked on now: a scheduled one shortly before its time."""
    return on_board.call.due_at is None or _clock_starts(on_board, params) <= now


def _over(since: datetime, now: datetime, limit_s: float) -> bool:
    """Whether it has waited that long; also where the clock was put back and nobody can tell."""
    waited_s = (now - since).total_seconds()
    return waited_s >= limit_s or waited_s < -_AHEAD_S


def _waits(on_board: CallOnBoard, now: datetime, params: TimerParams) -> bool:
    """Nobody has come yet, and somebody should."""
    came = any(r.arrived_at for r in on_board.responses)
    live = on_board.call.mode is not CallMode.LOGGED
    return live and not came and is_due(on_board, now, params)


def _duress(board: Board) -> Iterator[TimerWarning]:
    for unit_id, unit in board.units.items():
        if unit.duress_at is not None:
            yield TimerWarning("duress", unit.duress_at, unit.call_id or "", unit_id)


def _of_call(on_board: CallOnBoard, now: datetime, params: TimerParams) -> Iterator[TimerWarning]:
    call = on_board.call
    active = [r for r in on_board.responses if r.active]
    if not active and _waits(on_board, now, params):
        limit_s = params.unassigned_s[int(call.priority) - 1]
        code = "scheduled_due" if call.due_at else "unassigned"
        since = _clock_starts(on_board, params)
        if call.due_at or _over(since, now, limit_s):
            yield TimerWarning(code, since, call.id)
    for response in active:
        yield from _of_response(call.id, response, now, params)
    for alert in on_board.alerts:
        if alert.answered_at is None and _over(alert.alerted_at, now, params.member_answer_s):
            facts: dict[str, str | float | int] = {"member_id": alert.member_id}
            yield TimerWarning("member_silent", alert.alerted_at, call.id, "", facts)


def _of_response(
    call_id: str, response: Response, now: datetime, params: TimerParams
) -> Iterator[TimerWarning]:
    if response.arrived_at is not None:
        last = max(t for t in (response.arrived_at, response.checked_at, response.feedback_at) if t)
        if _over(last, now, params.welfare_s):
            yield TimerWarning("welfare", last, call_id, response.unit_id)
        return
    due = response.predicted_arrival_at
    if due is not None:
        way_s = (due - response.assigned_at).total_seconds()
        late_s = (now - due).total_seconds()
        if late_s >= max(params.overdue_s, params.overdue_share * way_s):
            yield TimerWarning("overdue", due, call_id, response.unit_id, {"late_s": late_s})
            return
    since = response.assigned_at
    if response.enroute_at is None and response.acknowledged_at is None:
        if _over(since, now, params.acknowledge_s):
            yield TimerWarning("unacknowledged", since, call_id, response.unit_id)
    elif response.enroute_at is None and _over(since, now, params.set_off_s):
        yield TimerWarning("not_set_off", since, call_id, response.unit_id)


def _of_aid(board: Board, now: datetime, params: TimerParams) -> Iterator[TimerWarning]:
    for case in board.aid.values():
        since = case.offered_at or case.requested_at
        waits = case.committed_at is None
        if waits and _over(since, now, params.aid_answer_s):
            facts: dict[str, str | float | int] = {"aid_id": case.id, "partner_id": case.partner_id}
            yield TimerWarning("aid_unanswered", since, case.call_id or "", "", facts)
