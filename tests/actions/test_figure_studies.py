"""Predicted against actual, and the reform's day, as the figures page takes them."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import polars as pl

from hubpost.actions.figure_studies import find_reform, predicted_since
from hubpost.evaluation.period import period_of
from hubpost.evaluation.records import Records
from hubpost.model import events as ev
from hubpost.model.station import HubGroup
from tests.boards import founding_events
from tests.rooms import fill

START = datetime(2024, 1, 1, tzinfo=UTC)
SHARES = np.arange(1, 100) / 100


def spread(low_min, high_min):
    """Times spread evenly between two limits, as 99 quantiles."""
    return {"calls": 99, "seconds": (60 * (low_min + (high_min - low_min) * SHARES)).tolist()}


def kept(before, after):
    sides = {"before": before, "after": after}
    spreads = {s: {"county": v, "priority-1": v, "priority-2": {"calls": 0, "seconds": []}}
               for s, v in sides.items()}  # fmt: skip
    return SimpleNamespace(spreads=spreads, labels=("simulated", "synthetic"))


def figures_of(minutes):
    """A call each six hours from 2024-01-01 on, answered after these minutes."""
    received = [START + timedelta(hours=6 * i) for i in range(len(minutes))]
    arrived = [r + timedelta(minutes=float(m)) for r, m in zip(received, minutes, strict=True)]
    calls = pl.DataFrame(
        {"id": [str(i) for i in range(len(minutes))], "received_at": received,
         "arrived_at": arrived, "station_id": "a", "category": "criminal", "priority": 1},
        schema_overrides={n: pl.Datetime("us", "UTC") for n in ("received_at", "arrived_at")},
    )  # fmt: skip
    records = Records({"calls": calls}, "UTC")
    period = period_of(date(2024, 1, 1), received[-1].date())
    return SimpleNamespace(evaluation=SimpleNamespace(period=period), records=records, calls=calls)


def test_calls_before_the_plan_and_since_are_held_against_their_own_side():
    """Evenly 0–20 min before, 0–10 since: as predicted; swapped: slower, faster."""
    rng = np.random.default_rng(3)
    figures = figures_of(np.concatenate([rng.uniform(0, 20, 400), rng.uniform(0, 10, 400)]))
    day = (START + timedelta(days=100)).date()
    right = predicted_since(figures, kept(spread(0, 20), spread(0, 10)), day)
    assert {s: p.calibration.verdict for s, p in right.items()} == {
        "before": "as_predicted", "after": "as_predicted",
    }  # fmt: skip
    assert [p.calibration.n for p in right.values()] == [400, 400]
    assert right["after"].labels == ("simulated", "synthetic")
    wrong = predicted_since(figures, kept(spread(0, 10), spread(0, 20)), day)
    assert wrong["before"].calibration.verdict == "slower"
    assert wrong["after"].calibration.verdict == "faster"
    assert wrong["before"].drift.alarms


def test_without_a_plan_all_is_before_and_a_call_of_no_priority_predicted_is_left_out():
    figures = figures_of(np.linspace(1, 19, 80))
    found = predicted_since(figures, kept(spread(0, 20), spread(0, 10)), None)
    assert set(found) == {"before"}
    none = {"calls": 0, "seconds": []}
    assert predicted_since(figures, kept(none, none), None) == {}


def test_the_reform_is_the_day_groups_were_first_in_force(store, clock):
    """A station that joined a group later keeps its own day; a second plan moves nobody's."""
    fill(store, [e for e in founding_events() if not isinstance(e, ev.GroupsFormed)])
    assert store.read(lambda c: find_reform(c, "Asia/Shanghai")) is None
    day = clock.now.astimezone(UTC)
    fill(store, [ev.GroupsFormed(day, (HubGroup("S"),), "p1")])
    fill(store, [ev.GroupsFormed(day + timedelta(days=40), (HubGroup("S", ("Z",)),), "p2")])
    found = store.read(lambda c: find_reform(c, "UTC"))
    assert found.start == day.date()
    assert dict(found.joined) == {"S": day.date(), "Z": (day + timedelta(days=40)).date()}


def test_too_few_calls_are_no_verdict():
    found = predicted_since(figures_of([5.0] * 9), kept(spread(0, 20), spread(0, 10)), None)
    assert found["before"].calibration.verdict == "no_data"
