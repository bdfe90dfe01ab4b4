"""How much must be checked or asked before a share may be claimed."""

from math import ceil, floor, log

from scipy.stats import binom, norm


def sample_size(
    population: int, margin: float = 0.05, confidence: float = 0.95, share: float = 0.5
) -> int:
    """Entries to draw from a register so that the share is known to ±margin.

    n = n₀/(1+(n₀−1)/N), n₀ = z²p(1−p)/e², rounded up. Cochran (1977), section 4.4.
    """
    if population < 1 or not 0 < margin < 1:
        raise ValueError(
            f"Expected population >= 1 and 0 < margin < 1, came {population}, {margin}."
        )
    z = float(norm.ppf(0.5 + confidence / 2))
    n0 = z * z * share * (1 - share) / margin**2
    return min(population, ceil(n0 / (1 + (n0 - 1) / population) - 1e-9))


def acceptance_sample(share: float, wrong: int, confidence: float = 0.95) -> int:
    """Least number checked, with at most `wrong` wrong, that shows at least `share` are right.

    The smallest n with P(at most `wrong` wrong of n | true share) <= 1 − confidence: were the
    share lower than claimed, so good a sample would be rare.
    """
    if not 0 < share < 1 or wrong < 0:
        raise ValueError(f"Expected 0 < share < 1 and wrong >= 0, came {share}, {wrong}.")
    n = max(wrong + 1, floor(log(1 - confidence) / log(share)))
    while binom.cdf(wrong, n, 1 - share) > 1 - confidence:
        n += 1
    return n


def shows_at_least(share: float, right: int, checked: int, confidence: float = 0.95) -> bool:
    """Whether the sample shows, one-sided, that at least `share` are right."""
    wrong = checked - right
    return checked > 0 and float(binom.cdf(wrong, checked, 1 - share)) <= 1 - confidence


def ratings_needed(share: float) -> int:
    """Least number of ratings at which one bad rating gives this share or better.

    1/(1−share): 99.98 % takes 5,000, for with fewer the best below 100 % is lower.
    """
    if not 0 < share < 1:
        raise ValueError(f"Expected 0 < share < 1, came {share}.")
    return ceil(1 / (1 - share) - 1e-6)


def expressible(share: float, ratings: int, decimals: int = 4) -> bool:
    """Whether any whole number of good ratings gives `share` when rounded to `decimals`."""
    near = (floor(share * ratings), ceil(share * ratings))
    return any(round(k / ratings, decimals) == round(share, decimals) for k in near)
