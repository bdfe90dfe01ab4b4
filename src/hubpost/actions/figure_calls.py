"""The calls of a process in memory: read once, then only what events have named since."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import polars as pl
import sqlalchemy as sa

from hubpost.evaluation.call_block import CallBlock, CountPlan, block_of, joined_blocks
from hubpost.evaluation.call_stock import CallStock, Part
from hubpost.evaluation.kpi_catalogue import Kpi
from hubpost.evaluation.period import Period
from hubpost.storage.call_chunks import count_calls, iter_call_chunks, read_changed_calls


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """The days that changed with a version of the stock, and whether more than figures of those
    days may have: a station, kind or column seen for the first or no longer seen at all.
    """

    version: int
    days: Period | None
    all: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class HeldCalls:
    """A stock as of an event, and what changed in it of late."""

    stock: CallStock
    event_id: int
    version: int = 0
    changes: tuple[Changes, ...] = ()

    def is_same_since(self, version: int, days: Period) -> bool:
        """Whether what figures of these days are made of is as it was at a version."""
        if self.changes and version < self.changes[0].version - 1:
            return False
        later = [c for c in self.changes if c.version > version]
        return not any(c.all or (c.days and c.days.meet(days).days) for c in later)


#: Changes remembered; an answer older than all of them is made anew.
_REMEMBERED = 500


def read_calls(
    conn: sa.Connection,
    timezone: str,
    kpis: Sequence[Kpi],
    imported: pl.DataFrame | None,
    event_id: int,
    tell: Callable[[int, int], None],
) -> HeldCalls:
    """All calls of the database, and those imported with the county.

    tell: is told how many are read, and of how many, as they come.
    """
    plan = CountPlan(timezone, tuple(kpis))
    parts = []
    if imported is not None and imported.height:
        parts.append(Part(block_of(imported, plan), kept=True))
    rows, done, blocks = count_calls(conn), 0, list[CallBlock]()
    tell(done, rows)
    for chunk in iter_call_chunks(conn, rows):
        blocks.append(block_of(chunk, plan))
        done += chunk.height
        tell(done, rows)
    whole = Part(joined_blocks(blocks))
    # So that the index of ids is made while nobody waits.
    whole.block.positions([""])
    return HeldCalls(CallStock(plan, (*parts, whole)), event_id)


def brought_up(conn: sa.Connection, held: HeldCalls, event_id: int) -> HeldCalls:
    """The same with the calls that events since have named; itself where none did."""
    ids, calls = read_changed_calls(conn, held.event_id)
    if not ids:
        return replace(held, event_id=event_id)
    stock = held.stock.changed(ids, calls)
    days = _days_of(held.stock.received_at(ids), calls["received_at"], stock.plan.timezone)
    change = Changes(held.version + 1, days, stock.seen != held.stock.seen)
    changes = (*held.changes, change)[-_REMEMBERED:]
    return HeldCalls(stock, event_id, held.version + 1, changes)


def _days_of(before: pl.Series, after: pl.Series, timezone: str) -> Period | None:
    both = pl.concat([before, after]).drop_nulls().dt.convert_time_zone(timezone).dt.date()
    if not len(both):
        return None
    first, last = both.sort()[0], both.sort()[-1]
    return Period(first, last + timedelta(days=1))
