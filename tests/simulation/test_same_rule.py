"""The simulator and the console choose alike, because they run the same rule."""

from datetime import UTC, datetime
from math import inf

import numpy as np

from hubpost.dispatch.recommend import recommend_unit
from hubpost.dispatch.rule import best_idx
from hubpost.model.apply import apply, replay
from hubpost.model.board import Board, UnitOnBoard
from hubpost.model.call import Call, CallCategory, Priority
from hubpost.model.events import CallReceived, UnitAssigned
from hubpost.model.unit import UnitActivity
from hubpost.simulation.arrays import MEAL, OFF_DUTY, ON_DUTY, TRAINING, CallStream
from hubpost.simulation.ground import world_of
from hubpost.simulation.playback import to_events
from hubpost.simulation.policy import board_of
from hubpost.simulation.roster import make_roster
from hubpost.simulation.run import run as run_calls
from hubpost.simulation.short_list import compiled_best_idx
from tests.simulation.worlds import random_calls, random_ground, random_policy, random_roster

MIDNIGHT = datetime(2024, 1, 1, tzinfo=UTC)
FAR_APART = 1e6
BOARDS, WORLDS = 100_000, 500
DUTY = {
    ON_DUTY: UnitActivity.AT_STATION,
    MEAL: UnitActivity.MEAL,
    TRAINING: UnitActivity.TRAINING,
    OFF_DUTY: UnitActivity.OFF_DUTY,
}


def test_the_compiled_rule_is_the_rule_itself_and_not_a_copy():
    assert compiled_best_idx.py_func is best_idx


def test_on_100000_random_boards_both_send_the_same_units_in_the_same_order():
    """Random groups, rules, duties, turnouts, driving times, priorities and numbers of units."""
    rng = np.random.default_rng(20240101)
    sent = sum(_boards_agree(rng, BOARDS // WORLDS) for _ in range(WORLDS))
    assert sent > BOARDS / 2


def _boards_agree(rng, boards: int) -> int:
    """One county, many boards: board k is set at second k * FAR_APART, its call comes right after.

    Halfway to the next one everybody is on duty, so that nothing of one board is left over.
    """
    ground = random_ground(rng, stations=4, places=2, most_units=2)
    n = len(ground.units)
    policy = random_policy(rng, ground)
    start = board_of(ground.stations, ground.units, ground.neighbours, policy)
    duty = rng.integers(0, 4, (boards, n))
    out = (duty == ON_DUTY) & (rng.random((boards, n)) < 0.3)
    # Whole minutes, so that ties are frequent. Origins: four stations, then one for each unit.
    drive = rng.integers(1, 40, (boards, 4 + n)) * 60.0
    drive[:, :4][rng.random((boards, 4)) < 0.15] = inf
    # Who cannot get there from home cannot from elsewhere: no call is left for a later board.
    drive[:, 4:][np.isinf(drive[:, ground.station_of_unit])] = inf
    home, priority = rng.integers(0, 4, boards), rng.integers(1, 5, boards)
    needed = rng.integers(1, 4, boards)
    changes = []
    for k in range(boards):
        for u in range(n):
            node = 4 + u if out[k, u] else int(ground.station_of_unit[u])
            changes.append((k * FAR_APART, u, int(duty[k, u]), node))
            changes.append(((k + 0.5) * FAR_APART, u, ON_DUTY, int(ground.station_of_unit[u])))
    world = world_of(ground, policy, make_roster(changes))._replace(
        travel_s=drive[None],
        back_s=np.full((1, boards, 4), 60.0),
        node_of=np.zeros(boards, np.int32),
    )
    calls = _spaced_calls(home, priority, needed)
    run = run_calls(world, calls)
    first = np.searchsorted(run.sent_assigned_s, calls.decide_s)
    last = np.searchsorted(run.sent_assigned_s, calls.decide_s, side="right")
    places = [ground.stations[s].place for s in ground.station_of_unit]
    out_activity = UnitActivity.RETURNING
    for k in range(boards):
        units = {
            u.id: UnitOnBoard(
                u,
                out_activity if out[k, i] else DUTY[int(duty[k, i])],
                MIDNIGHT,
                places[i],
            )
            for i, u in enumerate(ground.units)
        }
        board = Board(start.stations, units, {}, start.group_of, start.neighbours)
        call = Call(
            "c", MIDNIGHT, CallCategory.TRAFFIC, Priority(int(priority[k])), 0.0, 0.0,
            ground.stations[home[k]].id, units_needed=int(needed[k]),
        )  # fmt: skip
        origin = np.where(out[k], np.arange(4, 4 + n), ground.station_of_unit)
        times = dict(zip(units, drive[k, origin].tolist(), strict=True))
        advice = recommend_unit(board, call, times, policy.rule)
        sent = [ground.units[u].id for u in run.sent_unit[first[k] : last[k]]]
        assert sent == [c.unit_id for c in advice.choices]
    return int((last - first).sum())


def _spaced_calls(home, priority, needed) -> CallStream:
    n = len(home)
    at, one, zero = np.arange(n) * FAR_APART + 1, np.ones(n), np.zeros(n)
    return CallStream(
        at, at, np.arange(n), home, priority, needed, np.ones((n, 3)),
        one, one, zero, zero.astype(bool), zero.astype(np.int32),
    )  # fmt: skip


def test_along_whole_runs_every_unit_sent_is_the_advice_for_the_board_of_that_moment():
    """Real events of a run, applied one by one: queues, ways back, casework, meals and all."""
    rng = np.random.default_rng(7)
    checked = 0
    for _ in range(25):
        ground = random_ground(rng)
        policy = random_policy(rng, ground)
        calls = random_calls(rng, ground, 120)
        world = world_of(ground, policy, random_roster(rng, ground, 24))
        run = run_calls(world, calls, True)
        checked += _follow(ground, policy, calls, run)
    assert checked > 1500


def _follow(ground, policy, calls, run) -> int:
    """Apply the events (each must be accepted) and ask for advice before every assignment."""
    events = to_events(ground, policy, calls, run, MIDNIGHT)
    board, row, in_hand = Board(), 0, {}
    for event in events:
        if isinstance(event, CallReceived):
            in_hand[event.call.id] = event.call
        if isinstance(event, UnitAssigned):
            times = _drives(ground, calls, run, row, board)
            advice = recommend_unit(board, in_hand[event.call_id], times, policy.rule)
            assert advice.choice.unit_id == event.unit_id
            row += 1
        board = apply(board, event)
    return row


def _drives(ground, calls, run, row, board):
    """Driving times to the call of a row from where each unit is at that moment."""
    c, now = run.sent_call[row], run.sent_assigned_s[row]
    to_call = ground.travel_s[0][calls.dest[c]]
    times = {}
    for u, unit in enumerate(ground.units):
        times[unit.id] = to_call[ground.station_idx[unit.station_id]]
        if board.units[unit.id].activity is UnitActivity.RETURNING:
            last = np.flatnonzero(run.sent_unit[:row] == u)[-1]
            spot = calls.dest[run.sent_call[last]]
            way = ground.back_s[0][spot, ground.station_idx[unit.station_id]]
            left = 1 - (now - run.sent_cleared_s[last]) / way
            times[unit.id] = left * to_call[ground.node_of[spot]]
            if left < 1:
                times[unit.id] += (1 - left) * to_call[ground.station_idx[unit.station_id]]
    return times


def test_simulated_events_are_accepted_and_leave_nobody_on_a_call():
    rng = np.random.default_rng(3)
    ground = random_ground(rng)
    policy = random_policy(rng, ground)
    calls = random_calls(rng, ground, 200)
    run = run_calls(world_of(ground, policy), calls, True)
    events = to_events(ground, policy, calls, run, MIDNIGHT)
    assert [e.at for e in events] == sorted(e.at for e in events)
    board = replay(events)
    assert len(board.calls) == run.waiting_at_end
    assert all(e.call.note == "simulated" for e in events if isinstance(e, CallReceived))
