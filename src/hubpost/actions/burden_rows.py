"""The burden ledger as rows for figures: one for each entry that stands in for older forms."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import sqlalchemy as sa

from hubpost.evaluation.call_frame import UTC
from hubpost.storage.records.figure_rows import FoldedRecord
from hubpost.storage.records.tables import record

_SCHEMA: dict[str, Any] = {
    "id": pl.String,
    "station_id": pl.String,
    "at": UTC,
    "minutes_saved": pl.Float64,
}


def evidence_kinds(evidence: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """The kinds of records that the evidence list names, each once."""
    return tuple(dict.fromkeys(row["kind"] for row in evidence))


def imported_ids(conn: sa.Connection) -> frozenset[str]:
    """Records that came by a file: nobody typed them, so they saved nobody an entry."""
    query = sa.select(record.c.id).where(record.c.batch_id != "")
    return frozenset(conn.execute(query).scalars())


def burden_rows(
    folded: Mapping[str, Sequence[FoldedRecord]],
    evidence: Sequence[Mapping[str, str]],
    imported: frozenset[str],
) -> pl.DataFrame:
    """Minutes saved by each entry, as the ledger of actions.records.burden counts them.

    An entry that stands in for two forms has two rows. The minutes are the list's own, proposed
    until the county times them: the source carries the word *estimated*.
    """
    rows: list[dict[str, Any]] = []
    for one in evidence:
        saved = float(int(one["minutes_before"]) - int(one["minutes_now"]))
        rows += [
            {"id": r.id, "station_id": r.fields["station_id"], "at": r.fields["opened_at"],
             "minutes_saved": saved}
            for r in folded.get(one["kind"], ())
            if r.id not in imported and one["category"] in ("", r.fields.get("category"))
        ]  # fmt: skip
    return pl.DataFrame(rows, _SCHEMA)
