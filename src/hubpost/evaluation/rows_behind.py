"""From a number back to the rows that it counts."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from hubpost.evaluation.records import Records
from hubpost.evaluation.station_history import successor_of


def rows_behind(records: Records, query: Mapping[str, str]) -> pl.DataFrame:
    """The rows behind a result, by its `query`; those counted have `counted` true.

    For a share all rows counted among are given. Rows of stations since merged count for the
    station of today. Raises ValueError when the records have no such source.
    """
    table = records.find_table(query["source"])
    if table is None:
        raise ValueError(f"Expected records of {query['source']}, came none.")
    if not query["to"]:
        return table.head(0).collect()
    first, last = date.fromisoformat(query["from"]), date.fromisoformat(query["to"])
    day = pl.col(query["time"]).dt.convert_time_zone(query["timezone"]).dt.date()
    after = pl.lit(last).dt.offset_by("1d").cast(pl.Datetime("us"))
    end = after.dt.replace_time_zone(query["timezone"]).dt.convert_time_zone("UTC")
    table = table.with_columns(period_end=end).filter(day >= first, day <= last)
    counted = pl.sql_expr(query["where"]).fill_null(False)
    among = pl.sql_expr(query["of"]).fill_null(False) if query["of"] else counted
    known = pl.col(query["value"]).is_not_null() if query["value"] else pl.lit(True)
    if query["station_id"]:
        today = successor_of(records.history)
        at = pl.col("station_id").replace(today) if today else pl.col("station_id")
        table = table.filter(at == query["station_id"])
    return table.filter(among & known).with_columns(counted=counted).drop("period_end").collect()
