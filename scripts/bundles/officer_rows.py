"""Synthetic officers of headquarters: nobody's, without names, each with a number."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from bundles.tables import read_rows, write_rows

COLUMNS = [
    "id", "station_id", "hq", "rank", "skills", "home", "available_from", "available_to",
    "section", "cycle", "preference",
]  # fmt: skip
_METRES_PER_DEGREE = 111_195.0


def write_officers(county: Path) -> int:
    """Write officers.csv from the table [officers] of generator.toml; the number of rows."""
    assumed = tomllib.loads((county / "generator.toml").read_text("utf-8"))["officers"]
    rows = officer_rows(assumed, [s["id"] for s in read_rows(county / "stations.csv")])
    write_rows(county / "officers.csv", COLUMNS, rows)
    return len(rows)


def officer_rows(assumed: Mapping[str, Any], station_ids: list[str]) -> list[dict[str, object]]:
    """`count` officers, sections in their shares; large + small of them have a cycle.

    Those with a cycle are drawn evenly from everybody, so that no section is emptied.
    """
    rng = np.random.default_rng(assumed["seed"])
    count, going = assumed["count"], assumed["large"] + assumed["small"]
    sections = _shared_out(assumed["sections"], count)
    chosen = rng.permutation(np.linspace(0, count - 1, going).round().astype(int))
    cycle = dict.fromkeys(chosen[: assumed["large"]].tolist(), "large")
    cycle |= dict.fromkeys(chosen[assumed["large"] :].tolist(), "small")
    ranks = rng.choice(list(assumed["ranks"]), count, p=list(assumed["ranks"].values()))
    return [
        {
            "id": f"Q{k + 1:04d}",
            "hq": "yes",
            "rank": str(ranks[k]),
            "section": sections[k],
            **(_going(assumed, station_ids, cycle[k], rng) if k in cycle else {}),
        }
        for k in range(count)
    ]


def _going(
    assumed: Mapping[str, Any], station_ids: list[str], cycle: str, rng: Generator
) -> dict[str, object]:
    first, last = (date.fromisoformat(d) for d in assumed["calendar"])
    skills = [s for s in assumed["skills"] if rng.random() < assumed["skill_share"]]
    liked = rng.choice(station_ids, rng.integers(1, 3), replace=False)
    row: dict[str, object] = {
        "cycle": cycle,
        "skills": ";".join(skills) or None,
        "home": _home(assumed, station_ids, rng),
        "preference": ";".join(liked) if rng.random() < assumed["preference_share"] else None,
    }
    # A large cycle is the whole calendar: who is away for a month of it cannot go at all.
    everybody = assumed["large"] + assumed["small"]
    if cycle == "small" and rng.random() < assumed["away_share"] * everybody / assumed["small"]:
        day = first + timedelta(days=int(rng.integers(60, (last - first).days - 180)))
        row["available_from" if rng.random() < 0.5 else "available_to"] = day.isoformat()
    return row


def _home(assumed: Mapping[str, Any], station_ids: list[str], rng: Generator) -> str:
    if rng.random() >= assumed["town_share"]:
        return str(rng.choice(station_ids))
    lon, lat = assumed["town_lon_lat"]
    east, north = rng.normal(0.0, assumed["town_spread_m"], 2) / _METRES_PER_DEGREE
    return f"{lon + east / np.cos(np.radians(lat)):.5f} {lat + north:.5f}"


def _shared_out(shares: Mapping[str, float], count: int) -> list[str]:
    """A section for each officer, in the exact shares (largest remainders)."""
    exact = np.array(list(shares.values())) * count / sum(shares.values())
    size = np.floor(exact).astype(int)
    for k in np.argsort(size - exact, kind="stable")[: count - size.sum()]:
        size[k] += 1
    return [name for name, n in zip(shares, size.tolist(), strict=True) for _ in range(n)]
