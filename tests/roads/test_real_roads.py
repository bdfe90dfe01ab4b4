"""The bundled roads: sound graphs, and times like those of an independent router."""

import csv
from pathlib import Path

import numpy as np
import pytest

from hubpost.model.place import Place
from hubpost.roads.network import RoadNetwork
from hubpost.roads.profile import CLASS_CODE, SpeedProfile
from hubpost.roads.store import build_network, load_network

ROOT = Path(__file__).parents[2]
FILES = {"andorra": "andorra-2025-01.osm.pbf", "porto": "porto-roads.osm.pbf"}
LIKE_VALHALLA = SpeedProfile(maxspeed_share=1.0)  # it drives at the limit


@pytest.fixture(scope="module", params=sorted(FILES))
def county(request, tmp_path_factory) -> tuple[str, RoadNetwork]:
    folder = tmp_path_factory.mktemp(request.param)
    pbf = ROOT / "data" / request.param / FILES[request.param]
    build_network(pbf, folder, LIKE_VALHALLA)
    return request.param, load_network(folder)


@pytest.fixture(scope="module")
def oracle(county) -> list[tuple[Place, Place, float, float]]:
    with (ROOT / f"tests/data/roads/valhalla-{county[0]}.csv").open() as file:
        rows = [{k: float(v) for k, v in r.items()} for r in csv.DictReader(file)]
    return [
        (
            Place(r["from_lon"], r["from_lat"]),
            Place(r["to_lon"], r["to_lat"]),
            r["seconds"],
            r["metres"],
        )
        for r in rows
    ]


def test_times_and_lengths_are_like_valhallas(county, oracle):
    """Median absolute difference at most 10 % in time, 3 % in length, no route missing."""
    network = county[1]
    routes = [network.find_route(a, b) for a, b, _, _ in oracle]
    assert None not in routes
    time_off = [abs(r.travel_s / s - 1) for r, (_, _, s, _) in zip(routes, oracle, strict=True)]
    length_off = [abs(r.distance_m / m - 1) for r, (*_, m) in zip(routes, oracle, strict=True)]
    assert np.median(time_off) <= 0.10
    assert np.median(length_off) <= 0.03


def test_the_outliers_are_tracks_and_far_snaps(county, oracle):
    """Where we are more than 35 % quicker than Valhalla, tracks are on the way: we give them
    15 km/h because villages live on them, Valhalla 5 and less."""
    network, graph = county[1], county[1].graph
    for a, b, seconds, _ in oracle:
        path = network.find_path(a, b)
        if path.travel_s < 0.65 * seconds:
            track = graph.class_code[graph.segment[path.arc]] == CLASS_CODE["track"]
            share = np.abs(path.to_share - path.from_share)
            track_s = (share * graph.travel_s[path.arc])[track].sum()
            assert track_s > 0.05 * path.travel_s


def test_path_time_is_the_sum_of_its_stretches(county, oracle):
    network, graph = county[1], county[1].graph
    for a, b, _, _ in oracle[:60]:
        path = network.find_path(a, b)
        parts = np.abs(path.to_share - path.from_share) * graph.travel_s[path.arc]
        assert path.travel_s == pytest.approx(parts.sum(), abs=0.01 + 0.001 * len(parts))


def test_lines_have_no_gaps_and_lengths_match(county, oracle):
    """Route lines are continuous: their length on the ground is the stated one."""
    from hubpost.roads.geodesy import great_circle_m

    for a, b, _, _ in oracle[:60]:
        route = county[1].find_route(a, b)
        line = np.array(route.line)
        steps = great_circle_m(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1])
        assert steps.sum() == pytest.approx(route.distance_m, rel=2e-3, abs=1)


def test_every_place_of_the_county_is_on_the_roads(county):
    """Villages of Andorra, calls around Porto: none refused, none cut off both ways."""
    with (ROOT / f"data/{county[0]}/areas.csv").open(encoding="utf-8") as file:
        places = [Place(float(r["lon"]), float(r["lat"])) for r in csv.DictReader(file)]
    network = county[1]
    assert not network.snap(places).refused.any()
    seconds = network.matrix_s(places, places)
    assert np.isfinite(seconds).mean() > 0.98
