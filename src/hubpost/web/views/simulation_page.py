"""Rows, maps and charts of the before | after page, from a kept prediction."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shapely import MultiPoint, Point, voronoi_polygons
from shapely.geometry import mapping
from shapely.strtree import STRtree

from hubpost.actions.before_after import KeptPrediction
from hubpost.model.station import Area
from hubpost.web.console import Console
from hubpost.web.names import station_name
from hubpost.web.simulation_words import FIGURES, SCOPE
from hubpost.web.viewer import Viewer

#: Scopes of the table, in order; load figures exist for stations only.
TABLE_SCOPES = ("county", "groups", "stations", "priorities")
LOAD = frozenset({"busy", "casework", "empty"})
#: Degrees of land drawn beyond the outermost village (about 4 km).
_MARGIN_DEG = 0.04


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of one county, group, station, priority or area, in the unit it is shown in.

    clear: whether the interval of the difference leaves out zero; None where there is none.
    """

    scope: str
    id: str
    name: str
    figure: str
    before: float | None
    after: float | None
    difference: float | None
    low: float | None
    high: float | None
    replications: int

    @property
    def clear(self) -> bool | None:
        if self.low is None or self.high is None:
            return None
        return self.low > 0 or self.high < 0


def figure_rows(
    console: Console, viewer: Viewer, kept: KeptPrediction, figure: str, *scopes: str
) -> list[FigureRow]:
    """The rows of one figure over some scopes; load figures have stations only."""
    found = kept.figures["load"] if figure in LOAD else None
    tables = {"stations": found} if found is not None else kept.figures["scopes"]
    return [
        _row(scope, key, _name(console, viewer, kept, scope, key), figure, figures[figure])
        for scope in scopes
        if scope in tables
        for key, figures in tables[scope].items()
    ]


def table_rows(
    console: Console, viewer: Viewer, kept: KeptPrediction, figure: str
) -> list[FigureRow]:
    """The rows of one figure on the page; a station that is a group of its own is said once."""
    lone = {g.hub_id for g in kept.groups if not g.base_ids}
    return [
        row
        for row in figure_rows(console, viewer, kept, figure, *TABLE_SCOPES)
        if not (row.scope == "groups" and row.id in lone)
    ]


def county_rows(console: Console, viewer: Viewer, kept: KeptPrediction) -> list[FigureRow]:
    """Every figure of the county as a whole."""
    return [
        row
        for figure in FIGURES
        if figure not in LOAD
        for row in figure_rows(console, viewer, kept, figure, "county")
    ]


def all_rows(console: Console, viewer: Viewer, kept: KeptPrediction) -> Iterator[FigureRow]:
    """Everything that is exported: every figure of every scope, areas too."""
    for figure in FIGURES:
        yield from figure_rows(console, viewer, kept, figure, *TABLE_SCOPES, "areas")


def _row(scope: str, key: str, name: str, figure: str, value: dict[str, Any]) -> FigureRow:
    unit = FIGURES[figure][2]

    def shown(part: str) -> float | None:
        return None if value[part] is None else value[part] / unit

    return FigureRow(
        scope,
        key,
        name,
        figure,
        before=shown("before"),
        after=shown("after"),
        difference=shown("difference"),
        low=shown("low"),
        high=shown("high"),
        replications=value["replications"],
    )


def _name(console: Console, viewer: Viewer, kept: KeptPrediction, scope: str, key: str) -> str:
    if scope == "county":
        return console.room.county_name
    if scope == "priorities":
        return viewer.word("priority", key)
    if scope == "areas":
        return kept.areas.get(key, key)
    return station_name(viewer, console.store.board, key)


def scope_word(viewer: Viewer, scope: str) -> str:
    return viewer.say(SCOPE[scope])


def area_features(console: Console, kept: KeptPrediction) -> list[dict[str, Any]]:
    """GeoJSON: the land nearest to each village, with its p90 response in minutes, both sides."""
    figures = kept.figures["scopes"]["areas"]
    areas = [a for a in console.room.areas if a.id in figures]
    shapes = _cells(areas)
    return [
        {
            "type": "Feature",
            "geometry": shapes[a.id],
            "properties": {
                "id": a.id,
                "name": a.name,
                **{side: _minutes(figures[a.id]["p90_s"][side]) for side in ("before", "after")},
            },
        }
        for a in areas
        if a.id in shapes
    ]


def _cells(areas: list[Area]) -> dict[str, dict[str, Any]]:
    points = MultiPoint([(a.lon, a.lat) for a in areas])
    if len({(a.lon, a.lat) for a in areas}) < 3 or points.convex_hull.area == 0:
        return {}
    within = points.convex_hull.buffer(_MARGIN_DEG)
    cells = list(voronoi_polygons(points, extend_to=within).geoms)
    tree = STRtree(cells)
    found: dict[str, dict[str, Any]] = {}
    for area in areas:
        hits = tree.query(Point(area.lon, area.lat), predicate="intersects")
        if len(hits):
            shape = cells[hits[0]].intersection(within).simplify(0.0005)
            found[area.id] = dict(mapping(shape))
    return found


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)
