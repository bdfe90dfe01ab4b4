"""One answer from many methods: grades by rule, and the sentence that carries them."""

from datetime import date

import numpy as np
import pytest

from hubpost.evaluation.effect import StationPanel, many_questions, study_effect
from hubpost.evaluation.effect_words import effect_sentence, percent, reasons_words
from hubpost.evaluation.evidence import Grade
from hubpost.evaluation.monthly import MonthlySeries
from tests.evaluation.made_series import made_panel, made_series


def panel_study(effect, seed=1, **kwargs):
    rng = np.random.default_rng(seed)
    counts, days, joined = made_panel(rng, months=60, joined=((36, 14), (42, 3)), effect=effect,
                                      sd=0.08, rho=0.2)  # fmt: skip
    ids = tuple(f"s{i}" for i in range(25))
    series = MonthlySeries(date(2019, 1, 1), counts[:14].sum(axis=0), days[0])
    panel = StationPanel(ids, counts, days, joined)
    return study_effect("criminal calls", series, date(2022, 1, 1), panel, rng, **kwargs)


def test_an_effect_that_series_and_stations_both_show_is_strong():
    study = panel_study(-0.35)
    assert study.strength.grade is Grade.STRONG, study.strength
    assert study.control.change == pytest.approx(-0.35, abs=0.1)
    assert study.staggered.change.value == pytest.approx(-0.35, abs=0.06)


def test_the_same_effect_in_data_that_failed_a_check_is_weak():
    study = panel_study(-0.35, plausible=False)
    assert study.strength.grade is Grade.WEAK
    assert study.strength.speaks_against == ("data_plausible",)


def test_no_effect_is_said_to_be_none_and_the_sentence_says_what_is_ruled_out():
    study = panel_study(0.0, seed=3)
    assert study.strength.grade is Grade.NONE
    assert "cannot be put down to the reform" in effect_sentence(study, "en")
    assert "can be ruled out" in effect_sentence(study, "en")
    assert "尚不能认定与改革有关" in effect_sentence(study, "zh")


def test_a_series_alone_is_moderate_at_best():
    series = made_series(np.random.default_rng(5), base=300, effect=-0.4, sd=0.05, rho=0.1)
    study = study_effect("calls", series, date(2022, 1, 1))
    assert study.strength.grade is Grade.MODERATE


def test_the_sentence_carries_interval_counts_and_grade_in_both_languages():
    study = panel_study(-0.35)
    change, zh, en = (
        study.step.change,
        effect_sentence(study, "zh", "刑事警情"),
        effect_sentence(study, "en"),
    )
    for text in (zh, en):
        for value in (change.value, change.low, change.high):
            assert percent(value) in text
        assert f"{change.counts['before']:.0f}" in text
    assert "证据强度：强" in zh
    assert "Strength of evidence: strong" in en
    assert len(reasons_words(study.strength.speaks_for)) == len(study.strength.speaks_for)


def test_too_little_data_is_said_and_no_number_is_given():
    series = made_series(np.random.default_rng(5), n=10)
    study = study_effect("calls", series, date(2019, 7, 1))
    assert study.strength.grade is Grade.UNKNOWN
    assert "数据不足" in effect_sentence(study, "zh")
    assert "cannot tell" in effect_sentence(study, "en")
    assert study.months_needed == {}


def test_the_planner_says_when_effects_would_show():
    needed = panel_study(0.0, seed=3).months_needed
    known = [needed[e] or 999 for e in (-0.05, -0.1, -0.2, -0.3)]
    assert known == sorted(known, reverse=True)


def test_percent_uses_a_true_minus_and_says_nothing_for_none():
    assert percent(-0.387) == "−38.7%"
    assert percent(None) == "–"


def test_one_of_many_questions_must_survive_being_counted_with_the_others():
    """The same finding, alone and beside nineteen studies that found nothing."""
    found = panel_study(-0.35)
    nothing = panel_study(0.0, seed=3)
    assert many_questions((found, *[nothing] * 19))[0].strength.grade is Grade.STRONG
    from dataclasses import replace

    barely = replace(found, step=replace(found.step, p=0.02), staggered=None)
    assert many_questions((barely,))[0].strength.grade is Grade.STRONG
    lowered = many_questions((barely, *[nothing] * 19))[0].strength
    assert lowered.grade is Grade.WEAK
    assert lowered.speaks_against == ("survives_many_questions",)


def test_stations_that_all_joined_at_once_are_refused_with_the_reason():
    rng = np.random.default_rng(8)
    counts, days, _ = made_panel(rng, stations=6, months=30, joined=())
    panel = StationPanel(tuple("abcdef"), counts, days, np.full(6, 20))
    series = MonthlySeries(date(2019, 1, 1), counts.sum(axis=0), days[0])
    study = study_effect("calls", series, date(2020, 9, 1), panel, rng)
    assert study.staggered is None
    assert any("joined later or never" in reason for reason in study.refused)
