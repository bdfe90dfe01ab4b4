"""What an importer gives, and the importers by name."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hubpost.evaluation.finding import Finding

UTC = pl.Datetime("us", "UTC")

#: Name -> (module, files it reads of a folder).
IMPORTERS = {
    "portugal": ("hubpost.tables.importers.portugal", ("incidents.csv.gz",)),
    "lancaster": (
        "hubpost.tables.importers.lancaster",
        ("incidents.csv.gz", "unit_times.csv.gz"),
    ),
    "montgomery": ("hubpost.tables.importers.montgomery", ("calls.csv.gz",)),
}


@dataclass(frozen=True, slots=True, eq=False)
class ImportedCalls:
    """calls: columns of CALL_SCHEMA that the set has (times UTC), `…_local` clocks as written,
    and `call_type`. findings: what only the importer could see. labels: words for "calls".
    """

    name: str
    calls: pl.DataFrame
    timezone: str
    findings: tuple[Finding, ...]
    labels: tuple[str, ...]


def import_calls(name: str, folder: Path) -> ImportedCalls:
    """Read a published set from its folder.

    Raises ValueError for an unknown name, FileNotFoundError naming the file that is missing.
    """
    if name not in IMPORTERS:
        raise ValueError(f"Expected an importer of {', '.join(IMPORTERS)}, came {name!r}.")
    module, files = IMPORTERS[name]
    for file in files:
        if not (folder / file).is_file():
            raise FileNotFoundError(
                f"Expected {file} in {folder}; {name} reads {', '.join(files)}."
            )
    read: Callable[[Path], ImportedCalls] = importlib.import_module(module).read
    return read(folder)


def to_utc(column: str, timezone: str) -> pl.Expr:
    """A naive clock to UTC: skipped times become null, of times shown twice the first is taken."""
    local = pl.col(column).dt.cast_time_unit("us")
    placed = local.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    return placed.dt.convert_time_zone("UTC")
