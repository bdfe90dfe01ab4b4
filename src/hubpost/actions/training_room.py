"""A command room to train in: a database of its own, so that no real call or person is touched."""

import threading
from collections.abc import Callable
from contextlib import suppress

import sqlalchemy as sa

from hubpost.actions.advice import advise
from hubpost.actions.assignments import assign_unit
from hubpost.actions.command_room import CommandRoom
from hubpost.actions.training import PLAYER, find_training, play_training
from hubpost.model.apply import Refused
from hubpost.model.board import Board
from hubpost.model.events import GroupsFormed, StationOpened, UnitJoined
from hubpost.storage import schema
from hubpost.storage.store import Store
from hubpost.storage.transaction import Tx

#: What of a county is needed to train: who and where, never what happened.
_SETTINGS = ("county", "plan_basis")
#: How often what is due is looked for, in seconds of the clock on the wall.
TICK_S = 0.5


def copy_command_room(source: Store, target: Store) -> None:
    """Stations, units, groups, villages and landmarks of one database in an empty other one.

    No call, no person, no record goes along; units stand at their stations, all of them ready.
    """
    board = source.board
    tables = (schema.setting, schema.area, schema.landmark, schema.plan)
    kept = {table: _rows(source, table) for table in tables}
    kept[schema.setting] = [r for r in kept[schema.setting] if r["key"] in _SETTINGS]
    target.write(lambda tx: _copy(tx, board, kept), actor="training")


def _rows(source: Store, table: sa.Table) -> list[dict[str, object]]:
    def read(conn: sa.Connection) -> list[dict[str, object]]:
        return [dict(r._mapping) for r in conn.execute(sa.select(table))]

    return source.read(read)


def _copy(tx: Tx, board: Board, kept: dict[sa.Table, list[dict[str, object]]]) -> None:
    for station in board.stations.values():
        tx.record(StationOpened(tx.now, station, tuple(sorted(board.neighbours[station.id]))))
    for unit in board.units.values():
        tx.record(UnitJoined(tx.now, unit.unit))
    if board.groups:
        tx.record(GroupsFormed(tx.now, board.groups, board.plan_id))
    for table, rows in kept.items():
        if rows:
            tx.conn.execute(table.insert(), rows)


class TrainingPlayer:
    """The thread that feeds calls and moves units while people work at the console.

    on_end: called once, when the exercise is over or the player is stopped.
    """

    def __init__(
        self, store: Store, room: CommandRoom, on_end: Callable[[], None] = lambda: None
    ) -> None:
        self._store, self._room, self._on_end = store, room, on_end
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hubpost-training", daemon=True)

    def start(self) -> None:
        """Begin to play."""
        self._thread.start()

    def stop(self) -> None:
        """End after the step being taken."""
        self._stop.set()
        self._thread.join(timeout=15)
        self._end()

    def _end(self) -> None:
        on_end, self._on_end = self._on_end, lambda: None
        on_end()

    def _run(self) -> None:
        while not self._stop.is_set():
            # A database that is away for a moment must not end the exercise.
            with suppress(sa.exc.OperationalError):
                if not self._store.write(lambda tx: play_training(tx, self._room), actor=PLAYER):
                    self._end()
                    return
            self._stop.wait(TICK_S)


def follow_advice(tx: Tx, room: CommandRoom) -> int:
    """Send what is advised for each waiting call of the exercise; how many units were sent.

    For an exercise without people: it shows what the advice alone would have done.
    """
    training, sent = find_training(tx.conn), 0
    for call_id in training.call_ids if training else ():
        if call_id not in tx.board.calls:
            continue
        call = tx.board.calls[call_id]
        if len(call.responses) >= call.call.units_needed:
            continue
        for candidate in advise(room, tx.board, call_id, tx.now).choices:
            with suppress(Refused):
                assign_unit(tx, room, call_id, candidate.unit_id)
                sent += 1
    return sent
