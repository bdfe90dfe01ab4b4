"""What the advice consists of."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a code with its facts; the words are made where they are shown."""

    code: str
    facts: Mapping[str, str | float | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MoveUp:
    """A unit that could drive to an empty station; arrival_s: seconds until it stands there."""

    unit_id: str
    from_station_id: str
    to_station_id: str
    arrival_s: float


@dataclass(frozen=True, slots=True)
class CoverLeft:
    """A station left without a ready unit, and the nearest one elsewhere.

    cover_s: seconds until that unit would be there; inf when there is none.
    """

    station_id: str
    cover_s: float
    cover_unit_id: str | None
    move_up: MoveUp | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that might be sent: eta_s = turnout_s + travel_s, ranked by score_s.

    barred: None when it may be sent, else the code of what stands against it.
    fix_age_s: age of its last position; None when no device has spoken. fix_old: that position
    was too old, and its station stands in for it. cover: the gap it would leave, if any.
    eta_low_s, eta_high_s: ends of the interval in which it arrives with the probability the
    calibration was made for (80 %); None where speeds were never calibrated.
    """

    unit_id: str
    station_id: str
    tier: str
    turnout_s: float
    travel_s: float
    eta_s: float
    score_s: float
    barred: str | None = None
    call_id: str | None = None
    fix_age_s: float | None = None
    fix_old: bool = False
    reserve: bool = False
    cover: CoverLeft | None = None
    eta_low_s: float | None = None
    eta_high_s: float | None = None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The advice for one call.

    choices: the units to send now, best first, fewer than needed when there are no more.
    ranked: all that may be sent, best first. barred: the others, with what stands against each.
    rule: the name of the rule that ranked them. notes: what else the dispatcher should know.
    cover: the gaps that the choices leave together. left_out: units not listed, when asked for few.
    """

    call_id: str
    choices: tuple[Candidate, ...]
    ranked: tuple[Candidate, ...]
    barred: tuple[Candidate, ...]
    reasons: tuple[Reason, ...]
    rule: str
    notes: tuple[Reason, ...] = ()
    cover: tuple[CoverLeft, ...] = ()
    left_out: int = 0

    @property
    def choice(self) -> Candidate | None:
        return self.choices[0] if self.choices else None
