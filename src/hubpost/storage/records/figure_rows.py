"""Records as rows for figures, folded from their changes, so that any past day can be asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hubpost.storage.records.bodies import open_change
from hubpost.storage.records.tables import record_event

_READ = (
    "station_id", "category", "state", "opened_at", "closed_at", "people_count", "limited_by",
    "period_end", "level", "verdict", "survey_id", "synthetic", "secondments",
)  # fmt: skip
_TIMES = frozenset({"opened_at", "closed_at", "limited_by", "period_end"})


@dataclass(slots=True)
class FoldedRecord:
    """id, the fields figures read as they stood last, and when each move was made, in order."""

    id: str
    fields: dict[str, Any] = field(default_factory=dict)
    moves: list[tuple[str, datetime]] = field(default_factory=list)

    def when(self, *moves: str, after: datetime | None = None) -> datetime | None:
        """When the first of these moves was made, after an instant where one is given."""
        times = (at for name, at in self.moves if name in moves and (after is None or at >= after))
        return next(times, None)


def fold_records(
    conn: sa.Connection, kinds: Sequence[str], before: datetime | None = None
) -> dict[str, list[FoldedRecord]]:
    """kind -> its records in the order they were opened; only changes recorded `before`."""
    query = sa.select(
        record_event.c.kind, record_event.c.record_id, record_event.c.at, record_event.c.move,
        record_event.c.version, record_event.c.body,
    ).where(record_event.c.kind.in_(kinds)).order_by(record_event.c.id)  # fmt: skip
    if before is not None:
        query = query.where(record_event.c.recorded_at < before)
    found: dict[str, dict[str, FoldedRecord]] = {kind: {} for kind in kinds}
    for row in conn.execute(query.execution_options(yield_per=5_000)):
        one = found[row.kind].setdefault(row.record_id, FoldedRecord(row.record_id))
        one.moves.append((row.move, row.at))
        changed = open_change(conn, row)
        one.fields.update((n, _plain(n, changed[n])) for n in _READ if n in changed)
    return {kind: list(records.values()) for kind, records in found.items()}


def _plain(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in _TIMES and value else value
