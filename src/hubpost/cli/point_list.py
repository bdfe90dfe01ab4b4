"""A list of places in a CSV file with the columns id, lon, lat."""

from pathlib import Path

from hubpost.model.place import Place
from hubpost.tables.text_rows import read_csv_rows

COLUMNS = ("id", "lon", "lat")


def read_points(path: Path) -> list[Place]:
    """The places of the file; raises ValueError with one line for each thing wrong."""
    table = read_csv_rows(path)
    header = [str(cell or "").strip().lower() for cell in table.rows[0]] if table.rows else []
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise ValueError(
            f"{path.name} row 1: expected columns id, lon, lat, found "
            f"{', '.join(header) or 'nothing'}. Add {', '.join(missing)}."
        )
    at = [header.index(name) for name in COLUMNS]
    places: list[Place] = []
    problems: list[str] = []
    seen: set[str] = set()
    for number, row in zip(table.numbers[1:], table.rows[1:], strict=True):
        try:
            place = _place([str(row[k] or "").strip() if k < len(row) else "" for k in at])
            if place.id in seen:
                raise ValueError(f"column id: expected an id of its own, found {place.id} again")
            seen.add(str(place.id))
            places.append(place)
        except ValueError as error:
            problems.append(f"{path.name} row {number}, {error}")
    if not places and not problems:
        problems.append(f"{path.name}: expected at least one row below the header, found none")
    if problems:
        raise ValueError("\n".join(problems))
    return places


def _place(cells: list[str]) -> Place:
    key, lon, lat = cells
    if not key:
        raise ValueError("column id: expected an id, found nothing")
    return Place(_degrees("lon", lon, 180), _degrees("lat", lat, 90), id=key)


def _degrees(column: str, text: str, limit: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -limit <= value <= limit:
        raise ValueError(
            f"column {column}: expected degrees from -{limit:.0f} to {limit:.0f}, "
            f"found {text or 'nothing'}"
        )
    return value
