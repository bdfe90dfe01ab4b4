"""Police grids over village grids as GeoJSON, rounds by road, officers in villages; WGS-84.

No boundary of a grid is on record, so shapes are estimated: each village grid is given a point
near its village, and the land nearer to it than to any other. Said so on every feature.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from shapely import MultiPoint, Point, set_precision, unary_union, voronoi_polygons
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry
from shapely.strtree import STRtree

from hubpost.model.place import Place
from hubpost.model.records.grid import BeatPlan, PoliceGrid, Posting
from hubpost.model.records.minimum_unit import UnitGap
from hubpost.model.station import Area
from hubpost.web.console import Console
from hubpost.web.views.geojson import line_feature

Feature = dict[str, Any]
LonLat = tuple[float, float]
#: How far land is drawn beyond the outermost point, degrees (about 3 km).
_MARGIN_DEG = 0.03
#: How far a village's grids are spread, as a share of the way to the next village.
_SPREAD = 0.42
_GOLDEN = math.pi * (3 - math.sqrt(5))
_KM_DEG = 1 / 111.32


def grid_points(grids: Sequence[PoliceGrid], areas: Sequence[Area]) -> dict[str, LonLat]:
    """A made-up point for each village grid, around its village; police grids hold together.

    The grids of a village lie on a spiral around its seat, sorted by angle, and are given to its
    police grids in turn, so that each gets one sector.
    """
    places = {a.id: a for a in areas}
    held: dict[str, list[str]] = {}
    for grid in grids:
        wards = [a for a in grid.area_ids if a in places]
        for i, village_grid in enumerate(grid.village_grid_ids):
            if wards:
                held.setdefault(_ward_of(village_grid, wards, i), []).append(village_grid)
    spacing = _spacing_deg(areas)
    return {
        village_grid: point
        for area_id, ids in held.items()
        for village_grid, point in zip(
            ids, _sectors(places[area_id], len(ids), _SPREAD * spacing[area_id]), strict=True
        )
    }


def grid_features(
    grids: Sequence[PoliceGrid], areas: Sequence[Area], gaps: Iterable[UnitGap], station_id: str
) -> list[Feature]:
    """Village grids of a station (of all where it is "") and over them the police grids.

    grids: those of the whole county, so that a grid has the same land on every page.
    """
    shown = [g for g in grids if station_id in ("", g.station_id)]
    wanted = {v for g in shown for v in g.village_grid_ids}
    cells = _cells(grid_points(grids, areas), areas, wanted)
    lacking = {g.grid_id for g in gaps}
    found: list[Feature] = []
    for number, grid in enumerate(shown):
        mine = [v for v in grid.village_grid_ids if v in cells]
        labels = ["estimated", *(["synthetic"] if grid.synthetic else [])]
        facts = {"police_grid": grid.id, "name": grid.title, "lead": grid.owner_id,
                 "station_id": grid.station_id, "labels": labels}  # fmt: skip
        gap = grid.id in lacking
        found += [
            _shape(cells[v], layer="village_grid", id=v, gap=gap, tint=number, **facts)
            for v in mine
        ]
        if mine:
            merged = unary_union([cells[v] for v in mine])
            counts = {"of": len(grid.village_grid_ids), "gap": gap}
            found.append(_shape(merged, layer="police_grid", id=grid.id, **facts, **counts))
    return found


def posting_features(postings: Sequence[Posting], areas: Sequence[Area]) -> list[Feature]:
    """Community officers at the villages on whose committee they are."""
    places = {a.id: a for a in areas}
    return [
        {
            "type": "Feature",
            "geometry": {
                "type": "Point",
                "coordinates": [places[p.area_id].lon, places[p.area_id].lat],
            },
            "properties": {"layer": "posting", "id": p.id, "officer": p.owner_id, "role": p.role,
                           "name": places[p.area_id].name,
                           "labels": ["synthetic"] if p.synthetic else []},
        }
        for p in postings
        if p.area_id in places
    ]  # fmt: skip


def round_features(console: Console, plan: BeatPlan) -> list[Feature]:
    """The legs of a round by road, as proposed or as the officer chose it, back to the station."""
    board, room = console.store.board, console.room
    places = {a.id: a for a in room.areas}
    chosen = plan.state == "chosen"
    stops = plan.chosen if chosen else tuple(s.area_id for s in plan.proposed)
    home = board.stations[plan.station_id].place
    way = [home, *(places[s].place for s in stops if s in places), home]
    travel = room.travel_at(board, console.store.now())
    facts = {"layer": "round", "id": plan.id, "chosen": chosen, "labels": list(room.time_words)}
    found = []
    for i, (a, b) in enumerate(pairwise(way), 1):
        route = travel.find_route(a, b)
        line = route.line if route is not None else _straight(a, b)
        found.append(line_feature(line, leg=i, straight=route is None, **facts))
    return found


def _straight(a: Place, b: Place) -> list[LonLat]:
    return [(a.lon, a.lat), (b.lon, b.lat)]


def _ward_of(village_grid: str, wards: Sequence[str], i: int) -> str:
    """The village a grid's id names, else the police grid's villages in turn."""
    named = next((w for w in wards if village_grid.startswith(f"{w}-")), None)
    return named or wards[i % len(wards)]


def _spacing_deg(areas: Sequence[Area]) -> dict[str, float]:
    """The way from each village to the nearest other, in degrees of latitude; 1 km at the least."""
    stretch = math.cos(math.radians(sum(a.lat for a in areas) / max(len(areas), 1)))
    flat = [Point(a.lon * stretch, a.lat) for a in areas]
    tree = STRtree(flat)
    near = {}
    for i, area in enumerate(areas):
        hits = tree.query_nearest(flat[i], exclusive=True, all_matches=False)
        far = flat[i].distance(flat[hits[0]]) if len(hits) else 2 * _KM_DEG
        near[area.id] = max(far, _KM_DEG)
    return near


def _sectors(area: Area, count: int, radius_deg: float) -> list[LonLat]:
    stretch = math.cos(math.radians(area.lat))
    turns = sorted((i * _GOLDEN % math.tau, math.sqrt((i + 0.5) / count)) for i in range(count))
    ways = [(t, radius_deg * far) for t, far in turns]
    return [
        (area.lon + far * math.cos(t) / stretch, area.lat + far * math.sin(t)) for t, far in ways
    ]


def _cells(
    points: Mapping[str, LonLat], areas: Sequence[Area], wanted: set[str]
) -> dict[str, BaseGeometry]:
    """The land nearer to a village grid's point than to any other's, within the county's reach."""
    together = MultiPoint([*points.values(), *((a.lon, a.lat) for a in areas)])
    if len(points) < 2 or together.convex_hull.area == 0:
        return {}
    within = together.convex_hull.buffer(_MARGIN_DEG)
    cells = list(voronoi_polygons(MultiPoint(list(points.values())), extend_to=within).geoms)
    tree = STRtree(cells)
    found = {}
    for key, at in points.items():
        if key not in wanted:
            continue
        hit = next(iter(tree.query(Point(at), predicate="intersects")), None)
        if hit is not None:
            found[key] = cells[hit].intersection(within)
    return found


def _shape(shape: BaseGeometry, **facts: Any) -> Feature:
    geometry = dict(mapping(set_precision(shape.simplify(0.0002), 1e-5)))
    return {"type": "Feature", "geometry": geometry, "properties": facts}
