"""Series made with a known effect, season, trend, autocorrelation and over-dispersion."""

from datetime import date

import numpy as np

from hubpost.evaluation.monthly import MonthlySeries, add_months


def latent(rng, shape, sd, rho):
    """AR(1) along the last axis, stationary standard deviation sd."""
    noise = rng.normal(0, sd, shape)
    for t in range(1, shape[-1]):
        noise[..., t] = rho * noise[..., t - 1] + noise[..., t] * np.sqrt(1 - rho**2)
    return noise


def made_series(
    rng, n=60, start=36, base=40.0, effect=0.0, sd=0.15, rho=0.3, first=date(2019, 1, 1)
):
    """Monthly counts; effect is the relative change from month `start` on."""
    t, first = np.arange(n), date(2019, 1, 1)
    days = np.array([(add_months(first, i + 1) - add_months(first, i)).days for i in range(n)])
    log_mean = np.log(base / 30) + 0.03 * t / 12 + 0.2 * np.cos(2 * np.pi * t / 12)
    log_mean = log_mean + np.log1p(effect) * (t >= start) + latent(rng, (n,), sd, rho)
    return MonthlySeries(first, rng.poisson(np.exp(log_mean) * days).astype(float), days * 1.0)


def made_panel(rng, stations=25, months=36, joined=((15, 5), (20, 5), (25, 5)), effect=0.0,
               sd=0.2, rho=0.4):  # fmt: skip
    """counts, days (S, T) and joined (S,): `joined` gives (month, how many stations)."""
    dates = np.full(stations, -1)
    at = 0
    for month, many in joined:
        dates[at : at + many] = month
        at += many
    t = np.arange(months)
    log_mean = rng.normal(2.5, 0.5, (stations, 1)) + 0.2 * np.cos(2 * np.pi * t / 12)
    log_mean = log_mean + rng.normal(0, 0.1, months) + latent(rng, (stations, months), sd, rho)
    treated = (dates[:, None] >= 0) & (t >= dates[:, None])
    counts = rng.poisson(np.exp(log_mean + np.log1p(effect) * treated)).astype(float)
    return counts, np.full((stations, months), 30.0), dates
