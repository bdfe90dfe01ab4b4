"""Each station's territory as the places nearest to its villages; estimated, not surveyed."""

from functools import lru_cache

from shapely import MultiPoint, Point, unary_union, voronoi_polygons
from shapely.geometry import mapping
from shapely.strtree import STRtree

from hubpost.actions.command_room import CommandRoom
from hubpost.model.board import Board

#: How far territory is drawn beyond the outermost villages, degrees (about 4 km).
_MARGIN_DEG = 0.04


def territories(board: Board, room: CommandRoom) -> dict[str, dict[str, object]]:
    """GeoJSON geometry by station id: the Voronoi cells of its villages and seat, merged.

    It is the same rule by which a call on the map finds its home station, so the map shows
    what the console does; nothing surveyed stands behind it.
    """
    owners = {(s.lon, s.lat): s.id for s in board.stations.values()}
    owners |= {(a.lon, a.lat): a.station_id for a in room.areas if a.station_id in board.stations}
    return _cells(tuple(owners.items()))


@lru_cache(maxsize=4)
def _cells(places: tuple[tuple[tuple[float, float], str], ...]) -> dict[str, dict[str, object]]:
    """Kept, for stations and villages change only with an import: 25 stations take 40 ms."""
    owners = dict(places)
    points = MultiPoint(list(owners))
    if len(owners) < 3 or points.convex_hull.area == 0:
        return {}
    within = points.convex_hull.buffer(_MARGIN_DEG)
    cells = list(voronoi_polygons(points, extend_to=within).geoms)
    tree = STRtree(cells)
    owned: dict[str, list[object]] = {}
    for lon_lat, station_id in owners.items():
        hits = tree.query(Point(lon_lat), predicate="intersects")
        owned.setdefault(station_id, []).extend(cells[i] for i in hits)
    return {s: _geometry(unary_union(parts).intersection(within)) for s, parts in owned.items()}


def _geometry(shape: object) -> dict[str, object]:
    return dict(mapping(shape.simplify(0.0005)))  # type: ignore[attr-defined]
