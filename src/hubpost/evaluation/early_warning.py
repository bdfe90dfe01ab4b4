"""Early warning on a village's counts against its own past; never on a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy.stats import binom

#: The least count that is spoken of: two events are no wave.
LEAST = 3


@dataclass(frozen=True, slots=True)
class AreaWarning:
    """A period in which an area had more than its own past lets expect.

    expected: mean of its past periods. p: chance of so many or more, were nothing changed.
    """

    area_id: str
    count: int
    expected: float
    p: float


@dataclass(frozen=True, slots=True)
class WarningReport:
    """What the rule says now, and how often it speaks without cause.

    nominal: false alarms a period to be expected at most, for counts that are Poisson.
    spoke, of: how often the same rule would have spoken over the areas' own past, each past
    period against the others; where counts come in clusters this is more than nominal.
    """

    warnings: tuple[AreaWarning, ...]
    alpha: float
    areas: int
    nominal: float
    spoke: int
    of: int


def excess_p(count: int, past: Sequence[int]) -> float:
    """P(so many or more now | the total), were all periods alike.

    Given the total, the count now is binomial with share 1/(periods + 1); exact for Poisson
    counts, conditional test of Przyborowski and Wilenski (1940).
    """
    if not past:
        return 1.0
    total = count + sum(past)
    return float(binom.sf(count - 1, total, 1 / (len(past) + 1)))


def warn(
    counts: Mapping[str, Sequence[int]], alpha: float = 0.001, least: int = LEAST
) -> WarningReport:
    """Areas whose last period stands out from their own earlier ones.

    counts: by area, one count a period, oldest first, the last being now; equal periods.
    Raises ValueError when areas have different numbers of periods, or fewer than 2.
    """
    lengths = {len(c) for c in counts.values()}
    if len(lengths) > 1 or lengths & {0, 1}:
        raise ValueError(
            f"Expected equally many periods for each area, at least 2, came {sorted(lengths)}."
        )
    found = [
        AreaWarning(area, c[-1], sum(c[:-1]) / (len(c) - 1), p)
        for area, c in counts.items()
        if c[-1] >= least and (p := excess_p(c[-1], c[:-1])) <= alpha
    ]
    spoke, of = _look_back(counts, alpha, least)
    ordered = tuple(sorted(found, key=lambda w: (w.p, w.area_id)))
    return WarningReport(ordered, alpha, len(counts), alpha * len(counts), spoke, of)


def _look_back(counts: Mapping[str, Sequence[int]], alpha: float, least: int) -> tuple[int, int]:
    spoke = of = 0
    for series in counts.values():
        past = list(series[:-1])
        for i, count in enumerate(past):
            of += 1
            rest = past[:i] + past[i + 1 :]
            spoke += bool(rest) and count >= least and excess_p(count, rest) <= alpha
    return spoke, of
