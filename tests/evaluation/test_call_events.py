"""Events, database rows and files tell of the same calls in the same form."""

from datetime import UTC, datetime, timedelta

import polars as pl

from hubpost.evaluation.call_events import calls_of_events
from hubpost.evaluation.call_frame import with_legs
from hubpost.evaluation.kpis import compute_kpis
from hubpost.evaluation.period import period_of
from hubpost.evaluation.records import Records
from hubpost.model import events as ev
from hubpost.model.call import Call, CallCategory, Priority
from hubpost.model.unit import Unit

T = datetime(2024, 3, 1, 8, 0, tzinfo=UTC)


def at(minutes):
    return T + timedelta(minutes=minutes)


def received(call_id, **more):
    call = Call(call_id, T, CallCategory.TRAFFIC, Priority.ONGOING, 108.0, 29.0, "own", **more)
    return ev.CallReceived(T, call)


def two_units():
    """The first unit is sent at 1 and promised for 11, but the second arrives first, at 14."""
    return [
        ev.UnitJoined(T, Unit("u1", "1", "own")), ev.UnitJoined(T, Unit("u2", "2", "other")),
        received("c"),
        ev.UnitAssigned(at(1), "c", "u1", predicted_arrival_at=at(11)),
        ev.UnitEnRoute(at(2), "c", "u1"),
        ev.UnitAssigned(at(5), "c", "u2", predicted_arrival_at=at(20)),
        ev.UnitEnRoute(at(7), "c", "u2"),
        ev.UnitArrived(at(14), "c", "u2"), ev.UnitArrived(at(19), "c", "u1"),
        ev.CallCleared(at(40), "c"),
    ]  # fmt: skip


def test_legs_are_of_the_unit_that_arrived_and_the_promise_of_the_first_sent():
    row = with_legs(calls_of_events(two_units()).lazy()).collect().row(0, named=True)
    assert row["response_min"] == 14
    assert row["travel_min"] == 7
    assert row["turnout_min"] == 2
    assert row["late_min"] == 3
    assert row["first_station_id"] == "own"
    assert row["on_scene_min"] == 26


def test_struck_through_and_exercise_calls_are_left_out():
    events = [received("a"), ev.CallStruckThrough(at(1), "a", "twice"),
              received("b", exercise=True), received("c")]  # fmt: skip
    assert with_legs(calls_of_events(events).lazy()).collect()["id"].to_list() == ["c"]


def test_figures_from_events_equal_those_from_a_file_of_the_same_calls():
    events = calls_of_events(two_units())
    file = pl.DataFrame({
        "id": ["c"], "received_at": [T], "category": ["traffic"], "station_id": ["own"],
        "dispatched_at": [at(5)], "enroute_at": [at(7)], "arrived_at": [at(14)],
        "cleared_at": [at(40)], "predicted_arrival_at": [at(11)], "first_station_id": ["own"],
    }).with_columns(pl.col("^.*_at$").cast(pl.Datetime("us", "UTC")))  # fmt: skip
    period = period_of(T.date(), T.date())
    one, two = (compute_kpis(Records({"calls": t}, "UTC"), period) for t in (events, file))
    assert [r.now for r in one] == [r.now for r in two]


def test_a_call_nobody_answered_keeps_blank_legs():
    row = with_legs(calls_of_events([received("c")]).lazy()).collect().row(0, named=True)
    assert row["response_min"] is None
    assert row["dispatched_at"] is None
    assert row["received_at"] == T
