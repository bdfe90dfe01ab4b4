"""Sample sizes and acceptance numbers, against the domain notes and each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubpost.evaluation.sampling import (
    acceptance_sample,
    expressible,
    ratings_needed,
    sample_size,
    shows_at_least,
)
from hubpost.evaluation.shares import clopper_pearson_interval


@pytest.mark.parametrize(("population", "n"), [(400, 197), (1200, 292), (8000, 367)])
def test_register_samples_are_those_of_the_domain_notes(population, n):
    assert sample_size(population) == n


def test_an_endless_register_needs_385():
    """Cochran (1977): z²/4e² = 384.1."""
    assert sample_size(10**9) == 385


@pytest.mark.parametrize(("wrong", "n"), [(0, 59), (1, 93), (2, 124)])
def test_acceptance_numbers_for_95_percent_are_59_93_124(wrong, n):
    assert acceptance_sample(0.95, wrong) == n


@given(st.integers(0, 12), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_acceptance_means_a_lower_limit_of_at_least_the_claim(wrong, share):
    """One-sided 95 % is the lower end of a two-sided 90 % Clopper–Pearson interval."""
    n = acceptance_sample(share, wrong)
    assert clopper_pearson_interval(n - wrong, n, 0.90)[0] >= share
    assert clopper_pearson_interval(n - 1 - wrong, n - 1, 0.90)[0] < share
    assert shows_at_least(share, n - wrong, n)
    assert not shows_at_least(share, n - 1 - wrong, n - 1)


def test_57_of_60_does_not_show_95_percent():
    assert not shows_at_least(0.95, 57, 60)


def test_99_98_percent_needs_about_5000_ratings():
    """One bad rating in 5,000; by rounding 4,001 would do, and no smaller number at all."""
    assert ratings_needed(0.9998) == 5000
    assert expressible(0.9998, 5000)
    assert not any(expressible(0.9998, n) for n in range(1, 4000))
