"""Reading what an exercise has left in the database, and its score sheet."""

from typing import Any

import msgspec
import sqlalchemy as sa

from hubpost.actions.training import Training
from hubpost.evaluation.exercise_score import (
    ExerciseRecord,
    ScoreSheet,
    SentUnit,
    score_exercise,
)
from hubpost.model.events import UnitAssigned
from hubpost.storage import schema
from hubpost.storage.sealed import open_value
from hubpost.storage.sealed_events import event_row


def score_training(conn: sa.Connection, training: Training) -> ScoreSheet:
    """The score sheet of an exercise as far as it has come; of what was done, not of who did it."""
    return score_exercise(list_exercise_records(conn, training.call_ids))


def list_exercise_records(conn: sa.Connection, call_ids: tuple[str, ...]) -> list[ExerciseRecord]:
    """What was recorded of the calls, those that came, in the order they came."""
    call = schema.call
    rows = conn.execute(
        sa.select(call).where(call.c.id.in_(call_ids)).order_by(call.c.received_at, call.c.number)
    ).all()
    sent = _sendings(conn, call_ids)
    return [
        ExerciseRecord(
            number=r.number,
            category=r.category,
            priority=r.priority,
            received_at=r.received_at,
            units_needed=r.units_needed,
            sent=tuple(sent.get(r.id, ())),
            merged=r.merged_into is not None,
        )
        for r in rows
    ]


def _sendings(conn: sa.Connection, call_ids: tuple[str, ...]) -> dict[str, list[SentUnit]]:
    """Each assignment with the advice kept beside it, by call."""
    decision, event = schema.decision, schema.event
    kept = conn.execute(
        sa.select(decision)
        .where(decision.c.call_id.in_(call_ids) & decision.c.chosen_unit_id.is_not(None))
        .order_by(decision.c.id)
    ).all()
    advices = {(r.call_id, r.chosen_unit_id, r.at): _advice(conn, r) for r in kept}
    rows = conn.execute(
        sa.select(event.c.id, event.c.kind, event.c.body)
        .where(event.c.call_id.in_(call_ids) & (event.c.kind == UnitAssigned.__name__))
        .order_by(event.c.id)
    )
    sent: dict[str, list[SentUnit]] = {}
    for row in rows:
        assigned = event_row(conn, row)
        if isinstance(assigned, UnitAssigned):
            key = (assigned.call_id, assigned.unit_id, assigned.at)
            one = _sent_unit(assigned, advices.get(key, {}).get("advice", {}))
            sent.setdefault(assigned.call_id, []).append(one)
    return sent


def _advice(conn: sa.Connection, row: Any) -> dict[str, Any]:
    place = (row.call_id, row.seen_event_id)
    found: dict[str, Any] = msgspec.json.decode(
        open_value(conn, "decision", "body", row.body, *place)
    )
    return found


def _sent_unit(assigned: UnitAssigned, advice: dict[str, Any]) -> SentUnit:
    listed = [*advice.get("ranked", ()), *advice.get("barred", ())]
    chosen = next((c for c in listed if c["unit_id"] == assigned.unit_id), None)
    free = [c["eta_s"] for c in advice.get("ranked", ()) if c["eta_s"] is not None]
    cover = chosen.get("cover") if chosen else None
    advised = {c["unit_id"] for c in advice.get("choices", ())}
    return SentUnit(
        unit_id=assigned.unit_id,
        at=assigned.at,
        followed=assigned.unit_id in advised,
        reason=assigned.override_reason or "",
        eta_s=chosen["eta_s"] if chosen else None,
        nearest_s=min(free, default=None),
        emptied=((cover["station_id"], cover["cover_s"]),) if cover else (),
    )


def sheet_to_json(
    training: Training, sheet: ScoreSheet, labels: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The score sheet as JSON. Times are seconds; every call in it is an exercise.

    labels: words that must stand beside the driving times the sheet goes by.
    """
    return {
        "exercise": True,
        "seed": training.seed,
        "minutes": training.minutes,
        "speed": training.speed,
        "started_at": training.started_at.isoformat(),
        "ended_at": training.ended_at.isoformat() if training.ended_at else None,
        "labels": list(labels),
        "planned_calls": len(training.calls),
        **msgspec.to_builtins(sheet),
    }
