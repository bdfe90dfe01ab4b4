"""32 dispatchers in three processes send the same four units at once, on both databases."""

import json
import subprocess
import sys
from pathlib import Path

from hubpost.storage.store import Store
from tests.boards import founding_events
from tests.rooms import fill

DISPATCHERS = (11, 11, 10)


def test_exactly_one_wins_each_unit_and_losers_are_told_who_and_what_next(database_url):
    store = Store(database_url)
    fill(store, founding_events())
    done = subprocess.run(
        [sys.executable, "-m", "tests.actions.racer", database_url, *map(str, DISPATCHERS)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=120,
        cwd=Path(__file__).parents[2],
    )
    racers = json.loads(done.stdout)
    assert len(racers) == sum(DISPATCHERS) == 32
    for unit_id in ("S1", "Z1", "T1", "F1"):
        winners = [r["call"] for r in racers if [unit_id, "won", "", None] in r["outcomes"]]
        lost = [o for r in racers for o in r["outcomes"] if o[0] == unit_id and o[1] != "won"]
        assert len(winners) == 1
        assert len(lost) == 31
        # Each loser learns that the unit is taken, on which call, and is not advised it again.
        assert {o[1] for o in lost} == {"unit_not_available"}
        assert {o[2] for o in lost} == set(winners)
        assert unit_id not in {o[3] for o in lost}
    numbers = sorted(int(r["number"].rpartition("-")[2]) for r in racers)
    assert numbers == list(range(1, 33))
    store.refresh()
    active = [u for c in store.board.calls.values() for u in c.active_unit_ids]
    assert sorted(active) == ["F1", "S1", "T1", "Z1"]
    store.close()
