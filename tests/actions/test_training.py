"""An exercise: its calls come, its units move, its sheet is right, and no figure knows of it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
import sqlalchemy as sa

from hubpost.actions import calls
from hubpost.actions.assignments import assign_unit
from hubpost.actions.call_export import read_calls
from hubpost.actions.evaluation import evaluation_source
from hubpost.actions.handover import load_timers, make_handover
from hubpost.actions.notifications import Channel, Notifier
from hubpost.actions.training import (
    begin_training,
    end_training,
    find_training,
    play_training,
)
from hubpost.actions.training_room import copy_command_room, follow_advice
from hubpost.actions.training_score import score_training, sheet_to_json
from hubpost.evaluation.evaluate import evaluate_frame
from hubpost.evaluation.period import Period
from hubpost.model.unit import UnitActivity
from hubpost.simulation.exercise import ExerciseCall, draw_exercise
from hubpost.storage import schema
from hubpost.storage.store import Store
from hubpost.tables.bundled import find_bundled
from hubpost.tables.county import read_county
from tests.boards import NOON, founding_events
from tests.rooms import AREAS, fill, report, toy_room

ROOM = toy_room()
#: Three calls of half an hour: at once, after five minutes, after ten.
PLANNED = tuple(
    ExerciseCall(at_s, AREAS[0].id, "assistance", 2, 1, (600.0,)) for at_s in (0.0, 300.0, 600.0)
)
FACTS = {
    "id": "toy", "name": "玩具县", "name_en": "Toy", "timezone": "Asia/Shanghai",
    "labels": {}, "checksums": {},
}  # fmt: skip


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def store(database_url, hands):
    opened = Store(database_url, hands)
    facts = schema.setting.insert().values(key="county", value=msgspec.json.encode(FACTS).decode())
    opened.write(lambda tx: tx.conn.execute(facts), actor="test")
    fill(opened, founding_events())
    yield opened
    opened.close()


def do(store, action, *args, **options):
    return store.write(lambda tx: action(tx, *args, **options), actor="anna")


def play_until(store, hands, minute: float) -> bool:
    """Play in steps of ten seconds up to a minute after noon."""
    running = True
    while hands.now < NOON + timedelta(minutes=minute):
        hands.now += timedelta(seconds=10)
        running = do(store, play_training, ROOM)
    return running


def test_the_sheet_says_what_was_done_and_nothing_of_who_did_it(store, hands):
    """Advice followed after 60 s; overridden after 120 s by a unit 1,800 s later; one left."""
    training = do(store, begin_training, PLANNED, minutes=30.0, speed=1.0, seed=4)
    play_until(store, hands, 1)
    first, second, _third = training.call_ids
    do(store, assign_unit, ROOM, first, "S1")
    play_until(store, hands, 7)
    do(store, assign_unit, ROOM, second, "F1", override_reason="asked for by name")
    assert play_until(store, hands, 29)
    assert not play_until(store, hands, 31)
    sheet = store.read(lambda conn: score_training(conn, training))
    assert (sheet.calls, sheet.answered, sheet.waiting) == (3, 2, 1)
    one, two, three = sheet.per_call
    assert (one.dispatch_s, two.dispatch_s, three.dispatch_s) == (50.0, 120.0, None)
    assert (sheet.dispatch_s_median, sheet.within_1_min, sheet.within_3_min) == (85.0, 1, 2)
    assert (sheet.followed, sheet.overridden, two.reasons) == (1, 1, ("asked for by name",))
    # Free beside F (50 min) are T (25) and Z (33): 25 minutes later than the nearest.
    assert (sheet.beyond_nearest, two.beyond_s) == (1, 1500.0)
    assert (one.emptied[0][0], two.emptied[0][0]) == ("S", "F")
    assert (sheet.left_empty, sheet.uncovered) == (2, 0)
    told = msgspec.json.encode(sheet_to_json(training, sheet)).decode()
    assert "anna" not in told


def test_units_go_through_every_milestone_and_home_again(store, hands):
    training = do(store, begin_training, PLANNED[:1], minutes=60.0, speed=1.0, seed=1)
    hands.now += timedelta(seconds=10)
    do(store, play_training, ROOM)
    do(store, follow_advice, ROOM)
    play_until(store, hands, 59)
    response = store.read(lambda conn: conn.execute(sa.select(schema.response)).one())
    sent = response.assigned_at
    assert [(t - sent).total_seconds() for t in (
        response.acknowledged_at, response.enroute_at, response.arrived_at, response.cleared_at
    )] == [20.0, 120.0, 720.0, 1320.0]  # fmt: skip
    assert store.board.calls == {}
    assert store.board.units["S1"].activity is UnitActivity.AT_STATION
    assert store.read(find_training).id == training.id


def test_ending_early_clears_the_board(store, hands):
    training = do(store, begin_training, PLANNED, minutes=30.0, speed=1.0, seed=1)
    play_until(store, hands, 6)
    do(store, follow_advice, ROOM)
    assert len(store.board.calls) == 2
    with pytest.raises(ValueError, match="is running"):
        do(store, begin_training, PLANNED, minutes=1.0, speed=1.0, seed=1)
    do(store, end_training, training)
    assert store.board.calls == {}
    assert all(u.activity is UnitActivity.AT_STATION for u in store.board.units.values())
    assert do(store, play_training, ROOM) is False


def figures_of(store) -> list[object]:
    """Every figure that reads calls: the export, the evaluation, the hand-over."""
    since, until = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    exported = store.read(lambda conn: read_calls(conn, since, until))
    records = evaluation_source(store.engine.url.render_as_string(hide_password=False))["records"]
    counted = evaluate_frame(
        records, Period(date(2026, 3, 1), date(2026, 3, 2)), rng=np.random.default_rng(0)
    )
    kpis = [(r.kpi.code, r.station_id, r.now.value) for r in counted.results]
    page = store.read(
        lambda conn: make_handover(conn, store.board, store.now(), load_timers(), room_id=None)
    )
    return [exported.height, kpis, page.received, page.closed, page.overrides]


def test_an_exercise_is_in_no_figure_and_in_no_message(store, hands):
    """Beside one real call, a whole exercise changes nothing that is counted or sent out."""
    sent: list[str] = []
    duty = Channel("duty", "json://localhost/x", frozenset({"CallReceived", "UnitAssigned"}))
    notifier = Notifier(store, [duty], lambda _a, title, _b: bool(sent.append(title)) or True)
    notifier.work_once()
    do(store, calls.receive_call, ROOM, report())
    notifier.work_once()
    before, told = figures_of(store), list(sent)
    assert before[0] == 1
    assert told
    do(store, begin_training, PLANNED, minutes=30.0, speed=1.0, seed=1)
    while play_until(store, hands, (hands.now - NOON).total_seconds() / 60 + 0.5):
        do(store, follow_advice, ROOM)
    notifier.work_once()
    kept = store.read(lambda conn: conn.execute(sa.select(schema.call.c.exercise)).scalars().all())
    assert sorted(kept) == [False, True, True, True]
    assert repr(figures_of(store)) == repr(before)
    assert sent == told


def test_a_room_to_train_in_holds_no_call_and_no_person(store, tmp_path, hands):
    do(store, calls.receive_call, ROOM, report(caller_phone="13812345678"))
    target = Store(f"sqlite:///{tmp_path / 'training.sqlite'}", hands)
    copy_command_room(store, target)
    assert target.board.stations == store.board.stations
    assert set(target.board.units) == set(store.board.units)
    assert target.board.groups == store.board.groups
    assert target.board.calls == {}
    assert target.read(lambda conn: conn.execute(sa.select(schema.call)).all()) == []
    keys = target.read(lambda conn: conn.execute(sa.select(schema.setting.c.key)).scalars().all())
    assert sorted(keys) == ["county", "sealing_check"]
    target.close()


def test_an_exercise_is_drawn_from_the_countys_demand_and_the_same_seed_draws_the_same():
    county = read_county(find_bundled("qianjiang"))
    drawn = draw_exercise(county, 3 * 3600.0, seed=5)
    assert drawn == draw_exercise(county, 3 * 3600.0, seed=5)
    assert drawn != draw_exercise(county, 3 * 3600.0, seed=6)
    assert len(drawn) >= 3
    assert drawn[0].at_s == 0.0
    assert all(0 <= c.at_s < 3 * 3600 and len(c.on_scene_s) == c.units_needed for c in drawn)
    assert {c.area_id for c in drawn} <= {a.id for a in county.areas}
    with pytest.raises(ValueError, match="longer than 0"):
        draw_exercise(county, 0.0, seed=1)
    assert county.timezone == str(ZoneInfo("Asia/Shanghai"))
