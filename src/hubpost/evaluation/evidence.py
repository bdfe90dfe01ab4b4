"""How strong the evidence for an effect is, by rules that are written down."""

from dataclasses import dataclass
from enum import StrEnum

from hubpost.evaluation.figure import Figure
from hubpost.evaluation.interrupted_series import StepEffect
from hubpost.evaluation.placebo import PlaceboDates
from hubpost.evaluation.staggered import StaggeredEffect
from hubpost.evaluation.synthetic_control import SyntheticControl

#: More placebo dates "found" than this, and the series finds effects where there are none.
PLACEBO_SHARE = 0.2
#: A mix further than this from the real one before the start is no twin.
FIT_ERROR = 0.2


class Grade(StrEnum):
    """strong: series and comparison stations agree; moderate: the series alone, all checks
    passed; weak: found, but a check failed or methods disagree; none: not told from chance.
    """

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Strength:
    """The grade, and the codes of what spoke for and against it."""

    grade: Grade
    speaks_for: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()


def strength_of(
    step: StepEffect | None,
    dates: PlaceboDates | None,
    staggered: StaggeredEffect | None,
    dealt_p: float | None,
    control: SyntheticControl | None,
    plausible: bool = True,
) -> Strength:
    """The grade by rule. A comparison with other stations weighs more than a series alone."""
    if step is None and staggered is None:
        return Strength(Grade.UNKNOWN, speaks_against=("too_short",))
    signs = [_sign(f.change) for f in (step, staggered) if f is not None]
    if not any(signs):
        return Strength(Grade.NONE, speaks_against=("interval_holds_zero",))
    main = next(s for s in signs if s)
    checks: dict[str, bool | None] = {
        **_series_checks(step, dates, main),
        **_station_checks(staggered, dealt_p, control, main),
        "data_plausible": plausible,
    }
    good = tuple(code for code, passed in checks.items() if passed)
    bad = tuple(code for code, passed in checks.items() if passed is False)
    if bad:
        return Strength(Grade.WEAK, good, bad)
    both = step is not None and staggered is not None
    return Strength(Grade.STRONG if both else Grade.MODERATE, good)


def weakened(strength: Strength, reason: str) -> Strength:
    """The evidence as weak, with one more reason against; none and unknown stay what they are."""
    if strength.grade in (Grade.NONE, Grade.UNKNOWN):
        return strength
    against = (*strength.speaks_against, reason)
    return Strength(Grade.WEAK, strength.speaks_for, against)


def _sign(figure: Figure) -> int:
    if figure.low is None or figure.high is None:
        return 0
    return 1 if figure.low > 0 else -1 if figure.high < 0 else 0


def _series_checks(
    step: StepEffect | None, dates: PlaceboDates | None, sign: int
) -> dict[str, bool | None]:
    if step is None:
        return {}
    second = step.second_opinion
    found = dates.share_found if dates else None
    return {
        "series_shows_it": _sign(step.change) == sign,
        "newey_west_agrees": None if second is None else _sign(second) == sign,
        "placebo_dates_quiet": None if found is None else found <= PLACEBO_SHARE,
        "season_separated": step.season_pairs > 0,
    }


def _station_checks(
    staggered: StaggeredEffect | None,
    dealt_p: float | None,
    control: SyntheticControl | None,
    sign: int,
) -> dict[str, bool | None]:
    checks: dict[str, bool | None] = {}
    if staggered is not None:
        checks["comparison_shows_it"] = _sign(staggered.change) == sign
        checks["placebo_stations_rare"] = None if dealt_p is None else dealt_p <= 0.05
    if control is not None and control.fit_error <= FIT_ERROR:
        checks["synthetic_control_same_way"] = (control.change > 0) == (sign > 0)
    return checks
