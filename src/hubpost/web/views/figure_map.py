"""The map of one figure: territories shaded, a legend with intervals, and the same as a table."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.figure import Figure
from hubpost.evaluation.kpis import KpiResult
from hubpost.evaluation.ranking import StationFunnel
from hubpost.evaluation.rates import count_interval
from hubpost.evaluation.statements import say
from hubpost.reporting.figure_texts import (
    counts_text,
    interval_text,
    notes_text,
    unit_text,
    value_text,
)
from hubpost.reporting.kpi_map import ShadedStation, band_idx, bands_of, kpi_map, swatch
from hubpost.reporting.map_paper import Point, Shapes


@dataclass(frozen=True, slots=True)
class MapGround:
    """What the map is drawn on: seats (lon, lat), territories and short names by station id."""

    places: Mapping[str, Point]
    territories: Shapes
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A station's figure as shaded: a rate a head where the population is known."""

    result: KpiResult
    value: float | None
    text: str
    interval: str


def mapped_codes(evaluation: Evaluation, stations: Collection[str]) -> list[tuple[str, Any]]:
    """Figures that any of the stations has, in the catalogue's order, each once."""
    found = {
        r.kpi.code: r.kpi
        for r in evaluation.results
        if r.station_id in stations and r.now.value is not None
    }
    return list(found.items())


def map_parts(
    evaluation: Evaluation,
    code: str,
    ground: MapGround,
    stations: Collection[str],
    language: str,
    title: str,
) -> dict[str, Any] | None:
    """SVG, legend and rows of the figure `code`, else of the first there is; None without any.

    stations: those the viewer may see; the others are not drawn, and do not set the bands.
    """
    kpis = mapped_codes(evaluation, stations)
    if not kpis or not ground.territories:
        return None
    kpi = dict(kpis).get(code, kpis[0][1])
    funnel = next((f for f in evaluation.funnels if f.kpi.code == kpi.code), None)
    entries = {
        r.station_id: _entry(r, funnel, language)
        for r in evaluation.results
        if r.kpi.code == kpi.code and r.station_id in stations and r.station_id in ground.places
    }
    bands = bands_of([e.value for e in entries.values() if e.value is not None])
    outside = _outside(funnel)
    shaded = [
        ShadedStation(
            s, ground.names.get(s, s), None if e.value is None else band_idx(e.value, bands),
            s in outside, f"{evaluation.station_names.get(s, s)}: {e.text} {e.interval}".strip(),
        )
        for s, e in entries.items()
    ]  # fmt: skip
    name = kpi.name_zh if language == "zh" else kpi.name_en
    of = [s.band for s in shaded]
    rated = funnel is not None and funnel.unit != "share" and kpi.kind == "count"
    return {
        "code": kpi.code, "name": name, "unit": unit_text(kpi, language),
        "rated": rated, "counted": kpi.kind == "count",
        "choices": [(c, k.name_zh if language == "zh" else k.name_en) for c, k in kpis],
        "svg": kpi_map(shaded, ground.places, ground.territories, f"{title} {name}"),
        "legend": [(swatch(i), _band_text(b, kpi.kind, rated), of.count(i))
                   for i, b in enumerate(bands)],
        "unknown": (swatch(None), of.count(None)), "outside": any(s.outside for s in shaded),
        "rows": [
            {"name": evaluation.station_names.get(s, s), "station_id": s, "value": e.text,
             "interval": e.interval, "counts": counts_text(e.result.now, language),
             "notes": notes_text(e.result, language), "out": s in outside, "link": ""}
            for s, e in entries.items()
        ],
    }  # fmt: skip


def _entry(r: KpiResult, funnel: StationFunnel | None, language: str) -> _Entry:
    if r.kpi.kind != "count" or funnel is None or r.now.value is None:
        return _Entry(r, r.now.value, value_text(r.now, r.kpi.kind, language),
                      interval_text(r.now, r.kpi.kind))  # fmt: skip
    if r.station_id not in funnel.station_ids:
        # A raw count among rates would be shaded on the wrong scale.
        why = say(funnel.left_out.get(r.station_id, "no_population"), language)
        return _Entry(r, None, why, "")
    size = float(funnel.funnel.size[funnel.station_ids.index(r.station_id)])
    low, high = (x / size for x in count_interval(int(r.now.value)))
    return _Entry(r, r.now.value / size, f"{r.now.value / size:.1f}", f"{low:.1f} – {high:.1f}")


def _outside(funnel: StationFunnel | None) -> set[str]:
    if funnel is None:
        return set()
    pairs = zip(funnel.station_ids, funnel.position, strict=True)
    return {s for s, position in pairs if position != "inside"}


def _band_text(band: tuple[float, float], kind: str, rated: bool) -> str:
    low, high = Figure(band[0]), Figure(band[1])
    shown = "quantile" if rated else kind
    a, b = value_text(low, shown, "en"), value_text(high, shown, "en")
    return a if a == b else f"{a} – {b}"
