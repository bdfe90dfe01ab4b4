"""A sheet as it stands in its file: text cells, under the headers of the format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class RawSheet:
    """Text of one sheet.

    name: the sheet's name in the format ("calls"). file, tab: where it was read.
    frame: all columns String, stripped, blank is null; columns of the format carry its names,
    extra ones their own. rows: the spreadsheet's row number of each row of frame.
    headers: name in frame -> header as written. known: columns of the format that are there.
    shapes: geometries in WGS-84, one per row, where the file has them.
    """

    name: str
    file: str
    tab: str | None
    frame: pl.DataFrame
    rows: NDArray[np.int64]
    headers: Mapping[str, str]
    known: frozenset[str]
    header_row: int = 1
    shapes: NDArray[Any] | None = None
    indicators: tuple[str, ...] = field(default=())

    def has(self, column: str) -> bool:
        """Whether the file has this column of the format."""
        return column in self.known

    def text(self, column: str) -> pl.Series:
        """The text of a column of the format; all null where the file has none."""
        if column in self.known:
            return self.frame[column]
        return pl.Series(column, [None] * self.frame.height, dtype=pl.String)

    def extras(self) -> pl.DataFrame:
        """The columns that are not of the format."""
        return self.frame.select([c for c in self.frame.columns if c not in self.known])
