"""The score sheet's page and JSON, Chinese first, and the button that ends an exercise."""

from hubpost.actions.assignments import assign_unit
from hubpost.actions.training import begin_training, find_training, play_training
from hubpost.simulation.exercise import ExerciseCall
from tests.rooms import AREAS, toy_room

PLANNED = (ExerciseCall(0.0, AREAS[0].id, "dispute", 2, 1, (600.0,)),)


def test_no_exercise_says_so(client):
    assert "hubpost train" in client.get("/training").text
    assert client.get("/training.json").status_code == 404


def test_the_sheet_of_a_running_exercise_and_its_end(client, toy_store):
    room = toy_room()
    begun = toy_store.write(
        lambda tx: begin_training(tx, PLANNED, minutes=60.0, speed=1.0, seed=3), actor="t"
    )
    toy_store.write(lambda tx: play_training(tx, room), actor="t")
    (call_id,) = begun.call_ids
    toy_store.write(lambda tx: assign_unit(tx, room, call_id, "S1"), actor="somebody")
    page = client.get("/training").text
    assert "seed 3" in page
    assert "somebody" not in page
    client.cookies.set("hubpost_language", "zh_CN")
    chinese = client.get("/training").text
    assert "演练评分表" in chinese
    assert "采纳建议" in chinese
    told = client.get("/training.json").json()
    assert (told["calls"], told["followed"], told["ended_at"]) == (1, 1, None)
    assert client.post("/training/end", follow_redirects=False).status_code == 303
    assert toy_store.read(find_training).ended_at is not None
    assert toy_store.board.calls == {}
    assert client.get("/training.json").json()["ended_at"]
