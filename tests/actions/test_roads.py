"""Closing a road turns the next advice, by hand and by the clock; on both databases."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from hubpost.actions import roads
from hubpost.actions.advice import advise
from hubpost.actions.calls import receive_call
from hubpost.actions.roads import ClosureRequest
from hubpost.model.place import Place
from hubpost.model.refused import Refused
from hubpost.model.road_rule import Light, Weather
from hubpost.roads.calibration_file import KeptCalibration
from hubpost.roads.estimate import EstimatedTimes
from hubpost.storage import schema
from hubpost.storage.store import Store
from tests.boards import NOON
from tests.opening import open_rows_of
from tests.road_rooms import STEP_S, VILLAGE, road_events, road_room
from tests.rooms import fill, report

SLIDE = ClosureRequest((Place(0.022, 0.0002), Place(0.028, 0.0)), "landslide")
TURNOUT_S = 120.0


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return road_room(tmp_path_factory.mktemp("roads"))


@pytest.fixture
def call_id(store, room):
    fill(store, road_events())
    taken = store.write(lambda tx: receive_call(tx, room, at_village()), actor="Wang")
    return taken.call.id


def at_village():
    return report(lon=VILLAGE[0], lat=VILLAGE[1], area_id="village", station_id="Z")


def advised(store, room, call_id, now=None):
    choice = advise(room, store.board, call_id, now or store.now()).choice
    return choice.unit_id, round((choice.eta_s - TURNOUT_S) / STEP_S, 2)


def close(store, room, request=SLIDE):
    return store.write(lambda tx: roads.close_road(tx, room, request), actor="Wang")


def test_a_closed_road_turns_the_advice_and_lifting_it_turns_it_back(store, room, call_id):
    assert advised(store, room, call_id) == ("Z1", 3.0)
    closure = close(store, room)
    assert (closure.by, closure.road, closure.reason) == ("Wang", "Main Road", "landslide")
    assert advised(store, room, call_id) == ("S1", 4.0)
    notes = advise(room, store.board, call_id, store.now()).notes
    assert [(n.code, n.facts) for n in notes if n.code.startswith("roads")] == [
        ("roads_closed", {"closures": 1})
    ]
    store.write(lambda tx: roads.reopen_road(tx, closure.id, "cleared"), actor="Li")
    assert advised(store, room, call_id) == ("Z1", 3.0)


def test_a_closure_acts_from_its_beginning_to_its_end_without_anyone_touching_it(
    store, room, call_id
):
    begins, ends = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    close(store, room, replace(SLIDE, from_at=begins, until_at=ends))
    second = timedelta(seconds=1)
    at = [begins - second, begins, ends - second, ends]
    assert [advised(store, room, call_id, m)[0] for m in at] == ["Z1", "S1", "S1", "Z1"]
    assert roads.next_road_change(room, store.board, NOON) == begins
    assert roads.next_road_change(room, store.board, begins) == ends


def test_the_decision_keeps_which_closures_it_saw(store, room, call_id):
    closure = close(store, room)
    store.write(lambda tx: receive_call(tx, room, at_village()), actor="Wang")
    kept = [msgspec.json.decode(r.body)["roads"] for r in open_rows_of(store, schema.decision)]
    assert [k["closure_ids"] for k in kept] == [[], [closure.id]]


def test_a_process_that_only_reads_the_database_gives_the_same_advice(
    store, room, call_id, database_url, tmp_path, clock
):
    """Conditions come from the board and the clock alone: nothing is told between processes."""
    close(store, room)
    other_room, other = road_room(tmp_path), Store(database_url, clock)
    try:
        now = store.now()
        assert advised(other, other_room, call_id, now) == advised(store, room, call_id, now)
        assert advised(other, other_room, call_id, now)[0] == "S1"
    finally:
        other.close()


def test_a_form_sent_twice_closes_once_and_two_who_lift_it_are_told(store, room, call_id):
    request = replace(SLIDE, request_id="form-1")
    assert close(store, room, request) == close(store, room, request)
    assert len(store.board.closures) == 1
    store.write(lambda tx: roads.reopen_road(tx, "form-1"), actor="Li")
    with pytest.raises(Refused, match="no longer"):
        store.write(lambda tx: roads.reopen_road(tx, "form-1"), actor="Wang")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": ""}, "reason_missing"),
        ({"points": ()}, "closure_shape"),
        ({"points": (Place(0.025, 0.005),)}, "closure_off_road"),
        ({"until_at": NOON - timedelta(days=1)}, "closure_time"),
    ],
)
def test_what_would_close_nothing_is_refused_and_leaves_nothing(store, room, change, code):
    with pytest.raises(Refused) as refused:
        close(store, room, replace(SLIDE, **change))
    assert refused.value.code == code
    assert not store.board.closures


def test_geojson_closes_all_it_holds_or_nothing(store, room, call_id):
    line = {"type": "LineString", "coordinates": [[0.022, 0], [0.028, 0]]}
    good = {"type": "Feature", "geometry": line, "properties": {"reason": "snow"}}
    nowhere = {**good, "geometry": {"type": "Point", "coordinates": [3, 3]}}

    def upload(*features):
        document = {"type": "FeatureCollection", "features": list(features)}
        return store.write(lambda tx: roads.close_from_geojson(tx, room, document), actor="Wang")

    for bad in (nowhere, {**good, "properties": {"reason": "x", "from": "tomorrow"}}):
        with pytest.raises(Refused):
            upload(good, bad)
    assert not store.board.closures
    assert [c.reason for c in upload(good)] == ["snow"]
    assert advised(store, room, call_id)[0] == "S1"


def test_snow_slows_everybody_and_is_over_by_the_clock(store, room, call_id):
    until = NOON + timedelta(hours=3)

    def snow(tx):
        roads.set_road_conditions(tx, Weather.SNOW, Light.NIGHT, until, "forecast")

    store.write(snow, actor="Wang")
    assert advised(store, room, call_id, until - timedelta(seconds=1))[1] == pytest.approx(
        3 / 0.65 / 0.9, abs=0.01
    )
    assert advised(store, room, call_id, until)[1] == pytest.approx(3 / 0.9, abs=0.01)


def test_without_roads_a_closure_is_kept_but_said_not_to_act(store, room, call_id):
    """Estimated times know no road; the advice says so instead of pretending."""
    estimated = replace(room, travel=EstimatedTimes(), _memo={})
    before = advise(estimated, store.board, call_id, store.now())
    close(store, estimated)
    after = advise(estimated, store.board, call_id, store.now())
    assert [c.eta_s for c in after.ranked] == [c.eta_s for c in before.ranked]
    assert ("roads_ignored", {"closures": 1}) in [(n.code, n.facts) for n in after.notes]


def test_an_arrival_carries_its_interval_once_speeds_are_calibrated(store, call_id, tmp_path):
    """Twice the free-flow time on every road; 80 % within 0.8 to 1.5 of that, after turnout."""
    kept = KeptCalibration((2.0,) * 4, 0.8, 1.5, 0.8, from_departure=True, labels=("synthetic",))
    room = road_room(tmp_path, kept)
    choice = advise(room, store.board, call_id, store.now()).choice
    drive_s = choice.eta_s - TURNOUT_S
    assert drive_s == pytest.approx(6 * STEP_S, rel=1e-3)
    assert choice.eta_low_s == pytest.approx(TURNOUT_S + 0.8 * drive_s)
    assert choice.eta_high_s == pytest.approx(TURNOUT_S + 1.5 * drive_s)
    assert room.time_words == ("synthetic",)


def test_reach_shrinks_behind_a_closure_and_is_refused_without_roads(store, room, call_id):
    now = store.now()
    free = roads.reach_of(room, store.board, ["Z"], now, [8, 14])
    close(store, room)
    shut = roads.reach_of(room, store.board, ["Z"], store.now(), [8, 14])
    assert shut[0].area_km2 < free[0].area_km2
    assert free[1].area.contains(free[0].area)
    with pytest.raises(Refused, match="Reach needs"):
        roads.reach_of(replace(room, travel=EstimatedTimes()), store.board, ["Z"], now)
