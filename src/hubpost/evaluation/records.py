"""What an evaluation reads: one table for each source, with the words that stand beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from hubpost.evaluation.call_frame import with_legs
from hubpost.evaluation.kpi_catalogue import SOURCES
from hubpost.evaluation.kpi_counts import SourceCounts
from hubpost.evaluation.period import Period
from hubpost.evaluation.station_history import StationHistory


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """tables: source -> rows, times UTC; a source not given is "no data", never zero.

    timezone: whose local days count. labels: source -> words (synthetic, simulated, …).
    observed: source -> the days it was kept; where not given, its first to last record.
    history: founded, closed, merged and split stations. population: station -> residents.
    station_names: those shown; stations only seen in the data are added.
    station_names_en: English ones, as far as the county gives them.
    counted: source -> counts kept of its rows, which figures then take instead of reading them.
    """

    tables: Mapping[str, pl.DataFrame | pl.LazyFrame]
    timezone: str
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    observed: Mapping[str, Period] = field(default_factory=dict)
    history: Mapping[str, StationHistory] = field(default_factory=dict)
    population: Mapping[str, float] = field(default_factory=dict)
    station_names: Mapping[str, str] = field(default_factory=dict)
    station_names_en: Mapping[str, str] = field(default_factory=dict)
    counted: Mapping[str, SourceCounts] = field(default_factory=dict)

    def find_table(self, source: str) -> pl.LazyFrame | None:
        """The rows of a source, calls with their legs; None where there is none.

        Raises ValueError when a table lacks the columns that make it a source.
        """
        table = self.tables.get(source)
        if table is None:
            return None
        lazy = table.lazy()
        columns = lazy.collect_schema().names()
        missing = [c for c in SOURCES[source][0] if c not in columns]
        if missing:
            raise ValueError(
                f"{source}: expected columns {', '.join(missing)}, came {', '.join(columns)}."
            )
        return with_legs(lazy) if source == "calls" else lazy

    def words_for(self, source: str) -> tuple[str, ...]:
        """The words that must stand beside a figure of this source."""
        return tuple(self.labels.get(source, ()))
