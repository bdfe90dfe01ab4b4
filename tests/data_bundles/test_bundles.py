"""What must hold of every bundled county, whatever it is built from."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hubpost.model.call import CallCategory

DATA = Path(__file__).resolve().parents[2] / "data"
COUNTIES = ("qianjiang", "porto", "andorra")
MILESTONES = ("received_at", "dispatched_at", "enroute_at", "arrived_at", "cleared_at")


def ids(rows):
    return [r["id"] for r in rows]


@pytest.mark.parametrize("county", COUNTIES)
@pytest.mark.parametrize("name", ["stations", "areas", "calls"])
def test_ids_are_unique_and_filled(county, name, sheet):
    """No key of any sheet is blank or occurs twice."""
    counts = Counter(ids(sheet(county, name)))
    assert counts
    assert "" not in counts
    assert max(counts.values()) == 1


@pytest.mark.parametrize("county", COUNTIES)
def test_references_exist(county, sheet):
    """Areas name a station, calls a station and, where given, an area."""
    stations, areas = set(ids(sheet(county, "stations"))), set(ids(sheet(county, "areas")))
    assert {a["station_id"] for a in sheet(county, "areas")} <= stations
    calls = sheet(county, "calls")
    assert {c["station_id"] for c in calls} <= stations
    assert {c.get("area_id", "") for c in calls} - {""} <= areas


@pytest.mark.parametrize("county", COUNTIES)
def test_milestones_never_run_backwards(county, sheet):
    """Blank milestones skipped, every call's times are in order and start with received_at."""
    for call in sheet(county, "calls"):
        times = [datetime.fromisoformat(call[m]) for m in MILESTONES if call.get(m)]
        assert call["received_at"]
        assert times == sorted(times), call["id"]


@pytest.mark.parametrize("county", COUNTIES)
def test_times_carry_the_offset_of_the_county_zone(county, sheet, described):
    """Each written offset is the one the zone had at that instant, summer time included."""
    zone = ZoneInfo(described(county)["timezone"])
    for call in sheet(county, "calls")[::7]:
        for milestone in MILESTONES:
            if call.get(milestone):
                at = datetime.fromisoformat(call[milestone])
                assert at.utcoffset() == at.astimezone(zone).utcoffset(), call["id"]


@pytest.mark.parametrize("county", COUNTIES)
def test_categories_are_the_known_ones(county, sheet):
    assert {c["category"] for c in sheet(county, "calls")} <= {c.value for c in CallCategory}


@pytest.mark.parametrize("county", COUNTIES)
def test_calls_lie_near_the_county_places(county, sheet):
    """No call is further than 0.2 degrees from the box of stations and areas."""
    places = sheet(county, "stations") + sheet(county, "areas")
    for axis in ("lon", "lat"):
        values = [float(p[axis]) for p in places]
        low, high = min(values) - 0.2, max(values) + 0.2
        assert all(low <= float(c[axis]) <= high for c in sheet(county, "calls"))


@pytest.mark.parametrize("county", COUNTIES)
def test_marked_columns_exist(county, sheet, described):
    """Every sheet or column said to be synthetic, estimated or stand-in is really there."""
    told = described(county)
    for mark in [*told["synthetic"], *told["estimated"], *told["stand_in"]]:
        name, _, column = mark.partition(".")
        rows = sheet(county, name)
        assert not column or column in rows[0], mark


@pytest.mark.parametrize("county", COUNTIES)
def test_readme_says_every_label_and_licence(county, described):
    """The README beside the data names each label in use, and where the data comes from."""
    text = (DATA / county / "README.md").read_text("utf-8")
    told = described(county)
    for key, word in (
        ("synthetic", "synthetic"),
        ("estimated", "estimated"),
        ("stand_in", "stand-in"),
    ):
        assert not told[key] or word in text.lower()
    assert "licence" in text.lower()
    if "roads" in told:
        assert "OpenStreetMap contributors" in text
        assert (DATA / county / told["roads"]).stat().st_size > 100_000


def test_notice_attributes_every_source():
    """The NOTICE carries each attribution that redistribution needs."""
    text = (DATA.parent / "NOTICE").read_text("utf-8")
    for needed in ("Apache License", "OpenStreetMap contributors", "GeoNames", "CC BY 4.0", "PDDL"):
        assert needed in text


def test_bundles_stay_small():
    """All of data/ is under 12 MB, so that a clone stays quick."""
    assert sum(f.stat().st_size for f in DATA.rglob("*") if f.is_file()) < 12_000_000


def test_porto_calls_are_the_register_with_one_exception_told(sheet):
    """1,092 real calls, 1,073 with a response time; five lost their clearing and say so."""
    calls = sheet("porto", "calls")
    assert len(calls) == 1092
    assert sum(bool(c["arrived_at"]) for c in calls) == 1073
    blanked = [c for c in calls if not c["cleared_at"]]
    assert len(blanked) == 5
    assert all(c["note"] and c["extinction_published"] for c in blanked)
    assert {c["category"] for c in calls} == {"fire_disaster"}


def test_porto_stations_say_stand_in_wherever_they_are_shown(sheet, described):
    """Label, name in both languages, and column: no reader can take a seat for a station."""
    stations = sheet("porto", "stations")
    assert len(stations) == 12
    assert "stations" in described("porto")["stand_in"]
    assert all("替代点" in s["name"] and "stand-in" in s["name_en"] for s in stations)


def test_andorra_has_only_police_that_is_police(sheet):
    """Two points; no customs post, no communal traffic service."""
    stations = sheet("andorra", "stations")
    assert ids(stations) == ["node-3928793751", "way-1060402165"]
    assert [s["name_osm"] for s in stations] == ["Policia", ""]


def test_andorra_heights_are_those_of_mountain_villages(sheet):
    """Every height from the tile is known and lies between the lowest valley and the passes."""
    heights = [int(r["elevation_m"]) for r in sheet("andorra", "areas")]
    assert len(heights) == 67
    assert min(heights) > 830
    assert max(heights) < 2_400


def test_andorra_keeps_unknown_populations_blank(sheet):
    """A place without a published figure has no population, only a marked weight."""
    areas = sheet("andorra", "areas")
    known = [a for a in areas if a["population"]]
    assert len(known) == 13
    assert all(bool(a["population"]) == bool(a["population_source"]) for a in areas)
    assert all(a["people_assumed"] for a in areas)
