"""Do intervals cover what they claim, and do placebos find nothing? The full study.

    .venv/bin/python benchmarks/evaluation_coverage.py [--runs 2000]

Prints a table for docs/evaluation.md; seeded, so it can be made again.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.evaluation.made_series import made_panel, made_series

from hubpost.evaluation.calibration import calibrate
from hubpost.evaluation.interrupted_series import newey_west, step_effect
from hubpost.evaluation.quantiles import difference_figure, quantile_figure
from hubpost.evaluation.rates import CountOver, rate_ratio
from hubpost.evaluation.shares import share_difference, wilson_interval
from hubpost.evaluation.staggered import staggered_effect
from hubpost.evaluation.synthetic_control import synthetic_control

#: n months, start, events a month, latent standard deviation, autocorrelation.
SERIES = [
    (60, 36, 40, 0.0, 0.0), (60, 36, 40, 0.15, 0.0), (60, 36, 40, 0.15, 0.3),
    (60, 36, 40, 0.15, 0.5), (48, 36, 40, 0.15, 0.3), (60, 36, 6, 0.2, 0.3),
    (84, 60, 200, 0.15, 0.5), (60, 48, 400, 0.1, 0.6),
]  # fmt: skip
PANELS = [(15, 0.0, 0.0), (15, 0.2, 0.4), (9, 0.2, 0.5), (18, 0.2, 0.8)]


def say(what: str, share: float, runs: int) -> None:
    print(f"| {what} | {100 * share:.1f} % | ±{196 * (share * (1 - share) / runs) ** 0.5:.1f} |")


def series(rng: np.random.Generator, runs: int) -> None:
    for n, start, base, sd, rho in SERIES:
        held, found, second = 0, 0, 0
        for run in range(runs):
            change = step_effect(made_series(rng, n, start, base, -0.2, sd, rho), start).change
            held += change.low <= -0.2 <= change.high
            made = made_series(rng, n, start, base, 0.0, sd, rho)
            found += step_effect(made, start).p < 0.05
            if run < runs // 4:
                hac = newey_west(made, start, 2)
                second += hac.low <= 0 <= hac.high
        name = f"series {n} months, {base} a month, sd {sd}, rho {rho}"
        say(f"{name}: coverage", held / runs, runs)
        say(f"{name}: placebo found", found / runs, runs)
        say(f"{name}: Newey–West alone, coverage", second / (runs // 4), runs // 4)


def panels(rng: np.random.Generator, runs: int) -> None:
    ids = tuple(str(i) for i in range(25))
    for many, sd, rho in PANELS:
        dates = tuple((m, many // 3) for m in (15, 20, 25))
        held, found = 0, 0
        for _ in range(runs):
            counts, days, joined = made_panel(rng, joined=dates, effect=-0.15, sd=sd, rho=rho)
            change = staggered_effect(counts, days, joined, ids).change
            held += change.low <= -0.15 <= change.high
            counts, days, joined = made_panel(rng, joined=dates, sd=sd, rho=rho)
            found += staggered_effect(counts, days, joined, ids).p < 0.05
        name = f"staggered, {many} of 25 join, sd {sd}, rho {rho}"
        say(f"{name}: coverage", held / runs, runs)
        say(f"{name}: placebo found", found / runs, runs)
    found = 0
    for _ in range(runs):
        rates = rng.normal(10, 1, (20, 30))
        found += synthetic_control(rates[0], rates[1:], 20).p <= 0.05
    say("synthetic control, 20 alike: placebo found", found / runs, runs)


def plain(rng: np.random.Generator, runs: int) -> None:
    held = sum(lo <= 0.95 <= hi for lo, hi in
               (wilson_interval(int(rng.binomial(60, 0.95)), 60) for _ in range(runs)))  # fmt: skip
    say("Wilson, 95 % of 60", held / runs, runs)
    held = 0
    for _ in range(runs):
        f = share_difference((int(rng.binomial(200, 0.9)), 200), (int(rng.binomial(150, 0.8)), 150))
        held += f.low <= 0.1 <= f.high
    say("difference of shares, 90 % of 200 and 80 % of 150", held / runs, runs)
    for mid in (False, True):
        held = 0
        for _ in range(runs):
            a, b = int(rng.poisson(19)), int(rng.poisson(31))
            f = rate_ratio(CountOver(a, 365), CountOver(max(b, 1), 365), mid_p=mid)
            held += f.low <= 19 / 31 <= f.high
        say(f"rate ratio 19 to 31, {'mid-p' if mid else 'exact'}", held / runs, runs)
    held = 0
    for _ in range(runs):
        one, two = (np.sort(rng.lognormal(np.log(m), 0.6, 80)) for m in (12, 15))
        f = difference_figure(quantile_figure(one, 0.9), quantile_figure(two, 0.9))
        true = (12 - 15) * np.exp(0.6 * 1.2815515655)
        held += f.low <= true <= f.high
    say("difference of 90th percentiles, 80 and 80 calls", held / runs, runs)
    wrong = sum(calibrate(rng.random(200)).verdict != "as_predicted" for _ in range(runs))
    say("right prediction called wrong", wrong / runs, runs)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=2000)
    runs = parser.parse_args().runs
    began = time.perf_counter()
    print("| study | share | 95 % of simulation |\n| --- | --- | --- |")
    plain(np.random.default_rng(1), runs)
    series(np.random.default_rng(2), runs)
    panels(np.random.default_rng(3), max(100, runs // 5))
    print(f"\n{runs} runs, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
