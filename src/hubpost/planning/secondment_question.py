"""From the officers sheet to the question of the secondment solver."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil
from typing import Any

import polars as pl

from hubpost.model.county import County
from hubpost.model.place import Place
from hubpost.planning.params import BadPlanInput
from hubpost.planning.secondment import SecondedOfficer, SecondmentParams
from hubpost.planning.secondment_posts import words
from hubpost.planning.secondment_settings import SecondmentSettings
from hubpost.roads.geodesy import great_circle_m
from hubpost.roads.travel_times import TravelTimes


@dataclass(frozen=True, slots=True)
class Headquarters:
    """Officers of headquarters with every station possible; notes: what a reader must know.

    estimated: whether a distance is not along roads.
    """

    officers: tuple[SecondedOfficer, ...]
    estimated: bool
    notes: tuple[str, ...] = ()

    def for_posts(self, post_ids: Sequence[str]) -> tuple[SecondedOfficer, ...]:
        """The officers with distances and wishes of these posts only."""
        kept = set(post_ids)
        return tuple(
            replace(
                o,
                distance_km={p: km for p, km in o.distance_km.items() if p in kept},
                preference={p: w for p, w in o.preference.items() if p in kept},
            )
            for o in self.officers
        )


def make_headquarters(
    county: County,
    officers: pl.DataFrame,
    travel: TravelTimes,
    settings: SecondmentSettings,
    start: date,
) -> Headquarters:
    """The hq rows of an officers sheet. start: first day of the calendar.

    A blank home counts as the mean of the others' distances. Raises BadPlanInput listing homes
    that cannot be understood, sections that nobody is of, and a sheet without headquarters.
    """
    rows = officers.filter(officers["hq"].fill_null(False)).to_dicts()
    if not rows:
        raise BadPlanInput(["officers: expected rows with hq yes, found none"])
    cycles, notes = _cycles(rows, settings)
    places = _known_places(county)
    homes = {r["id"]: r["home"] for r in rows if cycles[r["id"]] != "stays"}
    found = {i: _find_place(text, places) for i, text in homes.items() if text}
    problems = [
        f"officer {i}: home {homes[i]!r} is no station, area or township id, nor lon lat in degrees"
        for i, place in found.items()
        if place is None
    ]
    sections = {r["section"] or "" for r in rows}
    problems += [f"headquarters.keep: no officer is of section {s!r}"
                 for s in settings.keep if s not in sections]  # fmt: skip
    if problems:
        raise BadPlanInput(problems)
    km, estimated = _distances(county, travel, {i: p for i, p in found.items() if p is not None})
    blank = [i for i in homes if i not in km]
    if blank:
        notes += (f"home of {len(blank)} officers unknown: the mean distance of the others is "
                  "taken, estimated",)  # fmt: skip
        km |= dict.fromkeys(blank, _mean_distance(county, km))
    return Headquarters(
        tuple(_officer(r, cycles[r["id"]], km.get(r["id"], {}), settings, start) for r in rows),
        estimated or bool(blank),
        notes,
    )


def keep_by_section(
    officers: Sequence[SecondedOfficer], settings: SecondmentSettings
) -> dict[str, int]:
    """Section -> officers who stay in every month: as set, else the share of it, rounded up."""
    size: dict[str, int] = {}
    for officer in officers:
        size[officer.section] = size.get(officer.section, 0) + 1
    return {
        section: settings.keep.get(section, ceil(settings.keep_share * n - 1e-9))
        for section, n in sorted(size.items())
    }


def month_start(start: date, month: int) -> date:
    """The first day of a month of the calendar, counted from 0."""
    ahead = start.month - 1 + month
    return date(start.year + ahead // 12, ahead % 12 + 1, 1)


def _cycles(
    rows: Sequence[Mapping[str, Any]], settings: SecondmentSettings
) -> tuple[dict[str, str], tuple[str, ...]]:
    if any(r["cycle"] for r in rows):
        return {r["id"]: r["cycle"] or "stays" for r in rows}, ()
    note = (f"no officer has a cycle: every officer of headquarters may go, cycle "
            f"{settings.default_cycle}",)  # fmt: skip
    return {r["id"]: settings.default_cycle for r in rows}, note


def _known_places(county: County) -> dict[str, Place]:
    outside = {
        n.other_id: Place(n.lon, n.lat, None, n.other_id)
        for n in county.neighbours
        if n.lon is not None and n.lat is not None
    }
    own = {a.id: a.place for a in county.areas} | {s.id: s.place for s in county.stations}
    return outside | own


def _find_place(text: str, places: Mapping[str, Place]) -> Place | None:
    """A station, area or outside township by its id, or a point written as lon lat."""
    if text in places:
        return places[text]
    parts = text.replace(",", " ").replace("，", " ").replace(";", " ").split()
    try:
        lon, lat = map(float, parts)
    except ValueError:
        return None
    return Place(lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None


def _distances(
    county: County, travel: TravelTimes, homes: Mapping[str, Place]
) -> tuple[dict[str, dict[str, float]], bool]:
    """Officer -> station -> kilometres, and whether any of them is not along roads."""
    km: dict[str, dict[str, float]] = {}
    estimated = False
    by_home: dict[Place, dict[str, float]] = {}
    for officer_id, home in homes.items():
        if home not in by_home:
            legs = {s.id: _distance(travel, home, s.place) for s in county.stations}
            estimated |= any(guess for _, guess in legs.values())
            by_home[home] = {i: distance for i, (distance, _) in legs.items()}
        km[officer_id] = by_home[home]
    return km, estimated


def _distance(travel: TravelTimes, home: Place, station: Place) -> tuple[float, bool]:
    """Kilometres, and whether they are a straight line (with the detour the travel times assume).

    A station that no road leads to is as far as the line.
    """
    straight_m = float(great_circle_m(home.lon, home.lat, station.lon, station.lat))
    route = travel.find_route(home, station) if straight_m > 0 else None
    if route is None:
        return round(straight_m / 1000, 1), straight_m > 0
    return round(route.distance_m / 1000, 1), len(route.line) <= 2


def _mean_distance(county: County, km: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    known = list(km.values())
    return {
        s.id: round(sum(k[s.id] for k in known) / len(known), 1) if known else 0.0
        for s in county.stations
    }


def _officer(
    row: Mapping[str, Any],
    cycle: str,
    km: dict[str, float],
    settings: SecondmentSettings,
    start: date,
) -> SecondedOfficer:
    skills = frozenset(words(row["skills"])) | frozenset(filter(None, [row["rank"]]))
    return SecondedOfficer(
        row["id"], row["section"] or "", cycle, km, skills,
        {p: 1.0 for p in words(row["preference"]) if p in km},
        _away(row["available_from"], row["available_to"], settings.params, start),
    )  # fmt: skip


def _away(
    first: date | None, last: date | None, params: SecondmentParams, start: date
) -> frozenset[int]:
    """Months of the calendar of which a day lies outside first..last."""
    gone = set()
    for month in range(params.months):
        begins, ends = month_start(start, month), month_start(start, month + 1) - timedelta(1)
        if (first is not None and begins < first) or (last is not None and ends > last):
            gone.add(month)
    return frozenset(gone)
