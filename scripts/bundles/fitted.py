"""The fitted tables as the generator uses them; they lie in data/qianjiang/fitted."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bundles import lancaster, montgomery
from bundles.tables import read_rows, write_rows


@dataclass(frozen=True, slots=True)
class Lognormal:
    """exp(normal) seconds, but "at once" (0 to 15 s) in at_once of the cases."""

    at_once: float
    log_mean: float
    log_sd: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """hour_of_week: group to (7, 24) shares, Monday first. durations: by (quantity, group).

    event_split: shares of traffic, fire_disaster, assistance among themselves.
    no_arrival: share of calls driven to but not reached.
    """

    hour_of_week: dict[str, NDArray[np.float64]]
    event_split: dict[str, float]
    durations: dict[tuple[str, str], Lognormal]
    no_arrival: float


def fit_to_folder(shared: Path, target: Path) -> None:
    """Fit all tables to the two published sets and write them."""
    calls, refused = montgomery.clean_calls(
        read_rows(shared / "montgomery_pa_calls" / "calls.csv.gz")
    )
    print(f"montgomery: {len(calls)} calls used, refused {refused}")
    lines = shared / "lancaster_ne_rural_units"
    incidents = read_rows(lines / "incidents.csv.gz")
    units = read_rows(lines / "unit_times.csv.gz")
    write_rows(
        target / "hour_of_week.csv", montgomery.PROFILE_COLUMNS, montgomery.fit_hour_of_week(calls)
    )
    write_rows(
        target / "event_split.csv", montgomery.SPLIT_COLUMNS, montgomery.fit_event_split(calls)
    )
    write_rows(
        target / "durations.csv", lancaster.COLUMNS, lancaster.fit_durations(incidents, units)
    )
    share = lancaster.fit_no_arrival(incidents, units)
    write_rows(
        target / "no_arrival.csv",
        ["quantity", "share"],
        [{"quantity": "driven_to_not_reached", "share": f"{share:.4f}"}],
    )


def read_fitted(folder: Path) -> Fitted:
    """The tables written by `fit_to_folder`."""
    hours = {group: np.zeros((7, 24)) for group in montgomery.GROUPS}
    for row in read_rows(folder / "hour_of_week.csv"):
        hours[row["group"]][int(row["weekday"]) - 1, int(row["hour"])] = float(row["share"])
    split = read_rows(folder / "event_split.csv")
    return Fitted(
        hour_of_week=hours,
        event_split={r["category"]: float(r["share"]) for r in split},
        durations={
            (r["quantity"], r["group"]): Lognormal(
                float(r["at_once_share"]), float(r["log_mean"]), float(r["log_sd"])
            )
            for r in read_rows(folder / "durations.csv")
        },
        no_arrival=float(read_rows(folder / "no_arrival.csv")[0]["share"]),
    )
