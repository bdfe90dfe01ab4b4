"""Repeats of places and causes, and early warning with its false-alarm rate."""

from datetime import timedelta

import numpy as np
import pytest

from hubpost.actions.records import disputes
from hubpost.actions.records.dispute_patterns import count_disputes, list_repeats, warn_of_waves
from hubpost.evaluation.early_warning import excess_p, warn
from hubpost.model.records.dispute import DisputeCategory
from tests.records.test_disputes import new_report, register, write


def test_three_at_one_place_are_a_repeat_and_two_are_none(records_store, rules, clock):
    for place in ("堰塘 三组", "堰塘三组", "堰塘 三组", "桥头", "桥头"):
        register(records_store, rules, place_text=place)
    register(records_store, rules, place_text="桥头", category=DisputeCategory.DEBT)
    found = records_store.read(lambda c: list_repeats(c, clock.now))
    assert [(r.what, r.key, r.count, r.open) for r in found] == [
        ("cause", "neighbours", 5, 5),
        ("place", "桥头", 3, 3),
    ]


def test_found_resolved_and_rate_are_given_together(records_store, rules, clock):
    begin = clock.now
    first = register(records_store, rules)
    register(records_store, rules, people_count=12)
    struck = register(records_store, rules)
    write(records_store, disputes.advance_dispute, rules, struck.id, "strike", "重复")
    write(records_store, disputes.advance_dispute, rules, first.id, "transfer", "起诉", "court")
    counts = records_store.read(lambda c: count_disputes(c, begin, clock.now))
    assert (counts.found, counts.resolved, counts.rate, counts.group) == (2, 1, 0.5, 1)
    empty = records_store.read(lambda c: count_disputes(c, clock.now, clock.now))
    assert empty.rate is None


def test_the_chance_of_an_excess_by_hand():
    """Past 0, now 2: both fall into the last of 2 periods with chance 1/4; of 3, 1/9."""
    assert excess_p(2, [0]) == pytest.approx(1 / 4)
    assert excess_p(2, [0, 0]) == pytest.approx(1 / 9)
    assert excess_p(0, [5]) == 1.0
    assert excess_p(3, []) == 1.0


def test_a_wave_in_one_village_is_seen_and_its_steady_neighbour_is_not():
    report = warn({"calm": [2] * 13 + [3], "wave": [1] * 13 + [9]})
    assert [w.area_id for w in report.warnings] == ["wave"]
    assert report.warnings[0].expected == 1.0
    assert report.nominal == pytest.approx(0.002)
    assert report.of == 26


def test_false_alarms_stay_below_the_stated_rate_when_nothing_has_changed():
    """8,000 village periods of steady Poisson counts: no more alarms than alpha says."""
    rng = np.random.default_rng(7)
    means = rng.gamma(2.0, 1.0, size=8_000)
    counts = rng.poisson(means[:, None], size=(8_000, 14))
    alpha = 0.01
    alarms = sum(
        excess_p(int(row[-1]), [int(row[:-1].sum())] + [0] * 12) <= alpha and row[-1] >= 3
        for row in counts
    )
    assert alarms / 8_000 <= alpha
    assert alarms > 0


def test_clustered_counts_speak_more_often_and_the_look_back_says_so():
    """Two periods of families quarrelling in clusters: the look-back rate exceeds the nominal."""
    rng = np.random.default_rng(3)
    clustered = rng.negative_binomial(0.3, 0.1, size=(400, 14))
    report = warn({str(i): [int(c) for c in row] for i, row in enumerate(clustered)}, alpha=0.01)
    assert report.spoke / report.of > 0.01


@pytest.mark.parametrize("bad", [{"a": [1]}, {"a": [1, 2], "b": [1, 2, 3]}, {"a": []}])
def test_unequal_or_too_short_series_are_refused(bad):
    with pytest.raises(ValueError, match="equally many periods"):
        warn(bad)


def test_a_wave_in_the_records_is_warned_of(records_store, rules, clock):
    now = clock.now
    for age in (*range(0, 27, 3), 100, 200, 300):
        report = new_report()
        write(records_store, disputes.register_dispute, rules, report, at=now - timedelta(days=age))
    report = records_store.read(lambda c: warn_of_waves(c, clock.now, ["Z-yantang", "S-market"]))
    assert [(w.area_id, w.count) for w in report.warnings] == [("Z-yantang", 9)]
    assert report.areas == 2
