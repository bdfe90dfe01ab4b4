"""How long units take, fitted to the Lancaster set (rural fire and ambulance, 2010 to 2020)."""

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bundles.tables import Row

DAY_S = 86_400
GROUPS = ("all", "traffic", "fire", "medical")
NOT_CALLS = re.compile(r"STANDBY|MUTAID|SPECDUTY|TEST", re.IGNORECASE)
FIRE_WORDS = re.compile(r"FIRE|STILL|ODOR|HAZ|WIRES|ALARM", re.IGNORECASE)
AT_ONCE_S = 15
LONGEST_S = {"turnout": 3_600, "on_scene": 6 * 3_600}
COLUMNS = [
    "quantity",
    "group",
    "count",
    "refused",
    "at_once_share",
    "log_mean",
    "log_sd",
    "median_min",
    "p90_min",
    "fitted_median_min",
    "fitted_p90_min",
    "ks_distance",
]


def fit_durations(incidents: list[Row], units: list[Row]) -> list[dict[str, object]]:
    """Lognormal turnout (dispatch to en route) and on-scene times (arrival to clear), by group.

    Units that drove a patient to hospital are left out of on-scene. Times are times of day, so
    legs are taken modulo 24 h; a leg over the quantity's limit is a clock set wrong or entries in
    the wrong order, and is refused.
    """
    group_of = {i["incident_num"]: _group(i["call_type"]) for i in incidents}
    legs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for unit in units:
        group = group_of.get(unit["incident_num"])
        if group:
            for quantity, leg in _legs(unit):
                legs[quantity, group].append(leg)
                legs[quantity, "all"].append(leg)
    return [_fit(q, g, legs[q, g]) for q in LONGEST_S for g in GROUPS]


def fit_no_arrival(incidents: list[Row], units: list[Row]) -> float:
    """Share of calls for which a unit drove off but none arrived."""
    real = {i["incident_num"] for i in incidents if _group(i["call_type"])}
    drove = {u["incident_num"] for u in units if u["enroute"]} & real
    arrived = {u["incident_num"] for u in units if u["arrive"]}
    return len(drove - arrived) / len(drove)


def _group(call_type: str) -> str | None:
    """Traffic, fire or medical from MPDS number or word; None for what is no call."""
    if NOT_CALLS.search(call_type):
        return None
    number = re.match(r"\d+", call_type)
    if number:
        return "traffic" if number[0] == "29" else "fire" if int(number[0]) > 50 else "medical"
    return "fire" if FIRE_WORDS.search(call_type) else "medical"


def _legs(unit: Row) -> list[tuple[str, int]]:
    legs = []
    if unit["dispatch"] and unit["enroute"]:
        legs.append(("turnout", _between_s(unit["dispatch"], unit["enroute"])))
    if unit["arrive"] and unit["clear"] and not unit["to_hospital"]:
        legs.append(("on_scene", _between_s(unit["arrive"], unit["clear"])))
    return legs


def _between_s(earlier: str, later: str) -> int:
    return (_second_of_day(later) - _second_of_day(earlier)) % DAY_S


def _second_of_day(clock: str) -> int:
    hour, minute, second = map(int, clock.split(":"))
    return hour * 3600 + minute * 60 + second


def _fit(quantity: str, group: str, legs: Sequence[int]) -> dict[str, object]:
    """Lognormal by maximum likelihood over legs that are not "at once"."""
    all_s = np.array(legs)
    kept = all_s[all_s <= LONGEST_S[quantity]]
    late = kept[kept >= AT_ONCE_S]
    mean, sd = float(np.log(late).mean()), float(np.log(late).std())
    fitted = stats.lognorm(s=sd, scale=np.exp(mean))
    return {
        "quantity": quantity,
        "group": group,
        "count": len(kept),
        "refused": len(all_s) - len(kept),
        "at_once_share": f"{1 - len(late) / len(kept):.4f}",
        "log_mean": f"{mean:.4f}",
        "log_sd": f"{sd:.4f}",
        "median_min": _minutes(np.quantile(late, 0.5)),
        "p90_min": _minutes(np.quantile(late, 0.9)),
        "fitted_median_min": _minutes(fitted.ppf(0.5)),
        "fitted_p90_min": _minutes(fitted.ppf(0.9)),
        "ks_distance": f"{_ks_distance(late, fitted.cdf(np.sort(late))):.4f}",
    }


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.2f}"


def _ks_distance(values: NDArray[np.int64], cdf: NDArray[np.float64]) -> float:
    n = len(values)
    steps = np.arange(n + 1) / n
    return float(np.maximum(steps[1:] - cdf, cdf - steps[:-1]).max())
