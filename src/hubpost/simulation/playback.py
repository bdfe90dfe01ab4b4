"""A run in the form of real events, so that evaluation and the console read it like any other."""

from datetime import datetime, timedelta

import numpy as np

from hubpost.model.call import Call, Priority
from hubpost.model.events import (
    CallCleared,
    CallReceived,
    Event,
    UnitActivitySet,
    UnitArrived,
    UnitAssigned,
    UnitCleared,
    UnitEnRoute,
)
from hubpost.model.unit import UnitActivity
from hubpost.simulation.arrays import (
    BACK,
    CASEWORK,
    CATEGORIES,
    MEAL,
    OFF_DUTY,
    ON_DUTY,
    TRAINING,
    CallStream,
    Run,
)
from hubpost.simulation.ground import Ground
from hubpost.simulation.policy import Policy, opening_events

#: A patrol is on duty like a unit at its station; the board knows no other word for it.
ACTIVITY = {
    CASEWORK: UnitActivity.CASEWORK,
    BACK + ON_DUTY: UnitActivity.AT_STATION,
    BACK + MEAL: UnitActivity.MEAL,
    BACK + TRAINING: UnitActivity.TRAINING,
    BACK + OFF_DUTY: UnitActivity.OFF_DUTY,
}

#: (second, units sent before, place in the row, event): sorting by the first three gives the
#: order in which things happened, also among those of the same moment.
_Dated = tuple[float, float, int, Event]


def to_events(
    ground: Ground, policy: Policy, calls: CallStream, run: Run, midnight: datetime
) -> list[Event]:
    """Opening of the board, then everything that happened, in order.

    midnight: the moment of second 0, in UTC. The run must have been logged. Call ids begin with
    `sim-` and every call's note says *simulated*.
    """
    dated = [
        *_call_events(ground, calls, run, midnight),
        *_sent_events(ground, run, midnight),
        *_activity_events(ground, run, midnight),
    ]
    dated.sort(key=lambda item: item[:3])
    opening = opening_events(ground.stations, ground.units, ground.neighbours, policy, midnight)
    return [*opening, *(item[3] for item in dated)]


def _at(midnight: datetime, second: float) -> datetime:
    return midnight + timedelta(seconds=float(second))


def _call_events(ground: Ground, calls: CallStream, run: Run, midnight: datetime) -> list[_Dated]:
    events: list[_Dated] = []
    first = np.full(len(calls.received_s), np.inf)
    np.minimum.at(first, run.sent_call, np.arange(len(run.sent_call)))
    last = np.full(len(calls.received_s), -1)
    np.maximum.at(last, run.sent_call, np.arange(len(run.sent_call)))
    sent = np.bincount(run.sent_call, minlength=len(calls.received_s))
    for c in range(len(calls.received_s)):
        call = call_of(ground, calls, c, midnight)
        event = CallReceived(call.received_at, call)
        events.append((calls.received_s[c], first[c], -1, event))
        if sent[c] == calls.needed[c]:
            done = CallCleared(_at(midnight, run.cleared_s[c]), call.id, "simulated")
            events.append((run.cleared_s[c], last[c], 5, done))
    return events


def call_of(ground: Ground, calls: CallStream, c: int, midnight: datetime) -> Call:
    """Call number c of a stream."""
    place = ground.places[calls.dest[c]]
    return Call(
        id=f"sim-{c + 1:06d}",
        received_at=_at(midnight, calls.received_s[c]),
        category=CATEGORIES[calls.category[c]],
        priority=Priority(int(calls.priority[c])),
        lon=place.lon,
        lat=place.lat,
        station_id=ground.stations[calls.station[c]].id,
        area_id=place.id,
        note="simulated",
        units_needed=int(calls.needed[c]),
    )


def _sent_events(ground: Ground, run: Run, midnight: datetime) -> list[_Dated]:
    events: list[_Dated] = []
    for row in range(len(run.sent_call)):
        call_id = f"sim-{run.sent_call[row] + 1:06d}"
        unit_id = ground.units[run.sent_unit[row]].id
        assigned, enroute = run.sent_assigned_s[row], run.sent_enroute_s[row]
        arrived, cleared = run.sent_arrived_s[row], run.sent_cleared_s[row]
        expected = _at(midnight, assigned + run.sent_expected_s[row])
        events += [
            (assigned, row, 1, UnitAssigned(_at(midnight, assigned), call_id, unit_id, expected)),
            (enroute, row, 2, UnitEnRoute(_at(midnight, enroute), call_id, unit_id)),
            (arrived, row, 3, UnitArrived(_at(midnight, arrived), call_id, unit_id)),
            (cleared, row, 4, UnitCleared(_at(midnight, cleared), call_id, unit_id)),
        ]
    return events


def _activity_events(ground: Ground, run: Run, midnight: datetime) -> list[_Dated]:
    return [
        (
            second,
            sent,
            0,
            UnitActivitySet(
                _at(midnight, second), ground.units[int(unit)].id, ACTIVITY[int(kind)], "simulated"
            ),
        )
        for second, unit, kind, sent in run.activity
    ]
