"""Fixtures of the roads tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hubpost.roads.network import RoadNetwork
from hubpost.roads.store import build_network, load_network
from tests.roads.osm_files import write_pbf


@pytest.fixture
def make_network(tmp_path: Path) -> Callable[..., RoadNetwork]:
    """A prepared and reopened network from nodes, ways and rules."""

    def make(*parts: Any, **options: Any) -> RoadNetwork:
        pbf = write_pbf(tmp_path / "toy.osm.pbf", *parts, **options)
        build_network(pbf, tmp_path / "network")
        return load_network(tmp_path / "network")

    return make
