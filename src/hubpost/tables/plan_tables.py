"""A plan as a workbook and as a GeoPackage, each row with the words that must stand beside it."""

import io
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pyogrio
import shapely

from hubpost.model.plan import Plan
from hubpost.tables.xlsx import new_workbook, write_table

Point = tuple[float, float]
TYPES = {"hub": "中心所 hub", "base": "基础所 base", "border": "边界所 border"}

_HEADERS = {
    "station_id": "编号 id",
    "station": "派出所 station",
    "type": "类型 type",
    "hub_id": "中心所编号 hub id",
    "hub": "中心所 hub",
    "bases": "基础所 bases",
    "score": "评分 score",
    "workload_h": "工作量（警力小时/年） workload, officer-hours a year",
    "hub_probability": "中心所概率 hub probability",
    "max_travel_min": "最远行车（分钟） longest drive, min",
    "labels": "标注 labels",
    "fact": "项目 fact",
    "value": "内容 value",
}


def plan_workbook(plan: Plan, facts: Mapping[str, object], created: datetime) -> bytes:
    """XLSX with tabs of stations, groups and facts of the plan.

    facts: more lines for the last tab, such as who signed it and why.
    """
    buffer = io.BytesIO()
    with new_workbook(buffer, created) as book:
        write_table(book, "派出所 stations", station_frame(plan), _HEADERS)
        write_table(book, "分组 groups", group_frame(plan), _HEADERS)
        write_table(book, "方案 plan", _fact_frame(plan, facts), _HEADERS)
    return buffer.getvalue()


def station_frame(plan: Plan) -> pl.DataFrame:
    """One row for each station."""
    names = {s.id: s.name for s in plan.stations}
    words = ", ".join(plan.labels)
    share = pl.Series([s.hub_probability for s in plan.stations], dtype=pl.Float64)
    return pl.DataFrame(
        {
            "station_id": [s.id for s in plan.stations],
            "station": [s.name for s in plan.stations],
            "type": [TYPES[s.type.value] for s in plan.stations],
            "hub_id": [s.hub_id for s in plan.stations],
            "hub": [names.get(s.hub_id or "") for s in plan.stations],
            "score": [s.score for s in plan.stations],
            "workload_h": [s.workload_h for s in plan.stations],
            "hub_probability": share,
            "labels": [words] * len(plan.stations),
        }
    )


def group_frame(plan: Plan) -> pl.DataFrame:
    """One row for each hub with its bases."""
    names = {s.id: s.name for s in plan.stations}
    return pl.DataFrame(
        {
            "hub_id": [g.hub for g in plan.groups],
            "hub": [names[g.hub] for g in plan.groups],
            "bases": ["、".join(names[b] for b in g.bases) for g in plan.groups],
            "workload_h": [g.workload for g in plan.groups],
            "max_travel_min": [g.max_travel_s / 60 for g in plan.groups],
            "labels": [", ".join(plan.labels)] * len(plan.groups),
        }
    )


def plan_geopackage(plan: Plan, places: Mapping[str, Point]) -> bytes:
    """GeoPackage in WGS-84: layer `stations` of points, layer `groups` of lines base to hub.

    places: (lon, lat) by station id; stations without one are left out.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        frame = station_frame(plan).filter(pl.col("station_id").is_in(list(places)))
        points = shapely.points([places[i] for i in frame["station_id"]])
        _write_layer(path, "stations", "Point", points, frame, append=False)
        ties = frame.filter(
            pl.col("hub_id").is_not_null()
            & (pl.col("hub_id") != pl.col("station_id"))
            & pl.col("hub_id").is_in(list(places))
        ).select("station_id", "station", "hub_id", "hub", "labels")
        ends = zip(ties["station_id"], ties["hub_id"], strict=True)
        lines = shapely.linestrings([[places[a], places[b]] for a, b in ends]) if len(ties) else []
        _write_layer(path, "groups", "LineString", np.array(lines), ties, append=True)
        return path.read_bytes()


def _write_layer(
    path: Path, layer: str, kind: str, shapes: object, frame: pl.DataFrame, *, append: bool
) -> None:
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.asarray(shapes, dtype=object)),
        field_data=[_column(frame[name]) for name in frame.columns],
        fields=frame.columns,
        layer=layer,
        driver="GPKG",
        geometry_type=kind,
        crs="EPSG:4326",
        append=append and path.exists(),
    )


def _column(values: pl.Series) -> object:
    if values.dtype == pl.Float64:
        return values.to_numpy().astype(np.float64)
    return np.array(values.to_list(), dtype=object)


def _fact_frame(plan: Plan, facts: Mapping[str, object]) -> pl.DataFrame:
    lines: dict[str, object] = {
        "状态 status": plan.status,
        "目标值 objective": plan.objective,
        "下界 bound": plan.bound,
        "差距 gap": plan.gap,
        **{f"分项 term {k}": v for k, v in plan.terms.items()},
        "标注 labels": ", ".join(plan.labels),
        "说明 reason": plan.reason,
        "版本 version": plan.version,
        "种子 seed": plan.seed,
        **facts,
        **{f"sha256 {k}": v for k, v in plan.inputs.items()},
    }
    return pl.DataFrame(
        {"fact": list(lines), "value": ["" if v is None else str(v) for v in lines.values()]}
    )
