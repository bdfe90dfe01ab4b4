"""The export of calls and the hand-over page, counted by hand on a small shift."""

import csv
import io
from datetime import timedelta
from zoneinfo import ZoneInfo

import openpyxl
import polars as pl
import pytest

from hubpost.actions import calls, handover, units
from hubpost.actions.call_export import HEADERS, INTERVALS, read_calls, write_csv, write_xlsx
from hubpost.dispatch.timers import TimerParams
from hubpost.model import events as ev
from hubpost.model.unit import UnitActivity
from tests.actions.test_actions import assign, board_store, take  # noqa: F401
from tests.boards import NOON, at
from tests.rooms import fill

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def shift(board_store, clock):  # noqa: F811
    """One call answered by two units, one without an arrival, one exercise, one struck, merged."""
    whole = take(board_store, place_text="=cmd()").call.id
    fill(
        board_store,
        [
            ev.UnitAssigned(at(2), whole, "S1", at(14)),
            ev.UnitAssigned(at(3), whole, "T1", at(30), "knows the place"),
            ev.UnitEnRoute(at(4), whole, "S1"),
            ev.UnitArrived(at(16), whole, "S1"),
            ev.UnitArrived(at(31), whole, "T1"),
            ev.UnitFedBack(at(32), whole, "S1", "clear"),
            ev.UnitCleared(at(40), whole, "S1"),
            ev.UnitCleared(at(45), whole, "T1"),
            ev.CallCleared(at(46), whole),
        ],
    )
    take(board_store, exercise=True)
    struck = take(board_store).call.id
    board_store.write(lambda tx: calls.strike_call(tx, struck, "twice"), actor="a")
    first, second = take(board_store).call.id, take(board_store).call.id
    fill(board_store, [ev.CallMerged(at(50), second, first)])
    return board_store, whole, first


def read(store, **options):
    return store.read(
        lambda c: read_calls(c, NOON - timedelta(hours=1), NOON + timedelta(days=1), **options)
    )


def test_intervals_by_hand_and_blank_where_a_leg_is_missing(shift):
    store, _, _ = shift
    frame = read(store)
    assert frame.columns == list(HEADERS)
    done, waiting = frame.to_dicts()
    received = done["received_at"]
    assert done["response_s"] == (at(16) - received).total_seconds()
    assert done["call_processing_s"] == (at(2) - received).total_seconds()
    assert (done["turnout_s"], done["travel_s"], done["on_scene_s"]) == (120, 720, 29 * 60)
    assert (done["late_s"], done["units"]) == (120, 2)
    assert {waiting[name] for name in INTERVALS} == {None}
    assert read(store, exercises=True)["exercise"].to_list() == [False, True, False]


def test_a_day_without_calls_is_an_empty_table_of_the_same_columns(board_store):  # noqa: F811
    assert read(board_store).columns == list(HEADERS)


def test_csv_and_xlsx_show_the_county_s_clock_and_run_no_formula(shift, tmp_path):
    store, _, _ = shift
    frame = read(store)
    hostile = frame.with_columns(area_id=pl.lit("=1+1"))
    target = io.BytesIO()
    write_csv(hostile, target, CHINA)
    rows = list(csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"))))
    assert rows[0] == list(HEADERS.values())
    assert rows[1][6] == "'=1+1"
    assert rows[1][1].startswith("2026-03-01T20:00")
    assert rows[1][1].endswith("+08:00")
    write_xlsx(hostile, tmp_path / "calls.xlsx", CHINA)
    sheet = openpyxl.load_workbook(tmp_path / "calls.xlsx").active
    assert sheet["G2"].value == "=1+1"
    assert sheet["G2"].data_type == "s"
    assert sheet["B2"].value.hour == 20


def test_the_hand_over_says_what_is_open_who_is_away_and_what_happened(shift, clock):
    store, _, first = shift
    store.write(lambda tx: units.set_activity(tx, "Z1", UnitActivity.CASEWORK), actor="a")
    clock.now = at(80)
    fill(store, [ev.UnitMovedUp(at(70), "F1", "Z"), ev.UnitReserveSet(at(70), "S1", True)])
    page = store.read(lambda c: handover.make_handover(c, store.board, at(80), TimerParams()))
    assert [c.call.id for c in page.calls] == [first]
    assert page.exercises_open == 1
    assert (page.received, page.closed, page.overrides) == ({"assistance": 2}, 1, 1)
    assert [u.unit.id for u in page.away] == ["Z1"]
    assert [u.unit.id for u in page.reserve] == ["S1"]
    assert [u.unit.id for u in page.moved_up] == ["F1"]
    assert page.empty_station_ids == ("F",)
    assert [w.code for w in page.warnings] == ["unassigned"]
    one_room = store.read(
        lambda c: handover.make_handover(c, store.board, at(80), TimerParams(), room_id="T")
    )
    assert (one_room.calls, one_room.received) == ((), {})


def test_the_shipped_timers_are_the_defaults():
    assert handover.load_timers() == TimerParams()
