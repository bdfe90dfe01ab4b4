"""GeoPackage layers as rows of text, with their geometries in WGS-84."""

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray

from hubpost.tables.headers import match_sheet
from hubpost.tables.schema import Sheet
from hubpost.tables.text_rows import Row, TextRows, Unreadable, read_file

Shapes = NDArray[Any]


def read_geopackage(path: Path, sheet: Sheet) -> tuple[TextRows, Shapes, str]:
    """Rows (a header first), geometries and the layer's name. Raises Unreadable.

    Where the layer has no lon and lat, they are those of the point, or of a point inside the
    polygon. Rows are numbered from 2, as if the layer stood in a table under its header.
    """
    try:
        layer = _layer(path, sheet)
        meta, _, wkb, fields = pyogrio.raw.read(path, layer=layer)
        shapes = _to_wgs84(shapely.from_wkb(wkb), meta["crs"])
        return _rows(list(meta["fields"]), fields, shapes), shapes, layer
    except (OSError, RuntimeError, ValueError, TypeError, KeyError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(
            "bad_geopackage", "a GeoPackage with a layer of points or polygons",
            f"a damaged one ({str(error)[:120]})", "Export the layer again.",
        ) from None  # fmt: skip


def _layer(path: Path, sheet: Sheet) -> str:
    read_file(path)
    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    if not layers:
        raise Unreadable("bad_geopackage", "a layer", "none", "Export the layer again.")
    return next((name for name in layers if match_sheet(name) == sheet.name), layers[0])


def _to_wgs84(shapes: Shapes, crs: str | None) -> Shapes:
    if not crs or pyproj.CRS.from_user_input(crs) == pyproj.CRS.from_epsg(4326):
        return shapes
    turn = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    return np.asarray(shapely.transform(shapes, lambda xy: np.column_stack(turn.transform(*xy.T))))


def _rows(names: list[str], fields: list[NDArray[Any]], shapes: Shapes) -> TextRows:
    columns = {name: [_text(v) for v in values] for name, values in zip(names, fields, strict=True)}
    if "lon" not in columns and "lat" not in columns and "经度" not in columns:
        inside = shapely.point_on_surface(shapes)
        columns["lon"] = [_text(v) for v in shapely.get_x(inside)]
        columns["lat"] = [_text(v) for v in shapely.get_y(inside)]
    header: list[Row] = [list(columns)]
    body: list[Row] = [list(row) for row in zip(*columns.values(), strict=True)]
    return TextRows(header + body, list(range(1, len(body) + 2)))


def _text(value: Any) -> str | None:
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return None
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else str(value)
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)
