"""The shipped rules, and facts that satisfy each move of each kind."""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hubpost.actions.records.rulebook import load_rules
from hubpost.model.records.change import Change, Kind, Rules, change_record
from hubpost.model.records.record import Record
from tests.boards import NOON

ZONE = ZoneInfo("Asia/Shanghai")


class _NoDatabase:
    """A connection to nothing: every list is as shipped."""

    def execute(self, _query):
        return self

    def scalar(self):
        return None


@cache
def shipped_rules() -> Rules:
    return load_rules(_NoDatabase(), ZONE)  # type: ignore[arg-type]


def local(*parts: int) -> datetime:
    """A moment by the county's clock."""
    return datetime(*parts, tzinfo=ZONE)  # type: ignore[misc, arg-type]


def handler(lead: bool = True) -> dict:
    return {"body": "station", "staff_id": "w1", "since": NOON.isoformat(), "lead": lead}


def sitting(at: datetime, mediation: str = "people", **more: object) -> dict:
    return {"at": at.isoformat(), "mediation": mediation, "staff_id": "w1", **more}


def follow_up(at: datetime, passed: bool = True) -> dict:
    return {"at": at.isoformat(), "passed": passed, "staff_id": "w1"}


def dispute_facts(move: str, at: datetime) -> tuple[dict, dict]:
    """Fields to set and items to add that let a dispute's move through."""
    put: dict = {
        "register": {"id": "d1", "number": "纠2026-00001", "station_id": "Z",
                     "category": "neighbours", "title": "院墙"},
        "grade": {"level": "complex"},
        "regrade": {"level": "major"},
        "accept": {"owner_id": "w1"},
        "start_mediation": {"consented": True, "owner_id": "w1"},
        "agree": {"terms": "各修一半"},
        "note_confirmation": {"confirmation": "confirmed"},
        "transfer": {"transferred_to": "court", "reason": "起诉"},
        "extend": {"extension_reason": "农忙"},
    }.get(move, {"reason": "理由"} if move in _WITH_REASON else {})  # fmt: skip
    add: dict = {
        "triage": {"handlers": (handler(),)},
        "add_handler": {"handlers": (handler(lead=False),)},
        "sit": {"sittings": (sitting(at),)},
        "follow_up": {"follow_ups": (follow_up(at),)},
    }.get(move, {})
    return put, add


_WITH_REASON = {"decline", "fail", "breach", "escalate", "withdraw", "reopen", "strike"}
FACTS = {"dispute": dispute_facts}


def make_move(kind: Kind, record: Record | None, move: str, at: datetime, **put: object) -> Record:
    """The record after a move made with good facts, and these beside them."""
    facts, add = FACTS[kind.name](move, at)
    return change_record(
        kind, record, Change(move, at, "w1", {**facts, **put}, add), shipped_rules()
    )


def walk(kind: Kind, moves: str, start: datetime = NOON, step: timedelta = timedelta(hours=1)):
    """The record after moves named one after another, an hour apart."""
    record, at = None, start
    for move in moves.split():
        record = make_move(kind, record, move, at)
        at += step
    return record
