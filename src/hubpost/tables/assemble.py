"""Puts the sheets of a county together: what refers to what, where it lies, what is estimated."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from hubpost.model.county import County, Labels
from hubpost.model.station import Neighbour, Station
from hubpost.tables.calls import empty_calls, read_calls
from hubpost.tables.entries import Entries
from hubpost.tables.findings import Findings
from hubpost.tables.other_sheets import (
    empty_indicators,
    read_indicators,
    read_officers,
    read_travel_times,
)
from hubpost.tables.pbf_check import find_pbf_fault
from hubpost.tables.places import Box, Points, county_box, note_outside, points_of
from hubpost.tables.problems import Problem, Severity
from hubpost.tables.raw_sheet import RawSheet
from hubpost.tables.schema import SHEETS
from hubpost.tables.settings import Settings, note_labelled_columns, settings_of
from hubpost.tables.sources import Source, sha256_of
from hubpost.tables.territory import (
    note_stations_without_areas,
    read_areas,
    read_neighbours,
    read_stations,
)

_PLACED = ("stations", "areas", "neighbours", "calls")

#: Settings to check the tables with where county.toml cannot be read; never a county's own.
_STAND_BY = Entries("county.toml", {"name": "?", "timezone": "UTC"}, {})


def assemble(
    path: Path,
    folder: Path,
    entries: Entries | None,
    sources: Mapping[str, Source],
    files: list[Path],
    findings: Findings,
) -> County | None:
    """The county of these sources; None without usable stations. files: others it is read from.

    Everything is checked even when something refuses the county, so that all is said at once.
    """
    settings = settings_of(entries or _STAND_BY, findings)
    _note_absent(sources, path, findings)
    sheets = {name: source.read(findings) for name, source in sources.items()}
    raws = {name: raw for name, raw in sheets.items() if raw is not None}
    headers = {name: raw.headers for name, raw in raws.items()}
    note_labelled_columns(entries or _STAND_BY, headers, findings)
    points = {n: points_of(raws[n], settings.gcj02, findings) for n in _PLACED if n in raws}
    _note_places(points, settings, findings)
    roads = _find_roads(settings, folder, entries, findings)
    _note_numbers(settings, entries or _STAND_BY, _names(sheets, "stations"), findings)
    county = _typed(path, folder, settings, sheets, points, roads, findings)
    if not county.stations:
        return None
    used = dict.fromkeys([*files, *(s.path for s in sources.values()), *([roads] if roads else [])])
    return replace(
        county, checksums={file.name: sha256_of(file) for file in used if file.is_file()}
    )


def _note_absent(sources: Mapping[str, Source], path: Path, findings: Findings) -> None:
    for sheet in SHEETS:
        if sheet.name in sources:
            continue
        file = path.name if path.is_file() else f"{sheet.name}.csv"
        expected = f"{sheet.name} ({sheet.zh[0]})"
        if sheet.required:
            findings.add(
                Problem(file, None, None, expected, "none", "Add it.", kind="missing_file")
            )
        elif sheet.name in _CONSEQUENCE:
            findings.add(
                Problem(
                    file, None, None, expected, "none", _CONSEQUENCE[sheet.name],
                    Severity.WARNING, "missing_optional",
                )
            )  # fmt: skip


_CONSEQUENCE = {
    "areas": "Calls must carry lon and lat, and nothing is known of villages.",
    "calls": "No simulation or evaluation without calls.",
    "indicators": "Indicators are computed where calls, areas and roads allow.",
    "neighbours": "Adjacency is estimated from the seats of the stations.",
}


def _note_places(points: Mapping[str, Points], settings: Settings, findings: Findings) -> None:
    seats = [points[n] for n in ("stations", "areas", "neighbours") if n in points]
    box = Box(*settings.box) if settings.box else county_box(seats)
    for sheet in points.values():
        if box is not None:
            note_outside(sheet, box, findings)


def _find_roads(
    settings: Settings, folder: Path, entries: Entries | None, findings: Findings
) -> Path | None:
    if settings.roads is None or entries is None:
        return None
    path = folder / settings.roads
    if not path.is_file():
        findings.add(
            Problem(
                entries.file, entries.rows.get("roads"), "roads",
                f"an OpenStreetMap file {settings.roads} in the folder", "no such file",
                "Copy it there, or remove the line roads.", kind="missing_file", sheet=entries.tab,
            )
        )  # fmt: skip
        return None
    fault = find_pbf_fault(path)
    if fault:
        findings.add(
            Problem(
                path.name, None, None, "a whole OSM PBF file", fault,
                "Copy or download the file again.", kind="bad_pbf",
            )
        )  # fmt: skip
    return path


def _typed(
    path: Path,
    folder: Path,
    settings: Settings,
    sheets: Mapping[str, RawSheet | None],
    points: Mapping[str, Points],
    roads: Path | None,
    findings: Findings,
) -> County:
    names, area_names = _names(sheets, "stations"), _names(sheets, "areas")
    stations = read_stations(points["stations"], findings) if "stations" in points else ()
    areas = read_areas(points["areas"], names, findings) if "areas" in points else ()
    if "stations" in points:
        note_stations_without_areas(points["stations"].raw, areas, findings)
    neighbours, labels = _neighbours(points, stations, names, settings.labels, findings)
    calls = (
        read_calls(points["calls"], names, area_names, areas, settings.zone, findings)
        if "calls" in points
        else empty_calls()
    )
    indicators, officers = sheets.get("indicators"), sheets.get("officers")
    travel_times = sheets.get("travel_times")
    return County(
        id=settings.id or path.name.partition(".")[0],
        name=settings.name,
        timezone=settings.zone.key,
        stations=stations,
        areas=areas,
        calls=calls,
        indicators=read_indicators(indicators, names, findings)
        if indicators
        else empty_indicators(),
        neighbours=neighbours,
        folder=folder,
        name_en=settings.name_en,
        hubs=settings.hubs,
        bases_per_hub=settings.bases_per_hub,
        border_stations=settings.border_stations,
        officers=read_officers(officers, names, findings) if officers else None,
        travel_times=read_travel_times(
            travel_times, _all_places(names, area_names, neighbours), findings
        )
        if travel_times
        else None,
        roads=roads,
        labels=labels,
        extras={n: _extras(points[n].raw) for n in _PLACED[:3] if n in points},
    )


def _names(sheets: Mapping[str, RawSheet | None], name: str) -> dict[str, str] | None:
    """id -> name of all rows, also of those with a problem of their own.

    Empty where the county has no such sheet, None where it has one that gives no ids.
    """
    if name not in sheets:
        return None if name == "stations" else {}
    raw = sheets[name]
    if raw is None or not raw.has("id"):
        return None
    pairs = zip(raw.text("id"), raw.text("name"), strict=True)
    return {key: name or "" for key, name in pairs if key is not None}


def _all_places(
    names: Mapping[str, str] | None,
    area_names: Mapping[str, str] | None,
    neighbours: tuple[Neighbour, ...],
) -> dict[str, str] | None:
    if names is None or area_names is None:
        return None
    outside = {n.other_id: n.name or "" for n in neighbours if n.outside}
    return {**outside, **area_names, **names}


def _neighbours(
    points: Mapping[str, Points],
    stations: tuple[Station, ...],
    names: Mapping[str, str] | None,
    labels: Labels,
    findings: Findings,
) -> tuple[tuple[Neighbour, ...], Labels]:
    if "neighbours" in points:
        return read_neighbours(points["neighbours"], names, findings), labels
    # Loads scipy, which counties that name their neighbours are spared.
    from hubpost.tables.adjacency import estimate_neighbours

    found, estimated = estimate_neighbours(points, stations)
    if estimated:
        labels = replace(labels, estimated=labels.estimated | {"neighbours"})
    return found, labels


def _note_numbers(
    settings: Settings, entries: Entries, stations: Mapping[str, str] | None, findings: Findings
) -> None:
    """Note where more hubs and border stations are asked for than there are stations."""
    asked = (settings.hubs or 0) + (settings.border_stations or 0)
    if stations and asked > len(stations):
        findings.add(
            Problem(
                entries.file, entries.rows.get("hubs") or entries.rows.get("border_stations"),
                "hubs", f"at most {len(stations)} hubs and border stations", str(asked),
                "Lower hubs or border_stations.", kind="bad_value", sheet=entries.tab,
            )
        )  # fmt: skip


def _extras(raw: RawSheet) -> pl.DataFrame:
    keys = [c for c in ("id", "station_id", "other_id") if raw.has(c)]
    return raw.frame.select([*keys, *raw.extras().columns])
