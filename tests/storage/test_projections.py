"""State tables after every kind of event say what the board says, on both databases."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from hubpost.model import events as ev
from hubpost.model.apply import replay
from hubpost.storage import engine as engines
from hubpost.storage import schema
from hubpost.storage.store import Store
from tests.boards import at, founding_events, received
from tests.model.later_events import every_later_event
from tests.model.test_apply import WHOLE_LIFE
from tests.rooms import fill
from tests.storage.test_store import rows, stored_events

STORY = [*founding_events(), received(), received(call_id="c2"), *WHOLE_LIFE[:4]]


def test_after_each_event_the_rows_of_calls_and_units_say_what_the_board_says(store):
    for event in [*STORY, *every_later_event()[:-1]]:
        fill(store, [event])
        in_rows = {r.id: r for r in rows(store, schema.call)}
        open_calls = {**store.board.calls, **store.board.merged}
        assert {i for i, r in in_rows.items() if r.closed_at is None} == set(open_calls)
        for call_id, on_board in open_calls.items():
            row = in_rows[call_id]
            assert (row.priority, row.tier, row.merged_into) == (
                on_board.call.priority,
                on_board.tier,
                on_board.merged_into,
            )
            assert row.state == ("merged" if on_board.merged_into else on_board.state.value)
        for row in rows(store, schema.unit):
            unit = store.board.units[row.id]
            assert (row.activity, row.call_id, row.reserve, row.covering_id) == (
                unit.activity.value,
                unit.call_id,
                unit.reserve,
                unit.covering_id,
            )
    assert store.board == replay(stored_events(store))
    first = next(r for r in rows(store, schema.call) if r.id == "c2")
    assert first.member_first_at == at(22)


def test_a_merged_call_closes_with_the_call_it_repeats(store):
    fill(store, [*founding_events(), received(), received(call_id="c2")])
    fill(store, [ev.CallMerged(at(1), "c2", "c1"), ev.CallCleared(at(9), "c1", "done")])
    merged = next(r for r in rows(store, schema.call) if r.id == "c2")
    assert (merged.state, merged.closed_at, merged.merged_into) == ("merged", at(9), "c1")


def test_a_reopened_store_reads_the_later_events_too(store, database_url, monkeypatch):
    monkeypatch.setattr("hubpost.storage.store.SNAPSHOT_EVERY", 7)
    for event in [*STORY, *every_later_event()[:-4]]:
        fill(store, [event])
    again = Store(database_url)
    assert again.board == store.board
    again.close()


def test_a_database_of_the_first_schema_is_brought_up_with_its_calls(empty_database_url):
    """An installation made before live dispatch keeps its calls through the migration."""
    engine = engines.create_engine(empty_database_url)
    config = Config()
    config.set_main_option(
        "script_location", str(engines.__file__).replace("engine.py", "migrations")
    )
    with engine.execution_options(hubpost_write=True).begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "0001")
        conn.execute(
            sa.text(
                "INSERT INTO call (id, day, number_in_day, number, received_at, category, "
                "priority, lon, lat, station_id, place_text, note, confirmed, units_needed, "
                "exercise, state) VALUES ('old', '20260101', 1, '20260101-0001', "
                "'2026-01-01 00:00:00', 'traffic', 2, 1, 2, 'Z', '', '', false, 1, false, "
                "'cleared')"
            )
        )
    engine.dispose()
    store = Store(empty_database_url)
    (row,) = rows(store, schema.call)
    assert (row.id, row.mode, row.tier, row.danger, row.merged_into) == (
        "old",
        "live",
        0,
        False,
        None,
    )
    store.close()
