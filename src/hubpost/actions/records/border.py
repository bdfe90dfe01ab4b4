"""Cooperation across the border: agreements, joint actions, bulletins, case assistance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from hubpost.actions.records.filing import move_record, open_record
from hubpost.evaluation.small_numbers import suppress_cells
from hubpost.model.call import CallCategory
from hubpost.model.records.border import (
    AGREEMENT_KIND,
    ASSISTANCE_KIND,
    BULLETIN_KIND,
    JOINT_ACTION_KIND,
    Assistance,
    Review,
)
from hubpost.model.records.change import Rules
from hubpost.model.records.periods import period_of
from hubpost.model.records.record import Record
from hubpost.storage import schema
from hubpost.storage.records.reading import Filters, get_record, list_records
from hubpost.storage.transaction import Tx


def draft_agreement(
    tx: Tx, rules: Rules, station_id: str, partner: str, title: str = "",
    *, synthetic: bool = False,
) -> Record:  # fmt: skip
    """起草 with an outside township."""
    put = {"station_id": station_id, "partner": partner, "title": title or f"与{partner}六联协作",
           "synthetic": synthetic}  # fmt: skip
    return open_record(tx, rules, AGREEMENT_KIND, "draft", put)


def sign_agreement(
    tx: Tx, rules: Rules, agreement_id: str, *, parties: Sequence[str], joints: Sequence[str],
    signed_on: date, expires_on: date,
) -> Record:  # fmt: skip
    """签订: who signed, which of the six joints, until when."""
    put = {
        "parties": list(parties),
        "joints": list(joints),
        "signed_on": signed_on,
        "expires_on": expires_on,
    }
    return move_record(tx, rules, AGREEMENT_KIND, agreement_id, "sign", put)


def review_agreement(tx: Tx, rules: Rules, agreement_id: str, note: str) -> Record:
    """年审."""
    review = Review(tx.now, tx.actor, note)
    return move_record(
        tx, rules, AGREEMENT_KIND, agreement_id, "review", add={"reviews": (review,)}
    )


def change_agreement(
    tx: Tx, rules: Rules, agreement_id: str, move: str, put: Mapping[str, Any] | None = None,
    was: Mapping[str, Any] | None = None,
) -> Record:  # fmt: skip
    """amend, renew, expire, end."""
    return move_record(tx, rules, AGREEMENT_KIND, agreement_id, move, put, was=was)


def plan_joint_action(
    tx: Tx, rules: Rules, station_id: str, category: str, partner: str, planned_at: datetime,
    agreement_id: str = "",
) -> Record:  # fmt: skip
    """计划 a meeting, joint patrol, drill."""
    put = {
        "station_id": station_id,
        "category": category,
        "partner": partner,
        "planned_at": planned_at,
        "agreement_id": agreement_id,
    }
    return open_record(tx, rules, JOINT_ACTION_KIND, "plan", put)


def hold_joint_action(tx: Tx, rules: Rules, action_id: str, outcome: str) -> Record:
    """开展: what came of it, in a line."""
    return move_record(tx, rules, JOINT_ACTION_KIND, action_id, "hold", {"outcome": outcome})


def draft_bulletin(
    tx: Tx, rules: Rules, station_id: str, partner: str, week_of: date, *, synthetic: bool = False
) -> Record:
    """草拟 from the calls of a week: aggregates only, cells under five withheld."""
    week = period_of("W", week_of)
    cells = suppress_cells(_count_calls(tx, rules, station_id, week.first, week.last))
    put = {
        "id": f"bulletin:{week.name}:{station_id}:{partner}",
        "station_id": station_id,
        "partner": partner,
        "week": week.name,
        "cells": cells,
        "synthetic": synthetic,
    }
    return open_record(tx, rules, BULLETIN_KIND, "draft", put)


def send_bulletin(tx: Tx, rules: Rules, bulletin_id: str) -> Record:
    """发送; what was shared, with whom and when stays on record."""
    return move_record(tx, rules, BULLETIN_KIND, bulletin_id, "send")


def request_assistance(
    tx: Tx, rules: Rules, station_id: str, partner: str, slip: str, *, case_no: str = "",
    incoming: bool = False,
) -> Record:  # fmt: skip
    """请求: the slip is all the other side sees."""
    put = {
        "station_id": station_id,
        "partner": partner,
        "slip": slip,
        "case_no": case_no,
        "incoming": incoming,
    }
    return open_record(tx, rules, ASSISTANCE_KIND, "request", put)


def advance_assistance(tx: Tx, rules: Rules, request_id: str, move: str, text: str = "") -> Record:
    """offer, commit, reply, ask_again, release, decline, withdraw."""
    field = {"offer": "offer", "reply": "reply", "commit": "owner_id"}.get(move, "reason")
    value = text or (tx.actor if move == "commit" else "")
    return move_record(
        tx, rules, ASSISTANCE_KIND, request_id, move, {field: value} if value else None
    )


@dataclass(frozen=True, slots=True)
class PartnerSlip:
    """What the other side sees of a request for assistance: the slip and its state, no more."""

    number: str
    state: str
    slip: str
    offer: str
    reply: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class PartnerView:
    """Everything a partner township may see here."""

    agreements: tuple[Record, ...]
    actions: tuple[Record, ...]
    bulletins: tuple[Record, ...]
    requests: tuple[PartnerSlip, ...]


def partner_view(conn: sa.Connection, partner: str) -> PartnerView:
    """The other side's view: its own agreements, joint actions, bulletins sent, redacted slips."""

    def theirs(kind: Any, states: tuple[str, ...] = ()) -> tuple[Any, ...]:
        found = list_records(conn, kind, Filters(states=states), limit=1_000)
        return tuple(r for r in found if getattr(r, "partner", None) == partner)

    requests = (r for r in theirs(ASSISTANCE_KIND) if isinstance(r, Assistance))
    return PartnerView(
        agreements=theirs(AGREEMENT_KIND, ("in_force", "expired")),
        actions=theirs(JOINT_ACTION_KIND),
        bulletins=theirs(BULLETIN_KIND, ("sent",)),
        requests=tuple(
            PartnerSlip(r.number, r.state, r.slip, r.offer, r.reply, r.due_at) for r in requests
        ),
    )


def get_partner_slip(conn: sa.Connection, request_id: str, partner: str) -> PartnerSlip | None:
    """One slip for the partner it was written for, None for any other."""
    found = get_record(conn, ASSISTANCE_KIND, request_id)
    if not isinstance(found, Assistance) or found.partner != partner:
        return None
    return PartnerSlip(
        found.number, found.state, found.slip, found.offer, found.reply, found.due_at
    )


def _count_calls(tx: Tx, rules: Rules, station_id: str, first: date, last: date) -> dict[str, int]:
    begin = datetime.combine(first, time(), rules.zone)
    end = datetime.combine(last + timedelta(days=1), time(), rules.zone)
    t = schema.call
    rows = tx.conn.execute(
        sa.select(t.c.category, sa.func.count())
        .where(
            t.c.station_id == station_id,
            t.c.received_at >= begin,
            t.c.received_at < end,
            t.c.exercise.is_(False),
            t.c.struck_through.is_(False),
        )
        .group_by(t.c.category)
    )
    counted = {r[0]: r[1] for r in rows}
    return {c.value: counted.get(c.value, 0) for c in CallCategory}
