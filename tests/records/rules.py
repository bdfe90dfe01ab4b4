"""The shipped rules, and facts that satisfy each move of each kind."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from hubpost.actions.records.rulebook import load_rules
from hubpost.model.records.change import Change, Kind, Rules, change_record
from hubpost.model.records.machine import NOTHING, Move
from hubpost.model.records.record import Record
from tests.boards import NOON

ZONE = ZoneInfo("Asia/Shanghai")
_NO_MOVE = Move("", "", ())


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
#: For every other kind: fields to set and items to add, by move; `at` and `day` are filled in.
PLAIN: dict[str, dict[str, tuple[dict, dict]]] = {
    "task": {
        "open": ({"template": "common.7", "period": "2026-W09", "period_end": "AT",
                  "nothing_ok": True, "station_id": "Z"}, {}),
        "prove": ({}, {"evidence": ({"kind": "visit", "record_id": "v1", "at": "AT"},)}),
        "hand_over": ({"owner_id": "w2"}, {}),
        "waive": ({"reason": "x"}, {}),
    },
    "handover": {
        "offer": ({"owner_id": "w1"}, {}),
        "accept": ({"to_id": "w2"}, {}),
        "withdraw": ({"reason": "x"}, {}),
    },
    "visit": {
        "record": ({"category": "household", "owner_id": "w1"}, {}),
        "strike": ({"reason": "x"}, {}),
    },
    "activity": {
        "record": ({"category": "patrol", "owner_id": "w1"}, {}),
        "strike": ({"reason": "x"}, {}),
    },
    "hazard": {
        "find": ({"category": "fire"}, {}),
        "order": ({"fix_by": "DAY"}, {}),
        "recheck_failed": ({"fix_by": "DAY"}, {}),
        "hand_on": ({"handed_to": "x"}, {}),
        "strike": ({"reason": "x"}, {}),
    },
    "police_grid": {
        "draw": ({"title": "一格", "village_grid_ids": ["g1", "g2"]}, {}),
        "redraw": ({"village_grid_ids": ["g1"]}, {}),
        "assign": ({"owner_id": "w1"}, {}),
        "retire": ({"reason": "x"}, {}),
    },
    "posting": {
        "appoint": ({"owner_id": "w1", "area_id": "Z-yantang"}, {}),
        "end": ({"reason": "x"}, {}),
    },
    "call_out": {
        "call": ({"grid_id": "g1", "member_ids": ["m1"]}, {}),
        "answer": ({}, {"answers": ({"member_id": "m1", "at": "AT"},)}),
        "review": ({"lesson": "x"}, {}),
        "cancel": ({"reason": "x"}, {}),
    },
    "volunteer": {
        "give": ({"text_version": "1", "adult": True, "agreed": True}, {}),
        "renew": ({"text_version": "2", "agreed": True}, {}),
    },
    "beat_plan": {
        "propose": ({"proposed": [{"area_id": "a", "drive_s": 60.0}]}, {}),
        "choose": ({"chosen": ["a"], "owner_id": "w1"}, {}),
        "drop": ({"reason": "x"}, {}),
    },
    "service": {
        "receive": ({"category": "16", "receipt_code": "abc", "met": "look_up"}, {}),
        "ask_papers": ({"missing": "x"}, {}),
        "refuse": ({"reason": "x"}, {}),
    },
    "ticket": {
        "book": ({"day": "DAY", "slot": "09:30", "code": "c"}, {}),
        "take": ({"day": "DAY", "code": "c"}, {}),
    },
    "rating": {
        "give": ({"level": 5, "category": "16", "handler_id": "w9"}, {}),
        "call_back": ({"call_back": "x"}, {}),
        "correct": ({"measure": "x"}, {}),
        "unfounded": ({"reason": "x"}, {}),
    },
    "agreement": {
        "draft": ({"partner": "邻镇"}, {}),
        "sign": ({"parties": ["a", "b"], "joints": ["joint_defence"], "signed_on": "2025-12-01",
                  "expires_on": "2026-02-01"}, {}),
        "renew": ({"signed_on": "2025-12-01", "expires_on": "2026-02-01"}, {}),
        "review": ({}, {"reviews": ({"at": "AT", "staff_id": "w1"},)}),
        "end": ({"reason": "x"}, {}),
    },
    "joint_action": {
        "plan": ({"category": "meeting", "planned_at": "AT"}, {}),
        "record": ({"category": "patrol", "outcome": "x"}, {}),
        "postpone": ({"planned_at": "AT", "reason": "x"}, {}),
        "hold": ({"outcome": "x"}, {}),
        "cancel": ({"reason": "x"}, {}),
    },
    "bulletin": {
        "draft": ({"week": "2026-W09", "partner": "邻镇", "cells": {"traffic": 7, "x": None}}, {}),
        "withdraw": ({"reason": "x"}, {}),
    },
    "assistance": {
        "request": ({"partner": "邻镇", "slip": "x"}, {}),
        "offer": ({"offer": "x"}, {}),
        "commit": ({"owner_id": "w1"}, {}),
        "reply": ({"reply": "x"}, {}),
        "ask_again": ({"reason": "x"}, {}),
        "decline": ({"reason": "x"}, {}),
        "withdraw": ({"reason": "x"}, {}),
    },
    "staff": {
        "join": ({"title": "民警一", "category": "officer"}, {}),
        "second": ({"secondments": [{"station_id": "S", "first": "DAY", "last": "DAY"}]}, {}),
        "certify": ({"certificates": [{"name": "driver", "until": "2030-01-01"}]}, {}),
        "leave": ({"reason": "x"}, {}),
    },
    "shift": {
        "plan": ({"owner_id": "w1", "category": "duty", "starts_at": "2026-03-02T00:00:00Z",
                  "ends_at": "2026-03-03T00:00:00Z"}, {}),
        "reassign": ({"owner_id": "w2", "reason": "x"}, {}),
        "note_absent": ({"reason": "x"}, {}),
        "cancel": ({"reason": "x"}, {}),
    },
    "leave": {
        "ask": ({"owner_id": "w2", "first": "DAY", "last": "DAY"}, {}),
        "refuse": ({"reason": "x"}, {}),
    },
    "swap": {
        "ask": ({"owner_id": "w1", "other_id": "w2", "shift_id": "s"}, {}),
        "refuse": ({"reason": "x"}, {}),
    },
    "survey": {
        "plan": ({"category": "register", "checker_station_id": "T",
                  "strata": [{"grid_id": "g1", "size": 9, "draw": 2}]}, {}),
        "draw": ({"drawn": ["g1-1"], "seed": 1}, {}),
        "drop": ({"reason": "x"}, {}),
    },
    "subject_request": {
        "register": ({"category": "access", "owner_id": "w1", "proof": "x"}, {}),
        "correct": ({"reason": "x"}, {}),
        "erase": ({"reason": "x"}, {}),
        "refuse": ({"reason": "x"}, {}),
    },
    "answer": {
        "give": ({"survey_id": "s", "ref": "r", "verdict": "right", "owner_id": "w1"}, {}),
        "correct": ({"verdict": "wrong", "reason": "x"}, {}),
        "strike": ({"reason": "x"}, {}),
    },
}  # fmt: skip


def _filled(value: Any, at: datetime) -> Any:
    """AT and DAY replaced by the moment and its day."""
    if isinstance(value, dict):
        return {k: _filled(v, at) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(v, at) for v in value]
    local_day = at.astimezone(ZONE).date().isoformat()
    return {"AT": at.isoformat(), "DAY": local_day}.get(value, value) if value in (
        "AT", "DAY") else value  # fmt: skip


def facts_for(kind: Kind, move: str, at: datetime) -> tuple[dict, dict]:
    """Fields and items that let a move of any kind through."""
    if kind.name == "dispute":
        return dispute_facts(move, at)
    put, add = PLAIN[kind.name].get(move, ({}, {}))
    put, add = _filled(put, at), _filled(add, at)
    if NOTHING in (kind.machine.find_move(move) or _NO_MOVE).sources:
        put = {"id": "r1", "number": "x", "station_id": "Z", **put}
    return put, add


def make_move(kind: Kind, record: Record | None, move: str, at: datetime, **put: object) -> Record:
    """The record after a move made with good facts, and these beside them."""
    facts, add = facts_for(kind, move, at)
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
