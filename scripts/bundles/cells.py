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


def whole_cells(seats_m: Sequence[Plane]) -> list[Polygon]:
    """Voronoi cell of each seat, in the order given; neighbours share their corner points."""
    return list(voronoi_polygons(MultiPoint([Point(s) for s in seats_m]), ordered=True).geoms)


def cut_cells(cells: Sequence[Polygon], seats_m: Sequence[Plane], reach_m: float) -> list[Polygon]:
    """Each cell cut to a disc of reach_m around its seat."""
    return [
        cell.intersection(Point(seat).buffer(reach_m, quad_segs=32))
        for cell, seat in zip(cells, seats_m, strict=True)
    ]


def adjacent_pairs(
    cells: Sequence[Polygon], seats_m: Sequence[Plane], reach_m: float, least_edge_m: float
) -> list[tuple[int, int]]:
    """Pairs i < j whose common edge has at least least_edge_m within reach_m of their seats.

    Cells must be whole: once cut, neighbours no longer share corner points, and an intersection
    of their rounded edges can come out empty. The edge is as far from one seat as from the other.
    """
    discs = [Point(seat).buffer(reach_m, quad_segs=32) for seat in seats_m]
    return [
        (i, j)
        for i in range(len(cells))
        for j in range(i + 1, len(cells))
        if cells[i].intersection(cells[j]).intersection(discs[i]).length >= least_edge_m
    ]
