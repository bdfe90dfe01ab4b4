"""Layers of points and polygons, and adjacency taken from polygons."""

from pathlib import Path

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely

from hubpost.tables import read_county
from tests.tables.small_county import check_with, places, problems, write_county


def _layer(path: Path, shapes: list[shapely.Geometry], kind: str, crs: str, **fields: list) -> None:
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapes),
        [np.array(v, dtype=object) for v in fields.values()],
        list(fields),
        layer=path.stem,
        driver="GPKG",
        geometry_type=kind,
        crs=crs,
    )


def test_points_give_lon_and_lat(tmp_path: Path) -> None:
    """Also from a projected layer: UTM zone 29 comes back to degrees within a metre."""
    write_county(tmp_path, stations_csv=None)
    utm = pyproj.Transformer.from_crs(4326, 32629, always_xy=True)
    degrees = [(-8.60, 41.10), (-8.50, 41.15), (-8.55, 41.25)]
    shapes = [shapely.Point(utm.transform(*p)) for p in degrees]
    ids, names = ["S1", "S2", "S3"], ["One", "Two", "Three"]
    _layer(tmp_path / "stations.gpkg", shapes, "Point", "EPSG:32629", id=ids, name=names)
    for station, (lon, lat) in zip(read_county(tmp_path).stations, degrees, strict=True):
        assert (station.lon, station.lat) == pytest.approx((lon, lat), abs=1e-6)


def test_polygons_give_the_neighbours(tmp_path: Path) -> None:
    """Four squares two by two: sides adjoin, the corner does not; nothing is estimated."""
    shapes = [shapely.box(x, y, x + 0.1, y + 0.1) for x in (-8.7, -8.6) for y in (41.0, 41.1)]
    write_county(tmp_path, stations_csv=None, areas_csv=None, calls_csv=None, neighbours_csv=None)
    ids = ["SW", "NW", "SE", "NE"]
    _layer(tmp_path / "stations.gpkg", shapes, "Polygon", "EPSG:4326", id=ids, name=ids)
    county = read_county(tmp_path)
    assert {frozenset((n.station_id, n.other_id)) for n in county.neighbours} == {
        frozenset(pair) for pair in (("SW", "NW"), ("SW", "SE"), ("NE", "NW"), ("NE", "SE"))
    }
    assert not county.labels.words_for("neighbours")
    assert county.stations[0].lon == pytest.approx(-8.65, abs=0.05)


def test_damaged_geopackage(tmp_path: Path) -> None:
    check = check_with(tmp_path, stations_csv=None, areas_csv=None, calls_csv=None)
    (tmp_path / "stations.gpkg").write_bytes(b"SQLite format 3\x00 and no more")
    check = check_with(tmp_path, stations_csv=None, areas_csv=None, calls_csv=None)
    assert ("stations.gpkg", None, None, "bad_geopackage") in places(problems(check))
