"""Training 训练: an exercise fed to a console as calls, its units played by the simulator."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid4, uuid5

import msgspec
import sqlalchemy as sa

from hubpost.actions.assignments import acknowledge, arrive, clear_unit, release_unit, set_off
from hubpost.actions.calls import CallReport, close_call, receive_call
from hubpost.actions.command_room import CommandRoom
from hubpost.actions.units import set_activity
from hubpost.model.board import CallOnBoard
from hubpost.model.call import CallCategory, Priority, Response
from hubpost.model.unit import UnitActivity
from hubpost.simulation.exercise import ExerciseCall
from hubpost.storage import schema
from hubpost.storage.transaction import Tx

KEY = "training"
#: Who plays the units, in the log.
PLAYER = "simulator"
#: Seconds of exercise time until a crew has acknowledged.
ACKNOWLEDGE_S = 20.0
#: A unit whose way is unknown is taken to need this long.
UNKNOWN_WAY_S = 1800.0


@dataclass(frozen=True, slots=True)
class Training:
    """One exercise. minutes: at the console; speed: how much faster its units move than that.

    Calls come by the console's clock divided by speed too, so that minutes * speed of the
    county's time are gone through. ended_at: None while it runs.
    """

    id: str
    seed: int
    minutes: float
    speed: float
    started_at: datetime
    calls: tuple[ExerciseCall, ...]
    ended_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """When it ends by itself."""
        return self.started_at + timedelta(minutes=self.minutes)

    @property
    def call_ids(self) -> tuple[str, ...]:
        """The ids its calls have or will have, in their order."""
        return tuple(
            uuid5(NAMESPACE_URL, f"hubpost/training/{self.id}/{i}").hex
            for i in range(len(self.calls))
        )


def begin_training(
    tx: Tx, calls: tuple[ExerciseCall, ...], *, minutes: float, speed: float, seed: int
) -> Training:
    """Start an exercise now. Raises ValueError while another runs, or when it has no calls."""
    held = find_training(tx.conn)
    if held is not None and held.ended_at is None:
        raise ValueError("An exercise is running here. End it first.")
    if not calls or not 0 < minutes <= 24 * 60 or not 0 < speed <= 1000:
        raise ValueError(
            "Expected calls, minutes above 0 and up to a day, and a speed above 0 and up to 1000; "
            f"came {len(calls)} calls, {minutes} minutes, speed {speed}."
        )
    training = Training(uuid4().hex, seed, minutes, speed, tx.now, calls)
    _keep(tx, training)
    tx.audit("begin_training", training.id, {"seed": seed, "calls": len(calls)})
    return training


def find_training(conn: sa.Connection) -> Training | None:
    """The exercise that runs, else the last one; None when there was none."""
    table = schema.setting
    held = conn.execute(sa.select(table.c.value).where(table.c.key == KEY)).scalar()
    return None if held is None else msgspec.json.decode(held, type=Training)


def play_training(tx: Tx, room: CommandRoom) -> bool:
    """Let happen what is due: calls that come, units that move; False when none runs.

    Done again and again, each time only what is due by then; so a restart in between loses
    nothing. What the dispatcher does by hand is never done twice.
    """
    training = find_training(tx.conn)
    if training is None or training.ended_at is not None:
        return False
    if tx.now >= training.ends_at:
        end_training(tx, training)
        return False
    _take_due_calls(tx, room, training)
    for call_id, planned in zip(training.call_ids, training.calls, strict=True):
        on_board = tx.board.calls.get(call_id)
        if on_board is not None:
            _move_units(tx, training, planned, on_board)
    _bring_home(tx, room, training)
    return True


def end_training(tx: Tx, training: Training) -> None:
    """Clear what is left of an exercise and bring its units home; then it can be scored."""
    for call_id in training.call_ids:
        on_board = tx.board.calls.get(call_id)
        for response in on_board.responses if on_board else ():
            if response.active:
                leave = clear_unit if response.arrived_at else release_unit
                leave(tx, call_id, response.unit_id)
                set_activity(tx, response.unit_id, UnitActivity.AT_STATION)
        if call_id in tx.board.calls:
            close_call(tx, call_id, "exercise over")
    _keep(tx, replace(training, ended_at=tx.now))
    tx.audit("end_training", training.id, {})


def _keep(tx: Tx, training: Training) -> None:
    table = schema.setting
    tx.conn.execute(table.delete().where(table.c.key == KEY))
    body = msgspec.json.encode(training).decode()
    tx.conn.execute(table.insert().values(key=KEY, value=body))


def _take_due_calls(tx: Tx, room: CommandRoom, training: Training) -> None:
    gone_s = (tx.now - training.started_at).total_seconds() * training.speed
    due = [
        (i, c) for i, c in zip(training.call_ids, training.calls, strict=True) if c.at_s <= gone_s
    ]
    call = schema.call
    ids = [i for i, _ in due]
    known = set(tx.conn.execute(sa.select(call.c.id).where(call.c.id.in_(ids))).scalars())
    areas = {a.id: a for a in room.areas}
    for call_id, planned in due:
        if call_id in known or planned.area_id not in areas:
            continue
        area = areas[planned.area_id]
        report = CallReport(
            category=CallCategory(planned.category),
            priority=Priority(planned.priority),
            lon=area.lon,
            lat=area.lat,
            area_id=area.id,
            station_id=area.station_id,
            place_text=area.name,
            units_needed=planned.units_needed,
            exercise=True,
            confirmed=True,
            request_id=call_id,
            source=PLAYER,
        )
        receive_call(tx, room, report)


def _move_units(tx: Tx, training: Training, planned: ExerciseCall, on_board: CallOnBoard) -> None:
    call_id = on_board.call.id
    active = [r for r in on_board.responses if r.active]
    for idx, response in enumerate(active):
        gone_s = (tx.now - response.assigned_at).total_seconds() * training.speed
        way_s = _way_s(response)
        turnout_s = min(tx.board.units[response.unit_id].unit.turnout_s or 132.0, way_s)
        if response.acknowledged_at is None and gone_s >= min(ACKNOWLEDGE_S, turnout_s):
            acknowledge(tx, call_id, response.unit_id)
        if response.enroute_at is None and gone_s >= turnout_s:
            set_off(tx, call_id, response.unit_id)
        if response.arrived_at is None:
            if gone_s >= way_s:
                arrive(tx, call_id, response.unit_id)
            continue
        stays_s = planned.on_scene_s[min(idx, len(planned.on_scene_s) - 1)]
        there_s = (tx.now - response.arrived_at).total_seconds() * training.speed
        if there_s >= stays_s:
            clear_unit(tx, call_id, response.unit_id)


def _way_s(response: Response) -> float:
    """Seconds from the sending to the arrival, as predicted; turnout is in it."""
    if response.predicted_arrival_at is None:
        return UNKNOWN_WAY_S
    return (response.predicted_arrival_at - response.assigned_at).total_seconds()


def _bring_home(tx: Tx, room: CommandRoom, training: Training) -> None:
    """Units on their way home from a call of the exercise arrive after as long as it takes."""
    ids = set(training.call_ids)
    homeward = [u for u in tx.board.units.values() if u.activity is UnitActivity.RETURNING]
    if not homeward:
        return
    response = schema.response
    last = tx.conn.execute(
        sa.select(response.c.unit_id, response.c.call_id, response.c.cleared_at)
        .where(response.c.unit_id.in_([u.unit.id for u in homeward]))
        .order_by(response.c.cleared_at)
    ).all()
    from_call = {r.unit_id: r.call_id for r in last if r.cleared_at is not None}
    for unit in homeward:
        if from_call.get(unit.unit.id) not in ids:
            continue
        seat = tx.board.stations[unit.stands_for_id].place
        way_s = float(room.travel.matrix_s([unit.place], [seat])[0, 0])
        way_s = way_s if way_s < UNKNOWN_WAY_S * 4 else UNKNOWN_WAY_S
        if (tx.now - unit.since).total_seconds() * training.speed >= way_s:
            set_activity(tx, unit.unit.id, UnitActivity.AT_STATION)
