"""Officer-hours a year that a station's territory asks for."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hubpost.model.county import County
from hubpost.planning.call_indicators import calls_of_stations, span_years
from hubpost.planning.defaults import get_default_file
from hubpost.planning.indicator_codes import list_indicator_codes
from hubpost.planning.indicator_table import IndicatorTable
from hubpost.planning.params import BadPlanInput

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WorkloadAssumptions:
    """Hours behind each piece of work; all proposals, to be replaced by the county's own.

    officers_per_unit: people in one car. default_on_call_h: hours a unit is bound by a call whose
    times are not recorded. follow_up_h: officer-hours after the call, by category; `other`
    stands for the rest. per_indicator_h: officer-hours per unit of an indicator.
    """

    officers_per_unit: float
    default_on_call_h: float
    follow_up_h: Mapping[str, float]
    per_indicator_h: Mapping[str, float]
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class WorkloadTable:
    """Officer-hours a year by component: hours (stations, components)."""

    station_ids: tuple[str, ...]
    components: tuple[str, ...]
    hours: Floats
    assumptions: WorkloadAssumptions
    notes: tuple[str, ...] = ()

    @property
    def total_h(self) -> Floats:
        return np.asarray(self.hours.sum(axis=1))


def make_workload_table(
    county: County, table: IndicatorTable, assumptions: WorkloadAssumptions
) -> WorkloadTable:
    """Calls × (time bound + follow-up) plus indicators × hours each.

    An indicator unknown for a station adds nothing there; the notes say so.
    """
    ids = table.station_ids
    parts = {"calls": _call_hours(county, ids, assumptions)}
    notes = []
    for code, hours in assumptions.per_indicator_h.items():
        values = table.column(code)
        parts[code] = np.nan_to_num(values, nan=0.0) * hours
        if np.isnan(values).any():
            notes.append(
                f"{code} unknown at {int(np.isnan(values).sum())} stations: counted as 0 h"
            )
    hours_by_part = np.column_stack(list(parts.values()))
    return WorkloadTable(ids, tuple(parts), hours_by_part, assumptions, tuple(notes))


def _call_hours(county: County, ids: tuple[str, ...], assumed: WorkloadAssumptions) -> Floats:
    calls, _ = calls_of_stations(county, ids)
    if calls.is_empty():
        return np.zeros(len(ids))
    bound_h = (pl.col("cleared_at") - pl.col("dispatched_at")).dt.total_seconds() / 3600
    other = assumed.follow_up_h.get("other", 0.0)
    follow_up_h = pl.col("category").replace_strict(
        dict(assumed.follow_up_h), default=other, return_dtype=pl.Float64
    )
    crew = pl.col("units_needed").fill_null(1) * assumed.officers_per_unit
    on_call_h = pl.when(bound_h >= 0).then(bound_h).otherwise(assumed.default_on_call_h)
    hours = calls.select("home", hours=crew * on_call_h + follow_up_h)
    # numpy sums in the order of the rows, polars in that of its threads: same input, same figure.
    position = {station_id: k for k, station_id in enumerate(ids)}
    rows = np.array([position[i] for i in hours["home"].to_list()])
    total = np.bincount(rows, weights=hours["hours"].to_numpy(), minlength=len(ids))
    return np.asarray(total / span_years(calls))


def read_default_assumptions() -> WorkloadAssumptions:
    """The shipped assumptions, every figure of them proposed."""
    return read_assumptions(get_default_file("workload.toml"))


def read_assumptions(path: Path) -> WorkloadAssumptions:
    """Assumptions from TOML. Raises BadPlanInput listing everything wrong with the file."""
    try:
        body = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as reason:
        raise BadPlanInput([f"{path.name}: cannot be read as TOML: {reason}"]) from reason
    calls, each = body.get("calls", {}), body.get("hours_each", {})
    follow_up = calls.get("follow_up_h", {})
    numbers = {
        "calls.officers_per_unit": calls.get("officers_per_unit"),
        "calls.default_on_call_h": calls.get("default_on_call_h"),
        **{f"calls.follow_up_h.{k}": v for k, v in follow_up.items()},
        **{f"hours_each.{k}": v for k, v in each.items()},
    }
    bad = [
        f"{path.name}: {k} must be a number >= 0, got {v!r}"
        for k, v in numbers.items()
        if not isinstance(v, int | float) or not 0 <= v < np.inf
    ]
    codes = {c.code for c in list_indicator_codes()}
    bad += [f"{path.name}: hours_each.{k} is no indicator code" for k in each if k not in codes]
    if bad:
        raise BadPlanInput(bad)
    return WorkloadAssumptions(
        calls["officers_per_unit"], calls["default_on_call_h"], follow_up, each, path.name
    )
