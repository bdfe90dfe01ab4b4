"""The founding county: real counts kept, rules of the reform possible, figures consistent."""

import tomllib
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from ortools.sat.python import cp_model

from bundles.officer_rows import COLUMNS, officer_rows
from bundles.qianjiang_places import LEFT_OUT
from bundles.tables import csv_bytes
from hubpost.model.place import Place
from hubpost.roads.estimate import EstimatedTimes

FOLDER = Path(__file__).resolve().parents[2] / "data" / "qianjiang"
ZHUOSHUI, SHUISHI, YANTANG = "500114112", "500114125", "500114112210"
CENSUS_2010 = 445_012


def test_thirty_townships_of_which_twenty_five_have_a_station(sheet):
    """Every unit is on file; those without a station say why."""
    townships = sheet("qianjiang", "townships")
    assert len(townships) == 30
    with_station = {t["code_nbs"] for t in townships if t["station"] == "yes"}
    assert with_station == {s["id"] for s in sheet("qianjiang", "stations")}
    assert len(with_station) == 25
    assert all(t["left_out_because"] for t in townships if t["station"] == "no")


def test_the_five_left_out_are_the_nearest_to_the_urban_core(sheet):
    """The distance rule, and not only the list, gives the five."""
    townships = sheet("qianjiang", "townships")
    nearest = sorted(townships, key=lambda t: float(t["core_distance_km"]))[:5]
    assert {t["code_nbs"] for t in nearest} == set(LEFT_OUT)


def test_populations_add_up_to_the_census(sheet):
    """Stations and left-out units make the 2010 census; villages make their stations."""
    townships, areas = sheet("qianjiang", "townships"), sheet("qianjiang", "areas")
    core = {t["population_group_total"] for t in townships if t["population_group"]}
    left = sum(int(t["population"]) for t in townships if t["station"] == "no" and t["population"])
    rural = {s["id"]: int(s["population"]) for s in sheet("qianjiang", "stations")}
    assert sum(rural.values()) + left + int(core.pop()) == CENSUS_2010
    split = Counter()
    for area in areas:
        split[area["station_id"]] += int(area["population"])
    assert split == rural


def test_villages_and_grids(sheet):
    """220 villages on file, the 180 of the 25 as areas under their real codes, 1,291 grids."""
    villages, areas = sheet("qianjiang", "villages"), sheet("qianjiang", "areas")
    assert len(villages) == 220
    assert Counter(v["kind"] for v in villages) == {"village": 138, "community": 82}
    rural = {v["code_nbs"] for v in villages if v["township_code_nbs"] not in LEFT_OUT}
    assert {a["id"] for a in areas} == rural
    assert all(a["id"].startswith(a["station_id"]) for a in areas)
    assert sum(int(a["grids"]) for a in areas) == 1_291
    assert min(int(a["grids"]) for a in areas) >= 1


def own_pairs(neighbours):
    return {(n["station_id"], n["other_id"]) for n in neighbours if n["outside"] == "no"}


def test_neighbours_are_mutual_and_never_a_left_out_street(sheet):
    """Own pairs stand in both directions; outside ones are townships of other counties."""
    neighbours = sheet("qianjiang", "neighbours")
    pairs = own_pairs(neighbours)
    assert {(b, a) for a, b in pairs} == pairs
    stations = {s["id"] for s in sheet("qianjiang", "stations")}
    assert {a for pair in pairs for a in pair} == stations
    outside = [n["other_id"] for n in neighbours if n["outside"] == "yes"]
    assert outside
    assert not any(o.startswith("500114") for o in outside)


def test_nine_hubs_ten_bases_six_border_is_possible(sheet, described):
    """The reform's arithmetic fits these neighbours when a hub has no fewer people than its base.

    Solved here on its own, with population for the score: a check of the data, not the planner.
    """
    told = described("qianjiang")
    neighbours = sheet("qianjiang", "neighbours")
    people = {s["id"]: int(s["population"]) for s in sheet("qianjiang", "stations")}
    candidates = {n["station_id"] for n in neighbours if n["outside"] == "yes"}
    model = cp_model.CpModel()
    hub = {s: model.new_bool_var(f"hub {s}") for s in people}
    border = {s: model.new_bool_var(f"border {s}") for s in candidates}
    link = {
        (base, head): model.new_bool_var(f"{base} under {head}")
        for base, head in own_pairs(neighbours)
        if people[head] >= people[base]
    }
    least, most = told["bases_per_hub"]
    for s in people:
        model.add(sum(v for (b, _), v in link.items() if b == s) + hub[s] + border.get(s, 0) == 1)
        bases = sum(v for (_, h), v in link.items() if h == s)
        model.add(bases >= least * hub[s])
        model.add(bases <= most * hub[s])
    model.add(sum(hub.values()) == told["hubs"])
    model.add(sum(border.values()) == told["border_stations"])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    assert sum(solver.value(v) for v in link.values()) == 10


@pytest.fixture(scope="module")
def yantang_minutes(sheet):
    """Estimated minutes to Yantang from every station."""
    stations = sheet("qianjiang", "stations")
    seats = [
        Place(float(s["lon"]), float(s["lat"]), float(s["elevation_m"]), s["id"]) for s in stations
    ]
    area = next(a for a in sheet("qianjiang", "areas") if a["id"] == YANTANG)
    at = Place(float(area["lon"]), float(area["lat"]))
    minutes = EstimatedTimes(seats).matrix_s(seats, [at])[:, 0] / 60
    return {s["id"]: m for s, m in zip(stations, minutes, strict=True)}


def test_yantang_is_far_from_home_and_near_to_shuishi(sheet, yantang_minutes):
    """The two times the source tells come out of the product's own estimate."""
    area = next(a for a in sheet("qianjiang", "areas") if a["id"] == YANTANG)
    assert area["station_id"] == ZHUOSHUI
    assert yantang_minutes[ZHUOSHUI] > 30
    assert 8 <= yantang_minutes[SHUISHI] <= 12
    assert min(yantang_minutes, key=yantang_minutes.get) == SHUISHI


def test_the_scene_can_be_played_on_this_data(sheet, yantang_minutes):
    """Places exist, the home station has no unit left at the last call, times are as expected."""
    scene = tomllib.loads((FOLDER / "scenes.toml").read_text("utf-8"))["scenes"][0]
    areas = {a["id"]: a for a in sheet("qianjiang", "areas")}
    home = next(s for s in sheet("qianjiang", "stations") if s["id"] == scene["home_station_id"])
    *busy, last = scene["steps"]
    assert len(busy) == int(home["units"])
    assert all(s["then"] == "assign_home" for s in busy)
    assert all(areas[s["area_id"]]["station_id"] == home["id"] for s in scene["steps"])
    assert last["area_id"] == YANTANG
    low, high = scene["expect"]["advised_travel_min"]
    assert yantang_minutes[home["id"]] > scene["expect"]["home_travel_min_over"]
    assert low <= yantang_minutes[scene["expect"]["advised_station_id"]] <= high


def test_indicators_are_complete_and_counted_from_the_calls(sheet):
    """Every code for every station and year; I1 to I5 recount, G2, G3 and P1 agree."""
    codes = [r["code"] for r in sheet("domain", "indicators")]
    rows = sheet("qianjiang", "indicators")
    assert len(codes) == 29
    assert len(rows) == 25 * 3
    assert set(codes) | {"station_id", "year"} == set(rows[0])
    counted = Counter(
        (c["station_id"], c["received_at"][:4], c["category"]) for c in sheet("qianjiang", "calls")
    )
    kinds = ("criminal", "public_order", "traffic", "dispute", "assistance")
    areas = sheet("qianjiang", "areas")
    for row in rows:
        for n, kind in enumerate(kinds, start=1):
            assert int(row[f"I{n}"]) == counted[row["station_id"], row["year"], kind]
        mine = [a for a in areas if a["station_id"] == row["station_id"]]
        assert int(row["G2"]) == len(mine)
        assert int(row["G3"]) == sum(int(a["grids"]) for a in mine)
        assert int(row["P1"]) == sum(int(a["population"]) for a in mine)


def test_zhuoshui_outweighs_shuishi(sheet):
    """The town that became a hub has more people, calls, cases and disputes than its neighbour."""
    rows = {(r["station_id"], r["year"]): r for r in sheet("qianjiang", "indicators")}
    for year in ("2022", "2023", "2024"):
        big, small = rows[ZHUOSHUI, year], rows[SHUISHI, year]
        for code in ("P1", "I2", "I3", "I4", "I5", "C2", "D1"):
            assert int(big[code]) > int(small[code]), (year, code)


def test_synthetic_calls_cover_three_years_at_the_declared_rate(sheet):
    """39,600 calls are what 50 per 1,000 people make in three years, within Poisson noise."""
    calls = sheet("qianjiang", "calls")
    assumed = tomllib.loads((FOLDER / "generator.toml").read_text("utf-8"))
    people = sum(int(s["population"]) for s in sheet("qianjiang", "stations"))
    expected = people / 1000 * assumed["rate_per_1000"] * 3
    assert abs(len(calls) - expected) < 5 * expected**0.5
    assert {c["received_at"][:4] for c in calls} == {"2022", "2023", "2024"}


def test_no_station_sends_more_units_than_it_has(sheet):
    """At no moment are more calls of a station between dispatch and clearing than its units."""
    units = {s["id"]: int(s["units"]) for s in sheet("qianjiang", "stations")}
    steps = []
    for call in sheet("qianjiang", "calls"):
        if call["dispatched_at"]:
            start, end = (datetime.fromisoformat(call[m]) for m in ("dispatched_at", "cleared_at"))
            steps += [(end, -1, call["station_id"]), (start, 1, call["station_id"])]
    out = Counter()
    for _, change, station in sorted(s for s in steps):
        out[station] += change
        assert out[station] <= units[station]


def test_officers_are_the_generators_and_carry_no_name(sheet):
    """327 numbers, 63 with a cycle; the file is what generator.toml gives, byte for byte."""
    assumed = tomllib.loads((FOLDER / "generator.toml").read_text("utf-8"))["officers"]
    rows = officer_rows(assumed, [s["id"] for s in sheet("qianjiang", "stations")])
    assert (FOLDER / "officers.csv").read_bytes() == csv_bytes(COLUMNS, rows)
    assert Counter(r.get("cycle") for r in rows) == {None: 264, "large": 21, "small": 42}
    assert set(rows[0]) <= set(COLUMNS)
    assert "officers" in tomllib.loads((FOLDER / "county.toml").read_text("utf-8"))["synthetic"]


def test_officers_give_the_share_of_the_source(sheet):
    """(126 + 63) / (126 + 327) is 41.7 %, as put in."""
    rural = sum(int(s["officers"]) for s in sheet("qianjiang", "stations"))
    officers = sheet("qianjiang", "officers")
    going = sum(bool(o["cycle"]) for o in officers)
    assert (rural + going) / (rural + len(officers)) == pytest.approx(0.417, abs=5e-4)
