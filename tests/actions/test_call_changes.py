"""Typed calls, duplicates, merges, late cards, callers; on both databases."""

from datetime import timedelta

import pytest

from hubpost.actions import call_changes, callers, landmarks, typed_calls
from hubpost.actions.dispatch_data import load_keywords, load_templates
from hubpost.dispatch.command_line import read_line
from hubpost.dispatch.gazetteer import KilometrePost, NamedPlace
from hubpost.model.apply import Refused
from hubpost.model.call import CallCategory, CallChange, CallMode, Priority
from hubpost.storage import schema
from tests.actions.test_actions import ROOM, board_store, take  # noqa: F401
from tests.boards import NOON
from tests.opening import open_rows_of
from tests.storage.test_store import rows


def read(store, text):
    return read_line(text, ROOM.gazetteer(store.board), load_keywords(), load_templates())


def type_call(store, text, **options):
    line = read(store, text)
    return store.write(lambda tx: typed_calls.receive_line(tx, ROOM, line, **options), actor="anna")


def do(store, action, *args, **options):
    return store.write(lambda tx: action(tx, *args, **options), actor="anna")


def test_the_founding_call_typed_in_one_line(board_store):  # noqa: F811
    taken = type_call(board_store, "堰塘村 围墙垮塌 堵路 p3")
    assert (taken.call.station_id, taken.call.area_id) == ("Z", "Z-yantang")
    assert (taken.call.category, taken.call.priority) == (
        CallCategory.ASSISTANCE,
        Priority.CAN_WAIT,
    )
    assert taken.advice.choice.unit_id == "S1"


def test_a_line_without_a_place_or_with_an_unreadable_word_takes_no_call(board_store):  # noqa: F811
    for text, code in (
        ("围墙垮塌", "place_not_known"),
        ("水市社区 p9", "line_unreadable"),
    ):
        with pytest.raises(Refused) as caught:
            type_call(board_store, text)
        assert caught.value.code == code
    assert rows(board_store, schema.call) == []


def test_a_card_written_while_the_power_was_out_keeps_its_own_time(board_store):  # noqa: F811
    """The toy county's clock shows 20:00 at noon UTC: 19:10 was fifty minutes ago."""
    taken = type_call(board_store, "堰塘村 摩托被盗 @19:10 #paper")
    assert taken.call.received_at == NOON - timedelta(minutes=50)
    (event,) = (r for r in rows(board_store, schema.event) if r.call_id == taken.call.id)
    assert (event.at, event.recorded_at > NOON) == (taken.call.received_at, True)
    yesterday = type_call(board_store, "堰塘村 摩托被盗 @23:10 #paper")
    assert yesterday.call.number.startswith("20260228-")


def test_a_call_for_the_record_only_is_closed_at_once_and_still_has_its_number(board_store):  # noqa: F811
    taken = type_call(board_store, "堰塘村 咨询户口 #log")
    assert (taken.call.mode, taken.advice.ranked) == (CallMode.LOGGED, ())
    assert board_store.board.calls == {}
    (row,) = rows(board_store, schema.call)
    assert (row.state, row.number) == ("cleared", "20260301-0001")


def test_a_scheduled_call_needs_a_time_ahead(board_store):  # noqa: F811
    taken = type_call(board_store, "水市社区 求助 >20:30")
    assert taken.call.due_at == NOON + timedelta(minutes=30)
    with pytest.raises(Refused, match="time ahead"):
        take(board_store, mode=CallMode.SCHEDULED)
    with pytest.raises(Refused, match="time ahead"):
        take(board_store, due_at=NOON + timedelta(hours=1))


def test_a_second_caller_is_proposed_as_a_duplicate_merged_and_taken_apart(board_store):  # noqa: F811
    first = take(board_store)
    second = take(board_store)
    assert first.duplicates == ()
    assert [h.call_id for h in second.duplicates] == [first.call.id]
    do(board_store, call_changes.merge_calls, second.call.id, first.call.id)
    assert set(board_store.board.calls) == {first.call.id}
    do(board_store, call_changes.unmerge_call, second.call.id, "another wall")
    assert set(board_store.board.calls) == {first.call.id, second.call.id}


def test_a_report_that_was_merged_is_not_taken_again(board_store):  # noqa: F811
    first, second = take(board_store), take(board_store, request_id="r2")
    do(board_store, call_changes.merge_calls, second.call.id, first.call.id)
    with pytest.raises(Refused) as caught:
        take(board_store, request_id="r2")
    assert caught.value.code == "call_known"


def test_an_amended_place_finds_its_home_station_and_the_row_follows(board_store):  # noqa: F811
    taken = take(board_store)
    change = CallChange(lon=108.70, lat=29.30, place_text="market", priority=Priority.LIFE)
    do(board_store, call_changes.amend_call, ROOM, taken.call.id, change, "misheard")
    (row,) = open_rows_of(board_store, schema.call)
    assert (row.station_id, row.priority, row.place_text) == ("S", 1, "market")
    far = CallChange(lon=2.35, lat=48.85)
    with pytest.raises(Refused) as caught:
        do(board_store, call_changes.amend_call, ROOM, taken.call.id, far)
    assert caught.value.code == "outside_county"


def test_notes_and_amendments_keep_no_identity_numbers(board_store):  # noqa: F811
    taken = take(board_store)
    do(board_store, call_changes.note_call, taken.call.id, "id 11010519491231002X")
    assert board_store.board.calls[taken.call.id].notes[0].text == "id [ID]"


def test_the_caller_is_found_again_but_the_number_is_nowhere_in_the_database(board_store):  # noqa: F811
    first = take(board_store, caller_phone="138 1234 5678")
    second = take(board_store, caller_phone="13812345678", category=CallCategory.TRAFFIC)
    assert first.call.caller.masked == "138****5678"
    assert first.call.caller == second.call.caller
    past = board_store.read(
        lambda c: callers.list_caller_history(
            c, second.call.caller.key, before_call_id=second.call.id
        )
    )
    assert [p.id for p in past] == [first.call.id]
    everything = " ".join(
        str(r) for t in schema.metadata.sorted_tables for r in rows(board_store, t)
    )
    assert "13812345678" not in everything.replace(" ", "")


def test_what_happened_here_before_is_listed_without_exercises(board_store):  # noqa: F811
    here = take(board_store)
    take(board_store, exercise=True)
    take(board_store, lon=108.70, lat=29.30, area_id="S-market")
    past = board_store.read(
        lambda c: callers.list_place_history(
            c, 108.72, 29.2605, "Z-yantang", since=NOON - timedelta(days=365)
        )
    )
    assert [p.id for p in past] == [here.call.id]


def test_steps_find_call_and_unit_by_what_people_say(board_store):  # noqa: F811
    taken = take(board_store)
    board = board_store.board
    assert typed_calls.find_call_id(board, "1") == taken.call.id
    assert typed_calls.find_call_id(board, "20260301-0001") == taken.call.id
    assert typed_calls.find_call_id(board, "0002") is None
    assert typed_calls.find_unit_id(board, "s1") == "S1"


def test_landmarks_and_posts_survive_being_kept(board_store):  # noqa: F811
    places = (NamedPlace("old bridge", "landmark", 108.7, 29.2, None, "Z-yantang"),)
    posts = (KilometrePost("G319", 12, 108.7, 29.2),)
    do(board_store, landmarks.keep_landmarks, places, posts)
    assert board_store.read(landmarks.list_landmarks) == (places, posts)


def test_a_handed_over_call_needs_a_reason_and_escalation_goes_tier_by_tier(board_store):  # noqa: F811
    taken = take(board_store)
    with pytest.raises(Refused, match="only with a reason"):
        do(board_store, call_changes.transfer_call, taken.call.id, "T", " ")
    do(board_store, call_changes.transfer_call, taken.call.id, "T", "their road")
    assert do(board_store, call_changes.escalate_call, taken.call.id) == 1
    assert do(board_store, call_changes.escalate_call, taken.call.id) == 2
    (row,) = rows(board_store, schema.call)
    assert (row.room_id, row.tier) == ("T", 2)
