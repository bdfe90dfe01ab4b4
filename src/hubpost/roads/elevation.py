"""Heights from SRTM tiles, and what slope does to speed."""

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubpost.roads.errors import RoadFileError
from hubpost.roads.graph import RoadGraph

_VOID = -32768


@dataclass(frozen=True, slots=True)
class TerrainTile:
    """One degree by one degree of heights.

    west, south: its corner, degrees. height_m: (n, n), first row northernmost, nan where the
    satellite saw nothing.
    """

    west: int
    south: int
    height_m: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SlopeParams:
    """How slope slows a patrol car, up or down.

    Below free_grade nothing; beyond it each unit of grade takes loss off the speed, down to
    least of it. shortest_m: grades are measured over at least this length, because heights
    every 90 m say nothing about shorter pieces. Judgement, not measurement: a 10 % road is
    driven at 79 % of its free speed.
    """

    free_grade: float = 0.03
    loss: float = 3.0
    least: float = 0.6
    shortest_m: float = 300.0


def read_tile(path: Path) -> TerrainTile:
    """A tile in .hgt or .hgt.zip, named by its south-west corner (N42E001).

    Raises RoadFileError where the name or size is not that of an SRTM tile.
    """
    corner = re.match(r"([NS])(\d{2})([EW])(\d{3})", path.name.upper())
    raw = _read_bytes(path)
    side = round((len(raw) / 2) ** 0.5)
    if corner is None or side not in (1201, 3601) or len(raw) != 2 * side * side:
        raise RoadFileError(
            f"{path}: expected an SRTM tile of 1201 or 3601 rows named like N42E001.hgt, found "
            f"{len(raw)} bytes. Give a tile of 3 or 1 arc seconds, or leave elevation out."
        )
    heights = np.frombuffer(raw, dtype=">i2").reshape(side, side).astype(np.float32)
    south = int(corner[2]) * (1 if corner[1] == "N" else -1)
    west = int(corner[4]) * (1 if corner[3] == "E" else -1)
    return TerrainTile(west, south, np.where(heights == _VOID, np.nan, heights))


def _read_bytes(path: Path) -> bytes:
    try:
        if path.suffix.lower() != ".zip":
            return path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            return archive.read(archive.namelist()[0])
    except (OSError, zipfile.BadZipFile, IndexError) as error:
        raise RoadFileError(
            f"{path}: expected an SRTM tile (.hgt or .hgt.zip): {error}."
        ) from error


def heights_m(tiles: Sequence[TerrainTile], lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
    """Heights at points, between the four nearest posts; nan in voids and outside the tiles."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    found = np.full(x.shape, np.nan)
    for tile in tiles:
        here = (x >= tile.west) & (x <= tile.west + 1) & (y >= tile.south) & (y <= tile.south + 1)
        found[here] = _bilinear(tile, x[here], y[here])
    return found


def _bilinear(
    tile: TerrainTile, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    last = len(tile.height_m) - 1
    column, row = (lon - tile.west) * last, (tile.south + 1 - lat) * last
    c, r = np.minimum(column.astype(int), last - 1), np.minimum(row.astype(int), last - 1)
    u, v = column - c, row - r
    h = tile.height_m
    top = h[r, c] * (1 - u) + h[r, c + 1] * u
    bottom = h[r + 1, c] * (1 - u) + h[r + 1, c + 1] * u
    return np.asarray(top * (1 - v) + bottom * v)


def segment_grade(
    graph: RoadGraph, tiles: Sequence[TerrainTile], shortest_m: float = 300.0
) -> NDArray[np.float64]:
    """(S,) rise over run between the ends of each segment; 0 in tunnels and voids.

    A tunnel lies far below the terrain, so its height is unknown, not the terrain's.
    """
    first, last = graph.shape_start[:-1], graph.shape_start[1:] - 1
    height = heights_m(tiles, graph.shape_lon, graph.shape_lat)
    rise_m = height[last] - height[first]
    rise_m[graph.tunnel | np.isnan(rise_m)] = 0.0
    return np.asarray(rise_m / np.maximum(graph.length_m, shortest_m))


def slope_speeds(
    graph: RoadGraph, tiles: Sequence[TerrainTile], params: SlopeParams | None = None
) -> RoadGraph:
    """The graph with driving slowed on steep segments, in both directions."""
    p = params or SlopeParams()
    steep = np.maximum(0.0, np.abs(segment_grade(graph, tiles, p.shortest_m)) - p.free_grade)
    share = np.maximum(p.least, 1 - p.loss * steep)
    driving_s = graph.length_m[graph.segment] / (graph.kmh / 3.6)
    extra_s = np.minimum(driving_s, graph.travel_s) * (1 / share[graph.segment] - 1)
    return graph.replace_travel(graph.travel_s + extra_s)
