"""CSV files in and out, always the same bytes for the same rows."""

import csv
import gzip
import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """All rows of a UTF-8 CSV file, gzipped when its name ends in .gz."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows with these columns; None becomes blank. A gzip carries no name and no time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = csv_bytes(columns, rows)
    path.write_bytes(gzip.compress(data, 9, mtime=0) if path.suffix == ".gz" else data)


def csv_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """The CSV text of rows, UTF-8, lines ended by a line feed."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({c: "" if row.get(c) is None else row[c] for c in columns})
    return text.getvalue().encode("utf-8")


def copy_file(source: Path, target: Path) -> None:
    """Copy the bytes of a file; the source may be read-only, the copy is not."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o644)
