"""Where Yantang 堰塘村 may lie: the source gives no point, only two driving times."""

import numpy as np
from scipy.optimize import least_squares

from bundles.tables import Row
from hubpost.model.place import Place
from hubpost.roads.estimate import EstimatedTimes

YANTANG_ID = "500114112210"
ZHUOSHUI_ID = "500114112"
SHUISHI_ID = "500114125"
ZHUOSHUI_S = 34 * 60
SHUISHI_S = 10 * 60


def fit_yantang(townships: list[Row], left_out: tuple[str, ...]) -> tuple[float, float]:
    """Degrees at which the estimated times are 34 min from Zhuoshui and 10 min from Shuishi.

    The source: "over half an hour" and "about ten minutes". Two points have these times, mirror
    images across the line between the seats; the northern one is taken, for no better reason
    than that one had to be. Heights as the product knows them, those of the station seats.
    """
    seats = [_seat(r) for r in townships if r["code_nbs"] not in left_out]
    zhuoshui = next(s for s in seats if s.id == ZHUOSHUI_ID)
    shuishi = next(s for s in seats if s.id == SHUISHI_ID)
    times = EstimatedTimes(seats)

    def miss(point: np.ndarray) -> np.ndarray:
        at = Place(float(point[0]), float(point[1]))
        return times.matrix_s([zhuoshui, shuishi], [at])[:, 0] - (ZHUOSHUI_S, SHUISHI_S)

    start = np.array([shuishi.lon + 0.005, shuishi.lat + 0.025])
    fit = least_squares(miss, start, x_scale=0.01, diff_step=1e-5)
    if np.abs(fit.fun).max() > 30:
        raise ValueError(f"no place for Yantang fits both times: off by {fit.fun} s")
    return float(fit.x[0]), float(fit.x[1])


def _seat(row: Row) -> Place:
    return Place(float(row["lon"]), float(row["lat"]), float(row["elevation_m"]), row["code_nbs"])
