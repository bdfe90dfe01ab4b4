"""Stations, areas and neighbours of qianjiang from its townships and villages."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyproj import Transformer
from shapely import Polygon

from bundles.cells import adjacent_pairs, cut_cells, local_plane, whole_cells
from bundles.qianjiang_yantang import YANTANG_ID, fit_yantang
from bundles.shares import apportion
from bundles.tables import Row, read_rows, write_rows
from bundles.villages import place_in_cell, split_population

SEED = 20230630
CORE = ("500114001", "500114002", "500114003")
LEFT_OUT = (*CORE, "500114004", "500114005")
REACH_M = 10_000
LEAST_EDGE_M = 1_000
VILLAGE_REACH_M = 7_000
GRIDS = 1_291
COUNTY_KM2 = 2_397
STATION_COLUMNS = [
    "id",
    "name",
    "name_en",
    "lon",
    "lat",
    "elevation_m",
    "population",
    "border",
    "officers",
    "auxiliaries",
    "units",
    "area_km2",
]
AREA_COLUMNS = [
    "id",
    "name",
    "kind",
    "station_id",
    "lon",
    "lat",
    "elevation_m",
    "population",
    "grids",
]
NEIGHBOUR_COLUMNS = ["station_id", "other_id", "outside", "name", "lon", "lat"]


@dataclass(frozen=True, slots=True)
class Seats:
    """All township seats with a point: rows, own ones first, and their cells in plane metres."""

    rows: list[Row]
    own: int
    plane: Transformer
    points: list[tuple[float, float]]
    cells: list[Polygon]


def build_places(source: Path, target: Path) -> None:
    """Write townships, villages, stations, areas and neighbours."""
    townships, villages = read_rows(source / "townships.csv"), read_rows(source / "villages.csv")
    seats = locate_seats(townships, read_rows(source / "neighbour_townships.csv"))
    stations = station_rows(seats)
    write_rows(target / "townships.csv", *township_table(townships, seats))
    write_rows(target / "villages.csv", list(villages[0]), villages)
    write_rows(target / "stations.csv", STATION_COLUMNS, stations)
    write_rows(target / "areas.csv", AREA_COLUMNS, area_rows(seats, villages, stations))
    write_rows(target / "neighbours.csv", NEIGHBOUR_COLUMNS, neighbour_rows(seats))


def locate_seats(own: list[Row], outside: list[Row]) -> Seats:
    """Seats and cells of all townships that have a point (13 outside ones have none)."""
    rows = own + [r for r in outside if r["lon"]]
    plane = local_plane(
        np.mean([float(r["lon"]) for r in own]), np.mean([float(r["lat"]) for r in own])
    )
    points = [plane.transform(float(r["lon"]), float(r["lat"])) for r in rows]
    return Seats(rows, len(own), plane, points, cut_cells(whole_cells(points), points, REACH_M))


def township_table(townships: list[Row], seats: Seats) -> tuple[list[str], list[Row]]:
    """The 30 units as published, with their distance to the urban core and the choice made."""
    core = np.mean([seats.points[i] for i, r in enumerate(townships) if r["code_nbs"] in CORE], 0)
    distance_km = [float(np.hypot(*(np.array(p) - core))) / 1000 for p in seats.points]
    nearest = {townships[i]["code_nbs"] for i in np.argsort(distance_km[: seats.own])[:5]}
    if nearest != set(LEFT_OUT):
        raise ValueError(f"the five units nearest to the urban core are {nearest}, not {LEFT_OUT}")
    columns = [*townships[0], "core_distance_km", "station", "left_out_because"]
    return columns, [
        {**row, "core_distance_km": f"{km:.2f}", **_choice(row["code_nbs"])}
        for row, km in zip(townships, distance_km, strict=False)
    ]


def _choice(code: str) -> Row:
    if code not in LEFT_OUT:
        return {"station": "yes", "left_out_because": ""}
    why = (
        "urban core street"
        if code in CORE
        else "among the five units nearest to the urban core; our choice, not the county's"
    )
    return {"station": "no", "left_out_because": why}


def short_name(name: str) -> str:
    """A township's name without its kind: 濯水镇 becomes 濯水."""
    for kind in ("街道", "镇", "乡"):
        name = name.removesuffix(kind)
    return name


def station_rows(seats: Seats) -> list[dict[str, object]]:
    """One station a rural unit, at its seat; staff and units are synthetic."""
    scale = COUNTY_KM2 * 1e6 / sum(cell.area for cell in seats.cells[: seats.own])
    rows = []
    for row, cell in zip(seats.rows[: seats.own], seats.cells, strict=False):
        if row["code_nbs"] not in LEFT_OUT:
            place = {k: row[k] for k in ("name_en", "lon", "lat", "elevation_m", "population")}
            name = short_name(row["name_zh"]) + "派出所"
            area_km2 = f"{cell.area * scale / 1e6:.1f}"
            staff = staff_of(int(row["population"]))
            rows.append(
                {"id": row["code_nbs"], "name": name, **place, **staff, "area_km2": area_km2}
            )
    return rows


def staff_of(population: int) -> dict[str, int]:
    """Synthetic: 3 officers and one more per 5,000 people, 1.4 auxiliaries an officer.

    With them about 41.7 % of the staff are officers, the share the source gives. One unit,
    two from 15,000 people on.
    """
    officers = 3 + round(population / 5000)
    return {
        "officers": officers,
        "auxiliaries": round(officers * 1.4),
        "units": 2 if population >= 15_000 else 1,
    }


def area_rows(
    seats: Seats, villages: list[Row], stations: list[dict[str, object]]
) -> list[dict[str, object]]:
    """The villages of the 25: position, population and grids by rule; see the README."""
    rows = [row for s in stations for row in _areas_of(str(s["id"]), seats, villages)]
    for row, grids in zip(
        rows, apportion(GRIDS, [int(str(r["population"])) for r in rows], least=1), strict=True
    ):
        row["grids"] = grids
    return rows


def _areas_of(code: str, seats: Seats, villages: list[Row]) -> list[dict[str, object]]:
    rng = np.random.default_rng([SEED, int(code)])
    i = next(i for i, r in enumerate(seats.rows) if r["code_nbs"] == code)
    # Communities come first in the codes: they get the places nearest to the seat.
    mine = sorted(
        (v for v in villages if v["township_code_nbs"] == code), key=lambda v: v["code_nbs"]
    )
    points = place_in_cell(seats.cells[i], seats.points[i], len(mine), VILLAGE_REACH_M, rng)
    people = split_population(int(seats.rows[i]["population"]), [v["kind"] for v in mine], rng)
    return [
        {
            "id": v["code_nbs"],
            "name": v["name_zh"].removesuffix("居民委员会").removesuffix("村民委员会"),
            "kind": v["kind"],
            "station_id": code,
            **_degrees(v["code_nbs"], point, seats),
            "population": n,
        }
        for v, point, n in zip(mine, points, people, strict=True)
    ]


def _degrees(village: str, point: tuple[float, float], seats: Seats) -> dict[str, str]:
    lon, lat = seats.plane.transform(*point, direction="INVERSE")
    if village == YANTANG_ID:
        lon, lat = fit_yantang(seats.rows[: seats.own], LEFT_OUT)
    return {"lon": f"{lon:.5f}", "lat": f"{lat:.5f}"}


def neighbour_rows(seats: Seats) -> list[dict[str, object]]:
    """Adjacent pairs, both directions between own stations, and outside townships.

    A pair that touches only through a left-out street is not adjacent.
    """
    rows = []
    for i, j in adjacent_pairs(whole_cells(seats.points), seats.points, REACH_M, LEAST_EDGE_M):
        for a, b in ((i, j), (j, i)):
            codes = {seats.rows[a]["code_nbs"], seats.rows[b]["code_nbs"]}
            if a < seats.own and not codes & set(LEFT_OUT):
                rows.append(_neighbour(seats.rows[a], seats.rows[b], b >= seats.own))
    return sorted(rows, key=lambda r: (r["station_id"], r["other_id"]))


def _neighbour(station: Row, other: Row, outside: bool) -> dict[str, str]:
    return {
        "station_id": station["code_nbs"],
        "other_id": other["code_nbs"],
        "outside": "yes" if outside else "no",
        "name": other.get("county_zh", "") + other["name_zh"],
        "lon": other["lon"],
        "lat": other["lat"],
    }
