"""减负账: fields and minutes that single entry saves, from counts of what was really recorded."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hubpost.actions.records.extra_fields import list_fields
from hubpost.model.records.change import Rules
from hubpost.storage.records.tables import record
from hubpost.tables.records_columns import list_columns


@dataclass(frozen=True, slots=True)
class BurdenRow:
    """One kind of work: how often, and fields and minutes an entry took before and takes now.

    before and minutes are the list's own baselines (proposed until the county times them);
    fields_now is counted from the form itself.
    """

    task: str
    kind: str
    category: str
    entries: int
    fields_before: int
    fields_now: int
    minutes_before: int
    minutes_now: int
    basis: str

    @property
    def fields_saved(self) -> int:
        return self.entries * (self.fields_before - self.fields_now)

    @property
    def minutes_saved(self) -> int:
        return self.entries * (self.minutes_before - self.minutes_now)


def burden_ledger(
    conn: sa.Connection, rules: Rules, begin: datetime, end: datetime, station_id: str = ""
) -> list[BurdenRow]:
    """Each row of the evidence list with what its records saved, or cost, in a period."""
    counted = _count_entries(conn, begin, end, station_id)
    today = end.astimezone(rules.zone).date()
    rows = []
    for row in rules.lists["task_evidence"]:
        kind, category = row["kind"], row["category"]
        entries = sum(n for (k, c), n in counted.items() if k == kind and category in ("", c))
        typed = sum(c.typed for c in list_columns(kind)) + len(list_fields(rules, kind, today))
        before = int(row["fields_before"])
        # Where nothing was entered before, nothing is entered now: the record serves other ends.
        now = typed if before else 0
        minutes = int(row["minutes_before"]), int(row["minutes_now"])
        figures = (entries, before, now, *minutes)
        rows.append(BurdenRow(row["task"], kind, category, *figures, row["basis"]))
    return rows


def _count_entries(
    conn: sa.Connection, begin: datetime, end: datetime, station_id: str
) -> dict[tuple[str, str], int]:
    query = (
        sa.select(record.c.kind, record.c.category, sa.func.count())
        .where(record.c.opened_at >= begin, record.c.opened_at < end, record.c.batch_id == "")
        .group_by(record.c.kind, record.c.category)
    )
    if station_id:
        query = query.where(record.c.station_id == station_id)
    return {(r[0], r[1]): r[2] for r in conn.execute(query)}
