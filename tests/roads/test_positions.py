"""Live positions: each filter alone, the chain, and the three clocks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hubpost.roads.positions import (
    CHECKS,
    Fix,
    FixParams,
    clock_skew_s,
    measured_at,
    refuse_fix,
)

NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def fix(lon=108.7, lat=29.3, fix_s=0.0, received_s=1.0, sent_s=None, accuracy_m=None) -> Fix:
    sent = None if sent_s is None else after(sent_s)
    return Fix("U1", lon, lat, after(fix_s), after(received_s), sent, accuracy_m)


def test_a_plain_fix_is_believed():
    assert refuse_fix(fix(), None) is None


@pytest.mark.parametrize(
    ("bad", "last", "code"),
    [
        (fix(lon=0, lat=0), None, "off_the_earth"),
        (fix(lon=200), None, "off_the_earth"),
        (fix(lat=float("nan")), None, "off_the_earth"),
        (fix(fix_s=120), None, "from_the_future"),
        (fix(fix_s=10, sent_s=5), None, "from_the_future"),
        (fix(accuracy_m=3000), None, "vague"),
        (fix(fix_s=-30), fix(), "outdated"),
        (fix(lon=108.8, fix_s=10, received_s=11), fix(), "impossible_jump"),
    ],
)
def test_each_filter_refuses_what_it_is_for(bad, last, code):
    assert refuse_fix(bad, last) == code


def test_every_filter_is_tried_above():
    assert len(CHECKS) == 5


@pytest.mark.parametrize(
    ("good", "last"),
    [
        (fix(fix_s=30), None),  # half a minute of clock difference is no future
        (fix(lon=108.703), fix()),  # 290 m is within the noise of a receiver
        (fix(lon=108.72, fix_s=60, received_s=61), fix()),  # 1.9 km in a minute: 117 km/h
        (fix(lon=109.7, fix_s=600, received_s=601), fix()),  # the old fix proves nothing
    ],
)
def test_what_may_be_true_is_believed(good, last):
    assert refuse_fix(good, last) is None


def test_one_wrong_fix_does_not_shut_out_all_later_ones():
    """The wrong one was believed; as it grows old, the true position gets through."""
    wrong = fix(lon=110.0)
    true = [fix(fix_s=t, received_s=t + 1) for t in (30, 120, 200)]
    assert [refuse_fix(f, wrong) for f in true] == ["impossible_jump", "impossible_jump", None]


def test_a_device_with_a_wrong_clock_has_a_right_age():
    """Two hours ahead, but measured 20 s before it sent, received at noon: 20 s old."""
    ahead = fix(fix_s=7200 - 20, sent_s=7200, received_s=0)
    assert measured_at(ahead) == after(-20)
    assert clock_skew_s(ahead) == 7200
    assert refuse_fix(ahead, None) is None


def test_a_buffered_fix_is_as_old_as_it_was_kept():
    """Measured 10 minutes before it could be sent, from a valley without a network."""
    buffered = fix(fix_s=-600, sent_s=0, received_s=1)
    assert measured_at(buffered) == after(-599)


def test_limits_are_the_countys_choice():
    slow = FixParams(fastest_mps=10, least_jump_m=100)
    assert refuse_fix(fix(lon=108.72, fix_s=60, received_s=61), fix(), slow) == "impossible_jump"


def test_the_order_of_arrival_does_not_change_what_is_believed_last():
    """Two reports swapped in transit: the newer measurement wins either way."""
    older, newer = fix(fix_s=0, received_s=5), replace(fix(fix_s=20, received_s=4), lon=108.701)
    for first, second in ((older, newer), (newer, older)):
        believed = first if refuse_fix(second, first) else second
        assert believed == newer
