"""Reserve, crew, stacked calls, move-up and the end of a duress: by button and by command line."""

from uuid import uuid4

import pytest

from hubpost.model import events as ev
from hubpost.model.unit import UnitActivity
from tests.rooms import fill
from tests.web.conftest import take_call


def type_line(client, text):
    return client.post("/line", data={"text": text, "request_id": uuid4().hex})


@pytest.fixture
def unit(toy_store):
    """What the board says of a unit now."""
    return lambda unit_id: toy_store.board.units[unit_id]


def send(client, call_id, unit_id):
    client.post(f"/calls/{call_id}/assign", data={"unit_id": unit_id, "override_reason": "test"})


def test_a_unit_is_held_in_reserve_and_released_by_its_buttons(client, unit):
    held = client.post("/units/S1/reserve", data={"held": "yes"})
    assert unit("S1").reserve
    assert "No longer in reserve" in held.text
    client.post("/units/S1/reserve", data={"held": ""})
    assert not unit("S1").reserve


def test_a_crew_is_set_with_its_skills_and_nonsense_is_refused(client, unit):
    client.post("/units/S1/crew", data={"crew": "3 +armed +Mediator"})
    assert (unit("S1").unit.crew, unit("S1").unit.skills) == (3, ("armed", "mediator"))
    refused = client.post("/units/S1/crew", data={"crew": "three"})
    assert refused.status_code == 422
    assert "A crew is a number" in refused.text
    assert unit("S1").unit.crew == 3


def test_a_unit_moves_up_to_a_station_and_goes_home(client, unit):
    moved = client.post("/units/S1/move-up", data={"station_id": "Z"})
    assert unit("S1").covering_id == "Z"
    assert "Home from" in moved.text
    client.post("/units/S1/move-up", data={"station_id": ""})
    assert unit("S1").covering_id is None
    assert client.post("/units/S1/move-up", data={"station_id": "nowhere"}).status_code == 409
    assert client.post("/units/none/move-up", data={"station_id": "Z"}).status_code == 404


def test_a_call_waits_for_a_busy_unit_until_it_waits_no_longer(client, toy_store, unit):
    first, second = take_call(client), take_call(client)
    send(client, first, "S1")
    waiting = client.post(f"/calls/{second}/stack/S1")
    assert unit("S1").stacked_call_ids == (second,)
    assert "This call waits for" in waiting.text
    assert client.post(f"/calls/{second}/stack/S1").status_code == 409
    client.post(f"/calls/{second}/unstack/S1")
    assert unit("S1").stacked_call_ids == ()


def test_the_move_up_advice_is_offered_and_taken(client, toy_store, unit):
    """Sending S1 leaves S empty and its next cover is far; a spare unit of T may move up."""
    fill(toy_store, [ev.UnitJoined(toy_store.now(), _second_unit(toy_store))])
    call_id = take_call(client)
    panel = client.get(f"/calls/{call_id}").text
    assert 'id="accept-move-up"' in panel
    moved = client.post(f"/calls/{call_id}/move-up/T1", data={"station_id": "S"})
    assert moved.status_code == 200
    assert unit("T1").covering_id == "S"
    assert unit("T1").activity is UnitActivity.RETURNING


def _second_unit(store):
    from dataclasses import replace

    return replace(store.board.units["T1"].unit, id="T2", name="T2")


def test_a_call_for_help_alarms_and_ends_only_with_a_reason(client, toy_store, unit):
    fill(toy_store, [ev.DuressRaised(toy_store.now(), "S1")])
    assert 'data-duress="S1"' in client.get("/panels/warnings").text
    assert "How is it known that all is well?" in client.get("/panels/units?unit=S1").text
    assert client.post("/units/S1/safe", data={"reason": " "}).status_code == 422
    assert unit("S1").duress_at
    client.post("/units/S1/safe", data={"reason": "called back"})
    assert unit("S1").duress_at is None
    assert client.get("/panels/warnings").text.strip() == ""


def test_every_unit_step_is_also_a_command(client, unit):
    for text in ("S1 备", "S1 编 2 +armed", "S1 移 Z station"):
        assert type_line(client, text).status_code == 200, text
    now = unit("S1")
    assert (now.reserve, now.unit.crew, now.covering_id) == (True, 2, "Z")
    type_line(client, "s1 解备")
    type_line(client, "s1 归")
    type_line(client, "s1 用餐")
    now = unit("S1")
    assert (now.reserve, now.covering_id, now.activity) == (False, None, UnitActivity.MEAL)
    answer = type_line(client, "S1 移 nowhere")
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#notice"


def test_every_step_of_a_call_is_also_a_command(client, toy_store, unit):
    first, second = take_call(client), take_call(client)
    type_line(client, "0001 派 S1 test")
    type_line(client, "0002 候 S1")
    assert unit("S1").stacked_call_ids == (second,)
    type_line(client, "0002 免候 S1")
    assert unit("S1").stacked_call_ids == ()
    type_line(client, "0002 升")
    type_line(client, "0002 联 0001")
    type_line(client, "0002 转 T station their road")
    on_board = toy_store.board.calls[second]
    assert (on_board.tier, on_board.linked_ids, on_board.room_id) == (1, (first,), "T")
    assert "Nobody of a minimum unit is near" in type_line(client, "0002 单元").text
    type_line(client, "0001 并 0002")
    assert set(toy_store.board.merged) == {second}


def test_the_preview_says_what_a_command_would_do_and_does_nothing(client, unit):
    assert "hold in reserve" in client.get("/line", params={"text": "S1 备"}).text
    assert not unit("S1").reserve
    assert "/crash" in client.get("/line", params={"text": "堰塘村 /cr"}).text
    asked = client.get("/line", params={"text": "堰塘村 /crash #ex @14:05"}).text
    assert "Anyone hurt?" in asked
    assert "exercise" in asked
    assert "received at 14:05" in asked


def test_a_paper_card_is_entered_with_its_own_times_and_the_time_of_entry_stays(
    client, toy_store, clock
):
    """After an outage: received 11:00, sent 11:02, there 11:20, clear 11:50; entered at noon."""
    from hubpost.storage import schema

    type_line(client, "堰塘村 求助 @19:00 #paper")
    for text in ("0001 派 S1 @19:02", "0001 到 S1 @19:20", "0001 清 S1 @19:50"):
        assert type_line(client, text).status_code == 200, text
    (row,) = toy_store.read(lambda c: c.execute(schema.response.select()).all())
    minutes = [
        round((t - clock.now).total_seconds() / 60)
        for t in (row.assigned_at, row.arrived_at, row.cleared_at)
    ]
    assert minutes == [-58, -40, -10]
    assert row.predicted_arrival_at is None
    rows = toy_store.read(lambda c: c.execute(schema.event.select()).all())
    late = [r for r in rows if r.kind in ("CallReceived", "UnitAssigned", "UnitArrived")]
    assert len(late) == 3
    assert all(r.at < r.recorded_at for r in late)
    assert type_line(client, "0001 到 S1 @25:00").status_code in (409, 422)


def test_a_scheduled_call_waits_at_the_end_until_it_is_nearly_due(client, toy_store, clock):
    from datetime import timedelta

    type_line(client, "堰塘村 求助 p1 >23:50")
    type_line(client, "堰塘村 咨询 p4")
    queue = client.get("/panels/queue").text
    assert queue.index("0002") < queue.index("0001")
    assert "due 23:50" in queue
    clock.now += timedelta(hours=3, minutes=40)
    queue = client.get("/panels/queue").text
    assert queue.index("20260301-0001") < queue.index("20260301-0002")
    assert "due 23:50" not in queue
