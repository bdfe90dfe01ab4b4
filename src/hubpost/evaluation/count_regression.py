"""Log-linear regression of a series of counts with over-dispersion and autocorrelation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Floats = NDArray[np.float64]

#: Strengths of autocorrelation thought possible; strongly negative ones would only narrow limits.
RHO_RANGE = (-0.15, 0.95)
_RHOS = np.linspace(*RHO_RANGE, 23)


@dataclass(frozen=True, slots=True, eq=False)
class CountFit:
    """A fitted series. coef (k,) on the log scale; cov (k, k); mu (n,) fitted counts.

    dispersion: variance over mean (1 = Poisson). rho: correlation of neighbouring months.
    df: degrees of freedom of the t that goes with cov.
    """

    coef: Floats
    cov: Floats
    mu: Floats
    dispersion: float
    rho: float
    df: float
    design: Floats

    def interval(self, contrast: Floats, confidence: float = 0.95) -> tuple[float, float, float]:
        """Estimate and limits of contrast·coef, on the log scale."""
        at, se = float(contrast @ self.coef), self.se(contrast)
        half = float(student.ppf(0.5 + confidence / 2, self.df)) * se
        return at, at - half, at + half

    def se(self, contrast: Floats) -> float:
        """Standard error of contrast·coef."""
        return float(np.sqrt(contrast @ self.cov @ contrast))

    def p_value(self, contrast: Floats) -> float:
        """Two-sided p of contrast·coef = 0."""
        return float(2 * student.sf(abs(contrast @ self.coef) / self.se(contrast), self.df))


def fit_counts(counts: Floats, design: Floats, log_exposure: Floats, rounds: int = 2) -> CountFit:
    """Quasi-Poisson regression whose errors follow an AR(1) of unknown strength.

    counts (n,), design (n, k), log_exposure (n,). For each strength rho the coefficients come by
    generalised least squares on the working response, and rho has the weight of its restricted
    likelihood (flat prior on RHO_RANGE): a series of a few years does not pin rho down, and to
    take its best value as known makes intervals too narrow (docs/decisions/0041).
    Working response: McCullagh and Nelder (1989), 2.5; restricted likelihood: Harville (1974).
    Raises ValueError when the series is too short for the design or all zero.
    """
    _check(counts, design)
    coef = fit_poisson(counts, design, log_exposure)
    for _ in range(rounds):
        mu = np.exp(design @ coef + log_exposure)
        root = np.sqrt(mu)
        response = root * (design @ coef) + (counts - mu) / root
        coefs, rss, log_det, inverse = _all_gls(response, design * root[:, None])
        weight = _weights(rss, log_det, *design.shape)
        coef = weight @ coefs
    return _finish(design, log_exposure, coefs, rss, inverse, weight)


def fit_poisson(counts: Floats, design: Floats, log_exposure: Floats) -> Floats:
    """Maximum-likelihood coefficients of a log-linear Poisson model, by Fisher scoring."""
    start = np.log((counts.sum() + 0.5) / np.exp(log_exposure).sum())
    coef = np.linalg.lstsq(design, np.full(len(counts), start), rcond=None)[0]
    for _ in range(50):
        mu = np.exp(np.clip(design @ coef + log_exposure, -30, 30))
        root = np.sqrt(mu)
        step = np.linalg.lstsq(design * root[:, None], (counts - mu) / root, rcond=None)[0]
        coef = coef + step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        if float(np.abs(step).max()) < 1e-10:
            break
    return np.asarray(coef)


def gls_covariance(mu: Floats, design: Floats, dispersion: float, rho: float) -> Floats:
    """Covariance of the coefficients of a design at fitted counts mu; also plans studies."""
    weighted = _whiten(design * np.sqrt(mu)[:, None], rho)
    return np.asarray(dispersion * np.linalg.inv(weighted.T @ weighted))


def _check(counts: Floats, design: Floats) -> None:
    n, k = design.shape
    if n < k + 4:
        raise ValueError(f"Expected {k + 4} or more periods for {k} terms, came {n}.")
    if counts.sum() <= 0:
        raise ValueError("Expected at least one event in the series, came none.")


def _finish(
    design: Floats,
    log_exposure: Floats,
    coefs: Floats,
    rss: Floats,
    inverse: Floats,
    weight: Floats,
) -> CountFit:
    n, k = design.shape
    coef = weight @ coefs
    dispersion = rss / (n - k)
    within = np.einsum("r,rij->ij", weight * dispersion, inverse)
    apart = coefs - coef
    between = (apart * weight[:, None]).T @ apart
    mu = np.exp(design @ coef + log_exposure)
    rho = float(weight @ _RHOS)
    df = _effective_df(n - k, rho)
    return CountFit(coef, within + between, mu, float(weight @ dispersion), rho, df, design)


def _effective_df(df: int, rho: float) -> float:
    """Degrees of freedom when neighbouring months tell partly the same. Bartlett (1935)."""
    together = max(0.0, rho)
    return max(2.0, df * (1 - together) / (1 + together))


def _whiten(values: Floats, rho: float) -> Floats:
    """Prais–Winsten: turns AR(1) errors of unit variance into independent ones."""
    out = np.array(values, dtype=float)
    out[1:] = (values[1:] - rho * values[:-1]) / np.sqrt(1 - rho * rho)
    return out


def _all_gls(response: Floats, weighted: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """For each rho: coefficients, residual squares, log-determinant and inverse of information."""
    both = np.column_stack([weighted, response])
    white = np.repeat(both[None], len(_RHOS), axis=0)
    r = _RHOS[:, None, None]
    white[:, 1:] = (both[None, 1:] - r * both[None, :-1]) / np.sqrt(1 - r * r)
    x, y = white[:, :, :-1], white[:, :, -1]
    information = np.einsum("rni,rnj->rij", x, x)
    inverse = np.linalg.inv(information)
    coefs = np.einsum("rij,rnj,rn->ri", inverse, x, y)
    rss = ((y - np.einsum("rni,ri->rn", x, coefs)) ** 2).sum(axis=1)
    return coefs, rss, np.linalg.slogdet(information)[1], inverse


def _weights(rss: Floats, log_det: Floats, n: int, k: int) -> Floats:
    """Restricted likelihood of each rho, dispersion profiled out, scaled to sum to 1."""
    loss = (n - 1) * np.log(1 - _RHOS**2) + log_det + (n - k) * np.log(rss)
    weight = np.exp(-0.5 * (loss - loss.min()))
    return np.asarray(weight / weight.sum())
