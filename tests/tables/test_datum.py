"""GCJ-02 against the published test pairs of the eviltransform project, and there and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubpost.roads.geodesy import great_circle_m
from hubpost.tables.datum import gcj02_to_wgs84, wgs84_to_gcj02

# wgs lon, wgs lat, gcj lon, gcj lat: eviltransform, testcases (Shanghai, Shenzhen, Beijing).
PUBLISHED = [
    (121.5272106, 31.1774276, 121.531541859215, 31.17530398364597),
    (113.912316, 22.543847, 113.9171764808363, 22.540796131694766),
    (116.377817, 39.911954, 116.38404722455657, 39.91334545536069),
]


@pytest.mark.parametrize(("lon", "lat", "gcj_lon", "gcj_lat"), PUBLISHED)
def test_published_pairs(lon: float, lat: float, gcj_lon: float, gcj_lat: float) -> None:
    """Forward to a micrometre of the published digits, back to under 1 cm."""
    assert np.allclose(wgs84_to_gcj02(lon, lat), (gcj_lon, gcj_lat), atol=1e-11)
    assert great_circle_m(*gcj02_to_wgs84(gcj_lon, gcj_lat), lon, lat) < 0.01


@given(st.floats(74, 134), st.floats(18, 53))
def test_there_and_back_is_the_same_place(lon: float, lat: float) -> None:
    """Over all of China the inverse is good to a centimetre, and the shift is 50 m to 1 km."""
    shifted = wgs84_to_gcj02(lon, lat)
    assert great_circle_m(*gcj02_to_wgs84(*shifted), lon, lat) < 0.01
    assert 50 < great_circle_m(*shifted, lon, lat) < 1500


def test_places_abroad_are_not_shifted() -> None:
    assert np.array_equal(gcj02_to_wgs84(-8.6, 41.1), (-8.6, 41.1))


def test_unknown_stays_unknown() -> None:
    assert np.isnan(gcj02_to_wgs84(np.nan, np.nan)).all()
