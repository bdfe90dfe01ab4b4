"""What the database holds, as records to evaluate: now, or as it was known on a past day."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import sqlalchemy as sa

from hubpost.actions.burden_rows import burden_rows, evidence_kinds, imported_ids
from hubpost.actions.counties import find_setting
from hubpost.actions.kept_sources import kept_sources
from hubpost.actions.plan_basis import find_plan_basis
from hubpost.actions.record_sources import KINDS, record_tables
from hubpost.actions.records.rulebook import read_list
from hubpost.evaluation.county_records import records_of_county
from hubpost.evaluation.records import Records
from hubpost.model.county import County
from hubpost.storage import schema
from hubpost.storage.call_frames import read_call_frame, read_call_frame_as_of
from hubpost.storage.engine import create_engine
from hubpost.storage.records.figure_rows import FoldedRecord, fold_records
from hubpost.storage.sealed_events import event_row


def evaluation_source(url: str, as_of: date | None = None) -> dict[str, Any]:
    """records, name, name_en, checksums of a database, for evaluate_frame.

    as_of: only what had been recorded by the end of that day of the county's clock; the same day
    asked again gives the same records. Raises ValueError when the database holds no county.
    """
    engine = create_engine(url)
    try:
        with one_view(engine) as conn:
            return read_source(conn, as_of)
    except sa.exc.OperationalError as error:
        raise ValueError(
            f"Expected a Hubpost database at {engine.url}, came: {error.orig}. Name it with --db."
        ) from error
    finally:
        engine.dispose()


def one_view(engine: sa.Engine) -> sa.Connection:
    """A connection whose queries all see the same moment: no call is half there."""
    if engine.dialect.name != "postgresql":
        return engine.connect()  # a SQLite transaction is one view already
    return engine.connect().execution_options(isolation_level="REPEATABLE READ")


def read_source(conn: sa.Connection, as_of: date | None = None) -> dict[str, Any]:
    """The same over an open connection. Raises ValueError when there is no county."""
    facts = find_setting(conn, "county") if sa.inspect(conn).has_table("setting") else None
    if facts is None:
        raise ValueError("The database holds no county yet. Import one: hubpost import COUNTY.")
    cutoff = _end_of(as_of, facts["timezone"]) if as_of else None
    _refuse_before_import(conn, cutoff, facts["name"])
    county = find_plan_basis(conn)
    calls = read_call_frame(conn) if cutoff is None else read_call_frame_as_of(conn, cutoff)
    records = make_records(conn, facts, county, calls, cutoff)
    return {
        "records": records, "name": facts["name"], "name_en": facts["name_en"] or facts["name"],
        "checksums": facts["checksums"],
    }  # fmt: skip


def make_records(
    conn: sa.Connection,
    facts: Mapping[str, Any],
    county: County | None,
    live: pl.DataFrame,
    cutoff: datetime | None = None,
    names: Mapping[str, str] | None = None,
) -> Records:
    """Calls imported with the county and those taken since, and what the records tell.

    facts: the setting `county`. live: as read_call_frame gives them. names: as station_names
    gives them, which reads the whole log.
    """
    names = station_names(conn) if names is None else names
    evidence = read_list(conn, "task_evidence")
    wanted = tuple(dict.fromkeys((*KINDS, *evidence_kinds(evidence))))
    folded = fold_records(conn, wanted, cutoff)
    tables, synthetic = record_tables(folded, ZoneInfo(facts["timezone"]), names, _now(cutoff))
    burden = burden_rows(folded, evidence, imported_ids(conn))
    if burden.height:
        tables["burden"] = burden
    tables |= kept_sources(conn, cutoff)
    base = records_of_county(county) if county else Records({}, facts["timezone"])
    calls = joined_calls(base, live)
    if calls.height:
        tables["calls"] = calls
    words = dict.fromkeys(synthetic, ("synthetic",))
    return Records(
        tables=tables,
        timezone=facts["timezone"],
        labels={
            **words,
            "calls": base.labels.get("calls", ()),
            "burden": _burden_words(folded, evidence),
        },
        history=base.history,
        population=base.population,
        station_names=names,
        station_names_en=base.station_names_en,
    )


def _burden_words(
    folded: Mapping[str, Sequence[FoldedRecord]], evidence: Sequence[Mapping[str, str]]
) -> tuple[str, ...]:
    """Minutes are proposed, not timed; and some entries may be made up."""
    kinds = evidence_kinds(evidence)
    made_up = any(r.fields.get("synthetic") for k in kinds for r in folded[k])
    return ("estimated", "synthetic") if made_up else ("estimated",)


def joined_calls(base: Records, live: pl.DataFrame) -> pl.DataFrame:
    """The calls imported with the county, and after them those taken on the board."""
    imported = base.tables.get("calls")
    if imported is None:
        return live
    frames = [imported.lazy().collect(), live]
    columns = dict.fromkeys(("id", *frames[0].columns, *live.columns))
    joined = pl.concat(frames, how="diagonal_relaxed")
    return joined.select(*columns).drop("note", "place_text", strict=False)


def station_names(conn: sa.Connection) -> dict[str, str]:
    """Stations by id, as they were opened."""
    query = sa.select(schema.event.c.id, schema.event.c.kind, schema.event.c.body).where(
        schema.event.c.kind == "StationOpened"
    )
    opened = (event_row(conn, row) for row in conn.execute(query))
    return {e.station.id: e.station.name for e in opened}  # type: ignore[union-attr]


def _end_of(day: date, timezone: str) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(timezone)).astimezone(UTC)


def _now(cutoff: datetime | None) -> datetime:
    now = datetime.now(UTC)
    return now if cutoff is None else min(now, cutoff)


def _refuse_before_import(conn: sa.Connection, cutoff: datetime | None, name: str) -> None:
    first = conn.execute(sa.select(sa.func.min(schema.event.c.recorded_at))).scalar()
    if cutoff is not None and first is not None and first >= cutoff:
        raise ValueError(
            f"Expected --as-of on or after {first.date()}, when {name} was imported; the database "
            f"knew nothing before."
        )
