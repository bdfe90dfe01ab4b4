"""The board in the database: the newest snapshot and the events after it."""

import msgspec
import sqlalchemy as sa

from hubpost.model.apply import apply
from hubpost.model.board import Board
from hubpost.storage.schema import snapshot
from hubpost.storage.sealed import open_value, seal_value
from hubpost.storage.sealed_events import open_event
from hubpost.storage.statements import SELECT_EVENTS_AFTER

#: Raised whenever the shape of Board changes: older snapshots are then left unread.
SNAPSHOT_FORMAT = 3
#: Events between snapshots: few enough that a restart replays them within a second.
SNAPSHOT_EVERY = 2_000
#: Events read at a time: the driver would else hold all of them, and there may be millions.
_PAGE = 5_000


def load_board(conn: sa.Connection) -> tuple[Board, int]:
    """The board as committed, and the id of the last event in it."""
    row = conn.execute(
        sa.select(snapshot)
        .where(snapshot.c.format == SNAPSHOT_FORMAT)
        .order_by(snapshot.c.event_id.desc())
        .limit(1)
    ).first()
    if row is None:
        return catch_up(conn, Board(), 0)
    opened = open_value(conn, "snapshot", "body", row.body, row.event_id)
    board: Board = msgspec.json.decode(opened, type=Board)
    return catch_up(conn, board, row.event_id)


def catch_up(conn: sa.Connection, board: Board, last_event_id: int) -> tuple[Board, int]:
    """The board after every event that was committed since."""
    while True:
        asked = {"key_after": last_event_id, "key_limit": _PAGE}
        rows = conn.execute(SELECT_EVENTS_AFTER, asked).all()
        for event_id, kind, body in rows:
            board = apply(board, open_event(conn, event_id, kind, body))
            last_event_id = event_id
        if len(rows) < _PAGE:
            return board, last_event_id


def save_snapshot(conn: sa.Connection, board: Board, event_id: int) -> None:
    """Keep the board as of an event, and let the older snapshots go."""
    body = seal_value(conn, "snapshot", "body", msgspec.json.encode(board).decode(), event_id)
    conn.execute(snapshot.delete())
    conn.execute(snapshot.insert().values(event_id=event_id, format=SNAPSHOT_FORMAT, body=body))
