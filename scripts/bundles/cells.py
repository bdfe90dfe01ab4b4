"""Cells of the Voronoi diagram of seats, cut off at a reach so that far seats do not touch."""

from collections.abc import Sequence

from pyproj import Transformer
from shapely import MultiPoint, Point, Polygon, voronoi_polygons

Plane = tuple[float, float]


def local_plane(lon0: float, lat0: float) -> Transformer:
    """Degrees to metres around lon0, lat0 (azimuthal equidistant); both orders x, y."""
    return Transformer.from_crs(
        4326, f"+proj=aeqd +lon_0={lon0} +lat_0={lat0} +units=m", always_xy=True
    )


def seat_cells(seats_m: Sequence[Plane], reach_m: float) -> list[Polygon]:
    """Voronoi cell of each seat, in the order given, cut to a disc of reach_m around it."""
    diagram = voronoi_polygons(MultiPoint([Point(s) for s in seats_m]), ordered=True)
    return [
        cell.intersection(Point(seat).buffer(reach_m, quad_segs=32))
        for cell, seat in zip(diagram.geoms, seats_m, strict=True)
    ]


def adjacent_pairs(cells: Sequence[Polygon], least_edge_m: float) -> list[tuple[int, int]]:
    """Pairs i < j of cells that share an edge of at least least_edge_m."""
    return [
        (i, j)
        for i in range(len(cells))
        for j in range(i + 1, len(cells))
        if cells[i].intersection(cells[j]).length >= least_edge_m
    ]
