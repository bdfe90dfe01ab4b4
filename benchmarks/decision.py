"""Seconds of one pure decision, cover included, against asking the rule unit by unit.

Boards of 25 to 1,000 units; each decision is on a board of its own, as after every event, so
nothing is remembered from the one before. Run: .venv/bin/python benchmarks/decision.py
"""

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median, quantiles

import numpy as np

from hubpost.dispatch.cover import stations_at_stake, with_cover
from hubpost.dispatch.recommend import recommend_unit
from hubpost.dispatch.rule import MUTUAL_AID, NOT_AVAILABLE, best_idx
from hubpost.model.apply import apply, replay
from hubpost.model.board import Board
from hubpost.model.call import Call, CallCategory, Priority
from hubpost.model.events import GroupsFormed, StationOpened, UnitActivitySet, UnitJoined
from hubpost.model.station import HubGroup, Station
from hubpost.model.unit import Unit, UnitActivity

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACTIVITIES = [UnitActivity.AT_STATION] * 6 + [UnitActivity.CASEWORK, UnitActivity.MEAL]


def make_board(units: int, rng: random.Random) -> Board:
    """Stations in a row, up to four units each, groups of three."""
    stations = max(3, units // 4)
    ids = [f"s{i}" for i in range(stations)]
    events: list = [
        StationOpened(NOON, Station(s, s, 108 + i / 100, 29.0), tuple(ids[max(0, i - 1) : i + 2]))
        for i, s in enumerate(ids)
    ]
    events += [UnitJoined(NOON, Unit(f"u{i}", f"u{i}", ids[i % stations])) for i in range(units)]
    threes = [ids[i : i + 3] for i in range(0, stations, 3)]
    events.append(GroupsFormed(NOON, tuple(HubGroup(t[0], tuple(t[1:])) for t in threes)))
    board = replay(events)
    for i in range(units):
        board = apply(board, UnitActivitySet(NOON, f"u{i}", rng.choice(ACTIVITIES)))
    return board


def decide(board: Board, call: Call, travel_s: dict, rows: np.ndarray) -> None:
    """What the console asks for each call: the ranking, its reasons, the cover left behind."""
    advice = recommend_unit(board, call, travel_s, MUTUAL_AID, keep=20)
    stakes = stations_at_stake(board, advice)
    with_cover(board, advice, dict.fromkeys(stakes, rows))


def ask_one_by_one(board: Board, call: Call, travel_s: dict, rows: np.ndarray) -> None:
    """The peer: the rule itself, asked until nobody is left, without cover."""
    eta = [travel_s[u] for u in board.units]
    left, tier = [2] * len(eta), [3] * len(eta)
    while (idx := best_idx(eta, tier, left, 2, MUTUAL_AID.penalty_s, 1)) >= 0:
        left[idx] = NOT_AVAILABLE


def measure(what: Callable, units: int, runs: int) -> tuple[list[float], list[float]]:
    """Seconds by the clock, and of the processor alone: the latter tells a laden machine apart."""
    rng = random.Random(units)
    board = make_board(units, rng)
    seconds, worked = [], []
    for run in range(runs):
        flip = UnitActivity.CASEWORK if run % 2 else UnitActivity.AT_STATION
        board = apply(board, UnitActivitySet(NOON, f"u{rng.randrange(units)}", flip))
        travel_s = {u: rng.uniform(60, 5400) for u in board.units}
        rows = np.array([rng.uniform(60, 5400) for _ in range(units)])
        home = f"s{rng.randrange(max(3, units // 4))}"
        call = Call("c", NOON, CallCategory.DISPUTE, Priority.ONGOING, 108.1, 29.0, home)
        start, cpu = time.perf_counter(), time.process_time()
        what(board, call, travel_s, rows)
        seconds.append(time.perf_counter() - start)
        worked.append(time.process_time() - cpu)
    return seconds, worked


def main() -> None:
    for units in (25, 100, 300, 1000):
        ours, worked = measure(decide, units, 300)
        peer, _ = measure(ask_one_by_one, units, 10)
        print(
            json.dumps(
                {
                    "units": units,
                    "decision_ms_median": round(median(ours) * 1e3, 3),
                    "decision_ms_p99": round(quantiles(ours, n=100)[98] * 1e3, 3),
                    "decision_cpu_ms_median": round(median(worked) * 1e3, 3),
                    "one_by_one_ms_median": round(median(peer) * 1e3, 3),
                    "times_faster": round(median(peer) / median(ours), 1),
                }
            )
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
