"""Guided scenes: a county's `scenes.toml`, played through the same actions as the console."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa

from hubpost.actions.advice import advise
from hubpost.actions.assignments import (
    acknowledge,
    arrive,
    assign_unit,
    clear_unit,
    release_unit,
    set_off,
)
from hubpost.actions.calls import CallReport, close_call, receive_call
from hubpost.actions.command_room import CommandRoom
from hubpost.actions.units import set_activity
from hubpost.model.board import Board, UnitOnBoard
from hubpost.model.call import CallCategory, Priority
from hubpost.model.unit import Availability, UnitActivity, availability_of
from hubpost.storage import schema
from hubpost.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class SceneCall:
    """A call of a scene; then is assign_home or assign_advice, advance_to how far the unit goes."""

    area_id: str
    category: CallCategory
    priority: Priority
    landmark: dict[str, str]
    note: dict[str, str]
    then: str
    advance_to: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A story to be played on a board; title, landmark and note by language, zh and en."""

    id: str
    title: dict[str, str]
    home_station_id: str
    neighbour_station_id: str
    calls: tuple[SceneCall, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """One click of the guide: prepare (take and send at once), take, assign, set_off, arrive,
    finish; call_idx is the scene's call it is about."""

    name: str
    call_idx: int


@dataclass(frozen=True, slots=True)
class ScenePosition:
    """Where a scene stands, read off the database: run from 1, and the moves done in it."""

    run: int
    done: int
    moves: tuple[Move, ...]
    call_ids: tuple[str, ...]

    @property
    def next_move(self) -> Move:
        return self.moves[self.done]


def read_scenes(path: Path) -> tuple[Scene, ...]:
    """The scenes of a file; none when there is no such file."""
    if not path.is_file():
        return ()
    with path.open("rb") as file:
        return tuple(make_scene(raw) for raw in tomllib.load(file).get("scenes", ()))


def make_scene(raw: dict[str, Any]) -> Scene:
    """A scene of its table in scenes.toml."""
    return Scene(
        id=raw["id"],
        title=_both(raw, "title"),
        home_station_id=raw["home_station_id"],
        neighbour_station_id=raw.get("neighbour_station_id", ""),
        calls=tuple(_make_call(step) for step in raw["steps"]),
        labels=tuple(word for word in ("synthetic", "estimated") if raw.get(word)),
    )


def list_moves(scene: Scene) -> tuple[Move, ...]:
    """Calls sent to the home station are preparation, one click each; the others are told."""
    moves: list[Move] = []
    for i, call in enumerate(scene.calls):
        told = call.then != "assign_home"
        names = ("take", "assign", "set_off", "arrive") if told else ("prepare",)
        moves += [Move(name, i) for name in names]
    return (*moves, Move("finish", len(scene.calls) - 1))


def find_position(conn: sa.Connection, scene: Scene) -> ScenePosition:
    """Where the scene stands: the first run that is not finished.

    Read from calls and responses alone, so it survives restarts, all screens agree on it, and
    it moves on when the dispatcher takes a step by hand.
    """
    moves, run = list_moves(scene), 1
    while True:
        ids = tuple(_call_id(scene, run, i) for i in range(len(scene.calls)))
        facts = _read_facts(conn, ids)
        if any("closed" not in facts.get(call_id, ()) for call_id in ids):
            break
        run += 1
    done = 0
    while done < len(moves) - 1 and _is_done(moves[done], facts.get(ids[moves[done].call_idx])):
        done += 1
    return ScenePosition(run, done, moves, ids)


def advance_scene(
    tx: Tx, room: CommandRoom, scene: Scene, *, run: int, done: int, language: str
) -> str | None:
    """Take the scene's next step, if it still stands where the sender saw it.

    Returns the call the step was about; None when nothing was done, because another screen had
    taken the step before. Raises Refused like the actions it goes through.
    """
    position = find_position(tx.conn, scene)
    if (position.run, position.done) != (run, done):
        return None
    move = position.next_move
    call_id = position.call_ids[move.call_idx]
    if move.name in ("prepare", "take"):
        _take(tx, room, scene.calls[move.call_idx], call_id, language)
    if move.name == "prepare":
        _send_home_unit(tx, room, scene, call_id, scene.calls[move.call_idx].advance_to)
    elif move.name == "assign":
        _send_advice(tx, room, call_id)
    elif move.name in ("set_off", "arrive"):
        _move_units(tx, call_id, move.name)
    elif move.name == "finish":
        _finish(tx, position.call_ids)
    return call_id


def _take(tx: Tx, room: CommandRoom, call: SceneCall, call_id: str, language: str) -> None:
    area = next(a for a in room.areas if a.id == call.area_id)
    report = CallReport(
        category=call.category,
        priority=call.priority,
        lon=area.lon,
        lat=area.lat,
        area_id=area.id,
        station_id=area.station_id,
        place_text=call.landmark[language],
        note=call.note[language],
        confirmed=True,
        exercise=True,
        request_id=call_id,
    )
    receive_call(tx, room, report)


def _send_home_unit(tx: Tx, room: CommandRoom, scene: Scene, call_id: str, advance_to: str) -> None:
    """Without a free unit at home the call is left waiting: the station is busy as it is."""
    free = [u for u in tx.board.iter_units(scene.home_station_id) if _is_free(u)]
    if not free:
        return
    unit_id = free[0].unit.id
    assign_unit(tx, room, call_id, unit_id, override_reason=f"scene {scene.id}")
    if advance_to in ("enroute", "arrived"):
        _move_units(tx, call_id, "set_off")
    if advance_to == "arrived":
        _move_units(tx, call_id, "arrive")


def _send_advice(tx: Tx, room: CommandRoom, call_id: str) -> None:
    choice = advise(room, tx.board, call_id, tx.now).choice
    if choice is not None:
        assign_unit(tx, room, call_id, choice.unit_id)


def _move_units(tx: Tx, call_id: str, name: str) -> None:
    for response in tx.board.calls[call_id].responses:
        if not response.active:
            continue
        if name == "set_off":
            if response.acknowledged_at is None:
                acknowledge(tx, call_id, response.unit_id)
            set_off(tx, call_id, response.unit_id)
        else:
            arrive(tx, call_id, response.unit_id)


def _finish(tx: Tx, call_ids: tuple[str, ...]) -> None:
    """Clear what the scene has left, and bring its units home so that it can be played again."""
    for call_id in call_ids:
        on_board = tx.board.calls.get(call_id)
        for response in on_board.responses if on_board else ():
            if response.active:
                leave = clear_unit if response.arrived_at else release_unit
                leave(tx, call_id, response.unit_id)
                set_activity(tx, response.unit_id, UnitActivity.AT_STATION)
        if call_id in tx.board.calls:
            close_call(tx, call_id)


def _is_free(unit: UnitOnBoard) -> bool:
    return availability_of(unit.activity) is Availability.AVAILABLE


def _is_done(move: Move, facts: set[str] | None) -> bool:
    if not facts:
        return False
    needed = {"assign": "assigned", "set_off": "enroute", "arrive": "arrived"}
    return move.name in ("prepare", "take") or bool(facts & {"closed", needed.get(move.name, "")})


def _read_facts(conn: sa.Connection, call_ids: tuple[str, ...]) -> dict[str, set[str]]:
    """What has happened to each call: taken, assigned, enroute, arrived, closed."""
    call, response = schema.call, schema.response
    facts: dict[str, set[str]] = {}
    query = sa.select(call.c.id, call.c.closed_at).where(call.c.id.in_(call_ids))
    for row in conn.execute(query):
        facts[row.id] = {"taken", *(["closed"] if row.closed_at else [])}
    for row in conn.execute(sa.select(response).where(response.c.call_id.in_(call_ids))):
        facts[row.call_id].add("assigned")
        facts[row.call_id] |= {"enroute"} if row.enroute_at else set()
        facts[row.call_id] |= {"arrived"} if row.arrived_at else set()
    return facts


def _call_id(scene: Scene, run: int, idx: int) -> str:
    return uuid5(NAMESPACE_URL, f"hubpost/scene/{scene.id}/{run}/{idx}").hex


def _both(raw: dict[str, Any], name: str) -> dict[str, str]:
    return {language: raw.get(f"{name}_{language}", "") for language in ("zh", "en")}


def _make_call(raw: dict[str, Any]) -> SceneCall:
    return SceneCall(
        area_id=raw["area_id"],
        category=CallCategory(raw["category"]),
        priority=Priority(raw["priority"]),
        landmark=_both(raw, "landmark"),
        note=_both(raw, "note"),
        then=raw["then"],
        advance_to=raw["advance_to"],
    )


def scene_fits(scene: Scene, board: Board, room: CommandRoom) -> bool:
    """Whether the board has the stations and villages the scene speaks of."""
    areas = {a.id for a in room.areas}
    return scene.home_station_id in board.stations and all(c.area_id in areas for c in scene.calls)
