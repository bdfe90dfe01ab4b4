"""Hand-over of a shift: what is open is listed by itself, another accepts it."""

import sqlalchemy as sa

from hubpost.actions.records.filing import move_record, open_record
from hubpost.model.records.change import Rules
from hubpost.model.records.handover import HANDOVER_KIND
from hubpost.model.records.record import Record
from hubpost.storage.records.tables import record
from hubpost.storage.transaction import Tx


def offer_handover(
    tx: Tx, rules: Rules, station_id: str, note: str = "", *, handover_id: str | None = None
) -> Record:
    """交班: open calls of the station and what is due within a day are listed."""
    calls = [c.call.id for c in tx.board.calls.values() if c.call.station_id == station_id]
    owed = tx.conn.execute(
        sa.select(record.c.id)
        .where(
            record.c.station_id == station_id,
            record.c.due_at.is_not(None),
            record.c.owner_id.in_(("", tx.actor)),
        )
        .order_by(record.c.due_at)
        .limit(100)
    ).scalars()
    put = {
        "id": handover_id,
        "station_id": station_id,
        "owner_id": tx.actor,
        "title": note,
        "open_items": list(owed),
        "open_call_ids": calls,
    }
    return open_record(tx, rules, HANDOVER_KIND, "offer", put)


def accept_handover(tx: Tx, rules: Rules, handover_id: str) -> Record:
    """接班 by whoever does it; never by the one who hands over."""
    return move_record(tx, rules, HANDOVER_KIND, handover_id, "accept", {"to_id": tx.actor})
