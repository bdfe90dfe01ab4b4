"""Degrees to drawing units, and outlines of territories, for every map that is drawn as SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

Point = tuple[float, float]
Shapes = Mapping[str, Mapping[str, Any]]

WIDEST, TALLEST, MARGIN = 760.0, 620.0, 34.0


@dataclass(frozen=True, slots=True)
class Paper:
    """Degrees to drawing units: equirectangular about the middle, north up."""

    west: float
    north: float
    x_per_deg: float
    y_per_deg: float
    width: float
    height: float

    def at(self, lon: float, lat: float) -> Point:
        """Where a place lies on the paper."""
        x = MARGIN + (lon - self.west) * self.x_per_deg
        return round(x, 1), round(MARGIN + (self.north - lat) * self.y_per_deg, 1)

    def outline(self, geometry: Mapping[str, Any]) -> str:
        """The path data of a GeoJSON polygon or multipolygon."""
        return "".join(
            "M" + "L".join(f"{x},{y}" for x, y in (self.at(p[0], p[1]) for p in ring)) + "Z"
            for ring in _rings(geometry)
        )


def make_paper(points: Sequence[Point]) -> Paper:
    """A paper on which all points find room."""
    lons, lats = [p[0] for p in points] or [0.0], [p[1] for p in points] or [0.0]
    squeeze = max(cos(radians((min(lats) + max(lats)) / 2)), 0.01)
    wide = max(max(lons) - min(lons), 1e-6) * squeeze
    tall = max(max(lats) - min(lats), 1e-6)
    scale = min((WIDEST - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / tall)
    width, height = 2 * MARGIN + wide * scale, 2 * MARGIN + tall * scale
    return Paper(min(lons), max(lats), scale * squeeze, scale, width, height)


def points_of(geometry: Mapping[str, Any]) -> list[Point]:
    """All corners of a GeoJSON polygon or multipolygon."""
    return [(p[0], p[1]) for ring in _rings(geometry) for p in ring]


def _rings(geometry: Mapping[str, Any]) -> list[Sequence[Sequence[float]]]:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates", ())
    if kind == "Polygon":
        return list(coordinates)
    return [ring for polygon in coordinates for ring in polygon] if kind == "MultiPolygon" else []
