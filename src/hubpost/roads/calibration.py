"""Learn from recorded trips how fast roads really are, and how sure one can be of it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from hubpost.roads.trips import GROUP_OF_CLASS, GROUPS, TripCheck, Trips, check_trips

LEAST_TRIPS = 50
PLAUSIBLE = (0.5, 2.5)
_START_SCALE_S = 60.0


@dataclass(frozen=True, slots=True)
class CalibrationParams:
    """with_start: fit a constant for what passes before driving (turnout), where records begin
    at the alert and not at the departure. shrinkages: strengths tried by cross-validation, in
    records' worth of trust in "all roads alike, as the profile says". folds: parts of the
    data, each held out once. coverage: of the interval. huber: residuals beyond this many
    standard deviations count linearly, not squared."""

    with_start: bool = False
    shrinkages: tuple[float, ...] = (1.0, 10.0, 100.0)
    folds: int = 5
    coverage: float = 0.8
    huber: float = 1.345
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Calibration:
    """Factors on free-flow time, and the spread around them.

    factor: (groups,) multiplier of the time on each kind of road. start_s: seconds before
    driving. low_share, high_share: the interval's ends as shares of the predicted time.
    """

    factor: NDArray[np.float64]
    start_s: float
    low_share: float
    high_share: float

    def class_factor(self) -> NDArray[np.float64]:
        """(classes,) multiplier of travel time by road class, for `situation.conditions_in`."""
        return np.asarray(self.factor[GROUP_OF_CLASS])

    def predict_s(self, group_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) predicted seconds (median) from free-flow seconds (n, groups)."""
        return np.asarray(self.start_s + group_s @ self.factor)

    def interval_s(self, predicted_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) ends of the interval around predictions."""
        return np.column_stack([predicted_s * self.low_share, predicted_s * self.high_share])


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """Errors on held-out trips: mean absolute and mean error in seconds (predicted minus
    recorded), share of trips inside the interval, mean width of the interval in seconds."""

    predictor: str
    mae_s: float
    bias_s: float
    interval_coverage: float
    interval_width_s: float


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """What was fitted and what it is worth on trips the fit has not seen.

    rows: the free-flow profile before, the calibration after, and a constant (the median trip)
    as the mark that any use of the roads must beat. shrinkage: strength chosen. doubts: why
    the factors should not be put in force, in words; empty where nothing speaks against it.
    """

    calibration: Calibration
    check: TripCheck
    rows: tuple[ErrorRow, ...]
    shrinkage: float
    doubts: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "used": int(self.check.kept.sum()),
            "refused": self.check.refused,
            "heaped_share": round(self.check.heaped_share, 3),
            "heaped": bool(self.check.heaped),
            "factors": dict(zip(GROUPS, self.calibration.factor.round(3).tolist(), strict=True)),
            "start_s": round(self.calibration.start_s, 1),
            "interval_shares": [
                round(self.calibration.low_share, 3),
                round(self.calibration.high_share, 3),
            ],
            "shrinkage": self.shrinkage,
            "doubts": list(self.doubts),
            "held_out": [asdict(row) for row in self.rows],
        }


def calibrate(trips: Trips, params: CalibrationParams | None = None) -> CalibrationReport:
    """Fit factors on all usable trips; measure the method on held-out folds.

    Robust regression of the logarithm of time (errors of driving times are multiplicative),
    Huber's loss, rounding error down-weighted, factors pulled together and towards 1. The
    interval comes from residuals on trips held out of the fit. Raises ValueError with fewer
    than 50 usable trips.
    """
    p = params or CalibrationParams()
    check = check_trips(trips)
    used, rounding_s = trips.select(check.kept), check.rounding_s[check.kept]
    if len(used) < LEAST_TRIPS:
        raise ValueError(
            f"expected at least {LEAST_TRIPS} usable trips to calibrate on, found {len(used)} "
            f"({check.refused}). Collect more, or keep the profile's speeds."
        )
    rng = np.random.default_rng(p.seed)
    shrinkage = choose_shrinkage(used, rounding_s, p, rng)
    rows = held_out_errors(used, rounding_s, shrinkage, p, rng)
    fitted = fit(used, rounding_s, shrinkage, p, rng)
    doubts = tuple(list_doubts(fitted, check, rows))
    return CalibrationReport(fitted, check, rows, shrinkage, doubts)


def list_doubts(fitted: Calibration, check: TripCheck, rows: tuple[ErrorRow, ...]) -> Iterator[str]:
    """Reasons, in words, not to put these factors in force."""
    low, high = PLAUSIBLE
    for group, factor in zip(GROUPS, fitted.factor, strict=True):
        if not low <= factor <= high:
            yield (
                f"{group} roads would take {factor:.2f} times their free-flow time, outside "
                f"{low} to {high}: the trips hardly started where the records say"
            )
    _, after, constant = rows
    if after.mae_s > 0.9 * constant.mae_s:
        yield (
            f"held-out error {after.mae_s:.0f} s against {constant.mae_s:.0f} s of a constant: "
            "the roads explain little of these times"
        )
    if check.heaped:
        yield f"{check.heaped_share:.0%} of the times are multiples of 5 minutes: rounded by hand"


def fit(
    trips: Trips,
    rounding_s: NDArray[np.float64],
    shrinkage: float,
    params: CalibrationParams,
    rng: np.random.Generator,
) -> Calibration:
    """Factors on these trips, the interval from folds among them."""
    residual = np.empty(len(trips))
    for out in _folds(len(trips), params.folds, rng):
        factor, start_s = _fit_point(trips.select(~out), rounding_s[~out], shrinkage, params)
        predicted = start_s + trips.group_s[out] @ factor
        residual[out] = np.log(trips.observed_s[out] / np.maximum(predicted, 1.0))
    factor, start_s = _fit_point(trips, rounding_s, shrinkage, params)
    low, high = np.exp(np.quantile(residual, _tails(params.coverage)))
    return Calibration(factor, start_s, float(low), float(high))


def _fit_point(
    trips: Trips, rounding_s: NDArray[np.float64], shrinkage: float, params: CalibrationParams
) -> tuple[NDArray[np.float64], float]:
    """Factors and start: two passes, the second knowing the spread of the first."""
    spread = 0.4
    solution = np.zeros(len(GROUPS) + 2)
    for _ in range(2):
        weight = 1 / np.sqrt(spread**2 + (rounding_s / trips.observed_s) ** 2)
        found = least_squares(
            _residuals, solution, args=(trips, weight, shrinkage / spread**2, params), method="trf"
        )
        solution = found.x
        raw = np.log(trips.observed_s / _predict(solution, trips.group_s, params))
        spread = _spread_beyond_rounding(raw, rounding_s / trips.observed_s)
    factor = np.exp(solution[0] + solution[1:-1])
    return factor, _start_s(solution[-1]) if params.with_start else 0.0


def _spread_beyond_rounding(raw: NDArray[np.float64], rounding: NDArray[np.float64]) -> float:
    """Robust standard deviation of log residuals of the records least rounded, which are those
    that show how much driving itself varies."""
    fine = raw[rounding <= np.median(rounding)]
    return max(0.05, 1.4826 * float(np.median(np.abs(fine - np.median(fine)))))


def _start_s(x: float) -> float:
    return float(_START_SCALE_S * np.exp(np.clip(x, -20, 5)))


def _predict(
    x: NDArray[np.float64], group_s: NDArray[np.float64], params: CalibrationParams
) -> NDArray[np.float64]:
    factor = np.exp(np.clip(x[0] + x[1:-1], -5, 5))
    start_s = _start_s(x[-1]) if params.with_start else 0.0
    return np.asarray(np.maximum(start_s + group_s @ factor, 1.0))


def _residuals(
    x: NDArray[np.float64],
    trips: Trips,
    weight: NDArray[np.float64],
    pull: float,
    params: CalibrationParams,
) -> NDArray[np.float64]:
    """x: log of the common factor, of each group's own, and of the start. The penalties follow
    as residuals: each unit of shrinkage is worth one record at a 100 % difference."""
    raw = weight * np.log(trips.observed_s / _predict(x, trips.group_s, params))
    size = np.abs(raw)
    k = params.huber
    huber = np.sign(raw) * np.where(size <= k, size, np.sqrt(np.maximum(2 * k * size - k * k, 0)))
    own = np.sqrt(pull) * x[1:-1]
    common = np.sqrt(pull * 0.1) * x[:1]
    return np.concatenate([huber, own, common, 1e-3 * x[-1:]])


def choose_shrinkage(
    trips: Trips,
    rounding_s: NDArray[np.float64],
    params: CalibrationParams,
    rng: np.random.Generator,
) -> float:
    """The strength with the smallest mean absolute log error on held-out folds."""
    folds = list(_folds(len(trips), params.folds, rng))

    def loss(shrinkage: float) -> float:
        errors = []
        for out in folds:
            factor, start_s = _fit_point(trips.select(~out), rounding_s[~out], shrinkage, params)
            predicted = np.maximum(start_s + trips.group_s[out] @ factor, 1.0)
            errors.append(np.abs(np.log(trips.observed_s[out] / predicted)))
        return float(np.mean(np.concatenate(errors)))

    return min(params.shrinkages, key=loss)


def held_out_errors(
    trips: Trips,
    rounding_s: NDArray[np.float64],
    shrinkage: float,
    params: CalibrationParams,
    rng: np.random.Generator,
) -> tuple[ErrorRow, ...]:
    """Before, after and constant, each trip predicted by a fit that has not seen it."""
    names = ("profile as it is", "calibrated", "the median trip")
    predicted = {name: np.empty(len(trips)) for name in names}
    ends = {name: np.empty((len(trips), 2)) for name in names}
    for out in _folds(len(trips), params.folds, rng):
        seen, new = trips.select(~out), trips.select(out)
        fitted = fit(seen, rounding_s[~out], shrinkage, params, rng)
        free, median = seen.group_s.sum(axis=1), np.median(seen.observed_s)
        guesses = (
            (names[0], free, new.group_s.sum(axis=1)),
            (names[2], np.full(len(seen), median), np.full(len(new), median)),
        )
        for name, on_seen, on_new in guesses:
            log_error = np.log(seen.observed_s / np.maximum(on_seen, 1.0))
            low, high = np.exp(np.quantile(log_error, _tails(params.coverage)))
            predicted[name][out] = on_new
            ends[name][out] = np.column_stack([low * on_new, high * on_new])
        predicted[names[1]][out] = fitted.predict_s(new.group_s)
        ends[names[1]][out] = fitted.interval_s(predicted[names[1]][out])
    return tuple(_errors(name, predicted[name], ends[name], trips.observed_s) for name in names)


def _errors(
    name: str,
    predicted: NDArray[np.float64],
    ends: NDArray[np.float64],
    observed: NDArray[np.float64],
) -> ErrorRow:
    inside = (observed >= ends[:, 0]) & (observed <= ends[:, 1])
    return ErrorRow(
        predictor=name,
        mae_s=round(float(np.mean(np.abs(predicted - observed))), 1),
        bias_s=round(float(np.mean(predicted - observed)), 1),
        interval_coverage=round(float(np.mean(inside)), 3),
        interval_width_s=round(float(np.mean(ends[:, 1] - ends[:, 0])), 1),
    )


def _tails(coverage: float) -> tuple[float, float]:
    return (1 - coverage) / 2, (1 + coverage) / 2


def _folds(count: int, folds: int, rng: np.random.Generator) -> list[NDArray[np.bool_]]:
    """Masks of the trips held out, each trip once."""
    part = rng.permutation(count) % folds
    return [part == k for k in range(folds)]
