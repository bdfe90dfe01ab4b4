"""One-ID services at the counter: the case, the place in the queue."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from hubpost.model.records.change import Change, Kind, Rules
from hubpost.model.records.machine import NOTHING, Machine, Move
from hubpost.model.records.record import Record
from hubpost.model.records.work_calendar import Clock, ClockUnit, find_deadline
from hubpost.model.refused import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCase(Record):
    """办件: category is the number of the service; receipt_code opens its progress to anyone.

    met: how other legal papers were met (look_up, declaration, none). due_at: the time limit, or
    when missing papers must be there. limited_by: the limit counted from the full application.
    """

    receipt_code: str = ""
    met: str = ""
    missing: str = ""
    limited_by: datetime | None = None
    reason: str = ""


SERVICE = Machine(
    "service",
    "办件",
    {
        "received": "受理",
        "supplement": "待补正",
        "processing": "办理中",
        "ready": "可领取",
        "delivered": "办结",
        "not_eligible": "不符合条件",
        "withdrawn": "撤回",
    },
    (
        Move(
            "receive",
            "受理",
            (NOTHING,),
            "received",
            ("category", "station_id", "receipt_code", "met"),
        ),
        Move("ask_papers", "一次性告知补正", ("received",), "supplement", ("missing",)),
        Move("papers_came", "已补正", ("supplement",), "received"),
        Move("process", "办理", ("received",), "processing"),
        Move("ready", "可领取", ("processing",), "ready"),
        Move("deliver", "送达", ("received", "processing", "ready"), "delivered"),
        Move("refuse", "不符合条件", ("received", "supplement"), "not_eligible", ("reason",)),
        Move("withdraw", "撤回", ("received", "supplement", "processing"), "withdrawn"),
    ),
)

_CLOSED = ("delivered", "not_eligible", "withdrawn")


def rule_service(
    before: ServiceCase | None, after: ServiceCase, change: Change, rules: Rules
) -> ServiceCase:
    """The case with its limit. Raises Refused for an unknown service."""
    row = next((r for r in rules.lists["services"] if r["no"] == after.category), None)
    if row is None:
        raise Refused("service_unknown", f"There is no service {after.category!r} in the list.")
    if change.move in ("receive", "papers_came"):
        after = replace(after, limited_by=_limit(row["amount"], row["unit"], change.at, rules))
    if after.state in _CLOSED:
        return replace(after, due_at=None, closed_at=change.at)
    if after.state == "supplement":
        return replace(after, due_at=rules.deadline("service_supplement", change.at).at)
    return replace(after, due_at=None if after.state == "ready" else after.limited_by)


def _limit(amount: str, unit: str, start: datetime, rules: Rules) -> datetime | None:
    """The end of a service's period; on the spot means today; None where none is stated."""
    if unit == "spot":
        tomorrow = start.astimezone(rules.zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), rules.zone)
    if not amount:
        return None
    clock = Clock("service", int(amount), ClockUnit(unit), rolls=True, basis="public")
    return find_deadline(clock, start, rules.calendar, rules.zone).at


SERVICE_KIND = Kind(
    ServiceCase, SERVICE, "办", rule_service, private=("title", "missing", "reason")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket(Record):
    """排队号: a place at one counter on one day; a booked one has a slot, such as 09:30."""

    code: str = ""
    day: date | None = None
    slot: str = ""
    called_at: datetime | None = None
    served_at: datetime | None = None


TICKET = Machine(
    "ticket",
    "排队预约",
    {
        "booked": "已预约",
        "waiting": "等候",
        "called": "已叫号",
        "served": "已办",
        "missed": "过号",
        "cancelled": "取消",
    },
    (
        Move("book", "预约", (NOTHING,), "booked", ("station_id", "day", "slot", "code")),
        Move("take", "取号", (NOTHING,), "waiting", ("station_id", "day", "code")),
        Move("check_in", "签到", ("booked",), "waiting"),
        Move("call", "叫号", ("waiting",), "called"),
        Move("serve", "办理", ("called",), "served"),
        Move("miss", "过号", ("called", "booked"), "missed"),
        Move("requeue", "重新排队", ("missed",), "waiting"),
        Move("cancel", "取消", ("booked", "waiting"), "cancelled"),
    ),
)


def rule_ticket(before: Ticket | None, after: Ticket, change: Change, rules: Rules) -> Ticket:
    """The ticket with its times."""
    if change.move == "call":
        after = replace(after, called_at=change.at)
    if change.move == "serve":
        after = replace(after, served_at=change.at)
    closed = change.at if after.state in ("served", "cancelled") else None
    return replace(after, closed_at=closed)


TICKET_KIND = Kind(Ticket, TICKET, "号", rule_ticket)
