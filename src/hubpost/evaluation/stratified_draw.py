"""A stratified sample: how many from each stratum, and which, by a seed anyone can check."""

from collections.abc import Mapping, Sequence

import numpy as np


def allocate(sizes: Mapping[str, int], total: int) -> dict[str, int]:
    """Shares of a sample in proportion to the strata, whole numbers that sum to `total`.

    Largest remainders; a stratum that has any gets at least one while the total allows it, and
    none gets more than it has. Raises ValueError when more are asked for than there are.
    """
    have = sum(sizes.values())
    if not 0 <= total <= have:
        raise ValueError(f"Expected a sample from 0 to {have}, came {total}.")
    if total == 0:
        return dict.fromkeys(sizes, 0)
    quota = {s: total * n / have for s, n in sizes.items()}
    share = {s: min(n, int(quota[s])) for s, n in sizes.items()}
    for stratum in sorted(sizes, key=lambda s: (share[s] > 0, -(quota[s] % 1), s)):
        if sum(share.values()) < total and share[stratum] < sizes[stratum]:
            share[stratum] += 1
    # Rounding down may leave more than one short where small strata are full.
    while (short := total - sum(share.values())) > 0:
        for stratum in sorted(sizes, key=lambda s: (share[s] - quota[s], s))[:short]:
            share[stratum] += share[stratum] < sizes[stratum]
    return share


def draw(register: Mapping[str, Sequence[str]], shares: Mapping[str, int], seed: int) -> list[str]:
    """References drawn without replacement from each stratum.

    Strata and references are sorted first, so the draw depends on the seed and the register's
    content alone, not on the order it came in. PCG64 with numpy's seed sequence.
    """
    rng = np.random.default_rng(seed)
    drawn: list[str] = []
    for stratum in sorted(register):
        entries = sorted(register[stratum])
        picked = rng.choice(len(entries), size=shares.get(stratum, 0), replace=False)
        drawn += [entries[i] for i in sorted(picked)]
    return drawn
