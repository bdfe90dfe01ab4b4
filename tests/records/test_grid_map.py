"""Grids on the map: every one has its own land, gaps are marked, rounds follow the way driven."""

import pytest
from shapely.geometry import shape
from shapely.ops import unary_union

from hubpost.actions.minimum_units import remove_member
from hubpost.actions.records import grids
from hubpost.actions.records.demo_members import seed_members
from hubpost.actions.records.filing import open_record
from hubpost.model.member import MemberRole
from hubpost.model.records.grid import BEAT_PLAN_KIND, POLICE_GRID_KIND, BeatStop, PoliceGrid
from hubpost.model.station import Area
from hubpost.storage.records.reading import list_records
from hubpost.web.record_map import grid_features, grid_points
from tests.boards import NOON
from tests.records.rules import shipped_rules
from tests.records.test_disputes import write
from tests.records.test_pages import page  # noqa: F401
from tests.web.conftest import app, client, toy_store  # noqa: F401

AREAS = [
    Area(id="a", name="甲村", station_id="S", lon=108.0, lat=29.0, grids=7),
    Area(id="b", name="乙村", station_id="S", lon=108.05, lat=29.0, grids=5),
    Area(id="c", name="丙村", station_id="Z", lon=108.0, lat=29.05, grids=1),
]


def drawn(grid_id, area, station, numbers):
    ids = tuple(f"{area}-{i:02d}" for i in numbers)
    return PoliceGrid(
        id=grid_id, title=grid_id, station_id=station, area_ids=(area,), village_grid_ids=ids,
        opened_at=NOON, synthetic=True,
    )  # fmt: skip


GRIDS = [
    drawn("g1", "a", "S", range(1, 5)),
    drawn("g2", "a", "S", range(5, 8)),
    drawn("g3", "b", "S", range(1, 6)),
    drawn("g4", "c", "Z", range(1, 2)),
]


def layer(features, name):
    return {f["properties"]["id"]: f for f in features if f["properties"]["layer"] == name}


def test_every_village_grid_has_land_of_its_own_and_police_grids_are_their_sum():
    features = grid_features(GRIDS, AREAS, [], "")
    villages = layer(features, "village_grid")
    assert len(villages) == 13
    shapes = {k: shape(f["geometry"]) for k, f in villages.items()}
    overlap = sum(s.area for s in shapes.values()) - unary_union(list(shapes.values())).area
    assert abs(overlap) < 1e-6
    for grid in GRIDS:
        own = unary_union([shapes[v] for v in grid.village_grid_ids])
        police = shape(layer(features, "police_grid")[grid.id]["geometry"])
        assert police.symmetric_difference(own).area < 0.02 * police.area
        assert police.geom_type == "Polygon", "the sectors of a police grid hold together"


def test_a_grid_has_the_same_land_on_its_station_s_page_as_on_the_county_s():
    county, station = (layer(grid_features(GRIDS, AREAS, [], s), "village_grid") for s in ("", "S"))
    assert set(station) == {k for k in county if k[0] in "ab"}
    assert all(station[k]["geometry"] == county[k]["geometry"] for k in station)


def test_points_lie_nearer_to_their_own_village_than_to_any_other():
    for key, (lon, lat) in grid_points(GRIDS, AREAS).items():
        nearest = min(AREAS, key=lambda a: (a.lon - lon) ** 2 + (a.lat - lat) ** 2)
        assert nearest.id == key[0]


def test_shapes_say_that_they_are_estimated_and_made_up():
    for feature in grid_features(GRIDS, AREAS, [], ""):
        assert feature["properties"]["labels"] == ["estimated", "synthetic"]


@pytest.fixture
def seeded(toy_store):  # noqa: F811
    """Two police grids over eighty village grids of one station, each with a made-up unit."""
    rules = shipped_rules()
    for k in range(2):
        ids = [f"Z-yantang-{i:02d}" for i in range(1 + 40 * k, 41 + 40 * k)]
        name = f"{k + 1}格"
        write(toy_store, grids.draw_grid, rules, "Z", name, ids, area_ids=["Z-yantang"])
    write(toy_store, grids.appoint_officer, rules, "z1", "Z-yantang", "Z")
    held = toy_store.read(lambda c: list_records(c, POLICE_GRID_KIND))
    write(toy_store, seed_members, held)
    return toy_store


def test_the_layer_marks_the_police_grid_whose_unit_the_table_says_lacks_its_cadre(
    seeded,
    page,  # noqa: F811
):
    """The first of two full units loses its only cadre: its forty village grids are marked."""
    first, second = sorted(seeded.read(lambda c: list_records(c, POLICE_GRID_KIND)), key=title)
    cadre = next(
        m.member.id
        for m in seeded.board.members.values()
        if m.member.role is MemberRole.CADRE and m.member.grid_id == first.id
    )
    write(seeded, remove_member, cadre)
    features = page.get("/api/records/grids").json()["features"]
    gaps = {i for i, f in layer(features, "village_grid").items() if f["properties"]["gap"]}
    assert gaps == set(first.village_grid_ids)
    shown = layer(features, "police_grid")
    assert [shown[g.id]["properties"]["gap"] for g in (first, second)] == [True, False]
    text = page.get("/records/grids?station=Z").text
    assert "Minimum units with a gap: 1 of 2; too few people 0, a role missing 1" in text
    assert "81 people · no village cadre" in text
    assert len(layer(features, "posting")) == 1


def title(grid):
    return grid.title


def test_the_round_shown_is_the_officer_s_own_once_he_has_chosen(seeded, page):  # noqa: F811
    rules = shipped_rules()
    put = {"station_id": "Z", "proposed": [BeatStop("Z-yantang", 60.0)]}
    plan = write(seeded, open_record, rules, BEAT_PLAN_KIND, "propose", put)
    features = page.get("/api/records/grids?station=Z").json()["features"]
    legs = [f["properties"] for f in features if f["properties"]["layer"] == "round"]
    assert [leg["leg"] for leg in legs] == list(range(1, len(plan.proposed) + 2))
    assert not any(leg["chosen"] for leg in legs)
    write(seeded, grids.choose_beat, rules, plan.id, [plan.proposed[-1].area_id])
    features = page.get("/api/records/grids?station=Z").json()["features"]
    legs = [f["properties"] for f in features if f["properties"]["layer"] == "round"]
    assert [leg["chosen"] for leg in legs] == [True, True]
