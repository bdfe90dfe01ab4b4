"""Synthetic yearly indicators of each station, consistent with its calls, areas and neighbours."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.random import Generator

from bundles.drive import estimated_times, place_of
from bundles.tables import Row
from hubpost.model.place import Place

SEED = 29
COUNTED = {
    "I1": "criminal",
    "I2": "public_order",
    "I3": "traffic",
    "I4": "dispute",
    "I5": "assistance",
}


def indicator_rows(
    codes: Sequence[str],
    stations: list[Row],
    areas: list[Row],
    neighbours: list[Row],
    calls: list[dict[str, object]],
) -> list[dict[str, object]]:
    """One row for each station and year of the calls, with every code.

    Counted or computed from the bundle: P1, P4, G1 to G6, I1 to I7, R1, R2. Drawn, from people
    and calls with seeded noise: P2, P3, P5, all C, D and W.
    """
    by_station = _calls_by_station_year(calls)
    years = sorted({year for _, year in by_station})
    drive = _drive_minutes(stations, areas, neighbours)
    rows = []
    for station in stations:
        rng = np.random.default_rng([SEED, int(station["id"])])
        fixed = {
            **_place_figures(station, areas, neighbours),
            **drive[station["id"]],
            **_people_figures(int(station["population"]), rng),
        }
        for year in years:
            counts = _call_figures(by_station[station["id"], year])
            figures = {**fixed, **counts, **_drawn_figures(station, counts, rng)}
            rows.append(
                {"station_id": station["id"], "year": year, **{c: figures[c] for c in codes}}
            )
    return rows


def _calls_by_station_year(
    calls: list[dict[str, object]],
) -> dict[tuple[str, int], list[dict[str, object]]]:
    groups: dict[tuple[str, int], list[dict[str, object]]] = defaultdict(list)
    for call in calls:
        groups[str(call["station_id"]), int(str(call["received_at"])[:4])].append(call)
    return groups


def _place_figures(station: Row, areas: list[Row], neighbours: list[Row]) -> dict[str, object]:
    mine = [a for a in areas if a["station_id"] == station["id"]]
    outside = [n for n in neighbours if n["station_id"] == station["id"] and n["outside"] == "yes"]
    return {
        "P1": int(station["population"]),
        "P4": f"{int(station['population']) / float(station['area_km2']):.1f}",
        "G1": station["area_km2"],
        "G2": len(mine),
        "G3": sum(int(a["grids"]) for a in mine),
        "G6": len(outside),
        "R1": station["officers"],
        "R2": station["auxiliaries"],
    }


def _drive_minutes(
    stations: list[Row], areas: list[Row], neighbours: list[Row]
) -> dict[str, dict[str, object]]:
    """G4 and G5 of each station; G5 is blank for one without an own neighbour."""
    seats = {s["id"]: place_of(s) for s in stations}
    times = estimated_times(stations)

    def minutes(station_id: str, to: list[Place]) -> list[float]:
        return list(times.matrix_s([seats[station_id]], to)[0] / 60) if to else []

    result = {}
    for station_id in seats:
        villages = [place_of(a) for a in areas if a["station_id"] == station_id]
        near = [
            seats[n["other_id"]]
            for n in neighbours
            if n["station_id"] == station_id and n["outside"] == "no"
        ]
        result[station_id] = {
            "G4": f"{max(minutes(station_id, villages)):.1f}",
            "G5": f"{min(minutes(station_id, near)):.1f}" if near else None,
        }
    return result


def _people_figures(people: int, rng: Generator) -> dict[str, object]:
    """Drawn once, the same for all years: 3.2 people a household, 4 % floating, 22 % over 60."""
    return {
        "P2": round(people / 3.2 * rng.lognormal(0, 0.05)),
        "P3": round(people * 0.04 * (people / 10_000) ** 0.5 * rng.lognormal(0, 0.2)),
        "P5": f"{np.clip(rng.normal(22, 2), 15, 30):.1f}",
    }


def _call_figures(calls: list[dict[str, object]]) -> dict[str, object]:
    counts = {
        code: sum(c["category"] == category for c in calls) for code, category in COUNTED.items()
    }
    received = [_second(c["received_at"]) for c in calls]
    cleared = [_second(c["cleared_at"]) for c in calls]
    response = [
        _second(c["arrived_at"]) - r
        for c, r in zip(calls, received, strict=True)
        if c["arrived_at"]
    ]
    return {
        **counts,
        "I6": f"{100 * overlap_share(received, cleared):.1f}",
        "I7": f"{np.median(response) / 60:.1f}",
    }


def overlap_share(received: Sequence[float], cleared: Sequence[float]) -> float:
    """Share of calls received while an earlier one of the same station was open.

    received ascending; both in seconds.
    """
    latest, overlapping = -np.inf, 0
    for start, end in zip(received, cleared, strict=True):
        overlapping += start < latest
        latest = max(latest, end)
    return overlapping / len(received)


def _second(at: object) -> float:
    return datetime.fromisoformat(str(at)).timestamp()


def _drawn_figures(station: Row, counts: dict[str, object], rng: Generator) -> dict[str, object]:
    """Cases, disputes and base work of one year: rates assumed, see docs/data.md."""
    thousands = int(station["population"]) / 1000
    criminal, order, dispute = (int(str(counts[c])) for c in ("I1", "I2", "I4"))
    registered = rng.poisson(0.6 * dispute + 4 * thousands)
    return {
        "C1": rng.binomial(criminal, 0.75),
        "C2": rng.binomial(order, 0.8) + rng.poisson(0.5 * thousands),
        "C3": rng.poisson(0.8 * thousands),
        "C4": rng.poisson(0.2 * thousands),
        "D1": registered,
        "D2": rng.binomial(registered, 0.08),
        "D3": rng.binomial(registered, 0.02),
        "W1": 3 + rng.poisson(2.5 * thousands),
        "W2": rng.poisson(180 * thousands),
    }
