"""The founding case as a guided scene: through the same actions, resumable, never doubled."""

from fastapi import FastAPI
from fastapi.testclient import TestClient

from hubpost.actions.scenes import find_position, list_moves, read_scenes
from tests.web.conftest import take_call
from tests.web.toy_scene import TOY_SCENE


def position(app: FastAPI):
    return app.state.console.store.read(lambda conn: find_position(conn, TOY_SCENE))


def advance(client: TestClient, app: FastAPI):
    now = position(app)
    data = {"run": str(now.run), "done": str(now.done)}
    return client.post("/scenes/toy/advance", data=data)


def board(app: FastAPI):
    return app.state.console.store.board


def test_the_scene_tells_the_founding_case(client: TestClient, app: FastAPI):
    """Home is busy and 33 min away, the neighbour free and near: the advice is the neighbour."""
    advance(client, app)
    assert board(app).units["Z1"].activity.value == "on_scene"
    advance(client, app)
    yantang = position(app).call_ids[1]
    panel = client.get(f"/calls/{yantang}").text
    assert 'data-unit="S1"' in panel
    assert 'data-code="own_busy"' in panel
    assert "exercise" in panel
    for activity in ("assigned", "en_route", "on_scene"):
        advance(client, app)
        assert board(app).units["S1"].activity.value == activity
    advance(client, app)
    assert not board(app).calls
    assert {u.activity.value for u in board(app).units.values()} == {"at_station"}
    assert position(app).run == 2


def test_it_can_be_played_again(client: TestClient, app: FastAPI):
    for _ in range(2 * len(list_moves(TOY_SCENE))):
        assert advance(client, app).status_code == 200
    assert position(app).run == 3


def test_two_windows_take_one_step_once(client: TestClient, app: FastAPI):
    """The second click says the same step, which is done already: nothing happens twice."""
    for _ in range(2):
        answer = client.post("/scenes/toy/advance", data={"run": "1", "done": "0"})
        assert answer.status_code == 200
    assert len(board(app).calls) == 1
    assert position(app).done == 1


def test_a_step_taken_by_hand_moves_the_guide_on(client: TestClient, app: FastAPI):
    advance(client, app)
    advance(client, app)
    yantang = position(app).call_ids[1]
    client.post(f"/calls/{yantang}/assign", data={"unit_id": "S1"})
    assert position(app).next_move.name == "set_off"


def test_a_busy_home_leaves_the_call_waiting(client: TestClient, app: FastAPI):
    """With no free unit at home the preparation is done as it is; the guide goes on."""
    call = take_call(client)
    client.post(f"/calls/{call}/assign", data={"unit_id": "Z1", "override_reason": "test"})
    assert advance(client, app).status_code == 200
    assert position(app).next_move.name == "take"


def test_a_closed_scene_call_ends_its_steps(client: TestClient, app: FastAPI):
    advance(client, app)
    advance(client, app)
    client.post(f"/calls/{position(app).call_ids[1]}/close")
    assert position(app).next_move.name == "finish"


def test_the_guide_shows_and_names_its_labels(client: TestClient):
    text = client.get("/scenes/toy").text
    assert "synthetic" in text
    assert "exercise" in text
    assert "A neighbour is free and near" in text
    assert client.get("/scenes/none").status_code == 404
    assert client.post("/scenes/none/advance", data={"run": "1", "done": "0"}).status_code == 404
    assert client.post("/scenes/toy/advance", data={"run": "x"}).status_code == 422


def test_a_county_without_scenes_has_none(tmp_path):
    assert read_scenes(tmp_path / "scenes.toml") == ()
