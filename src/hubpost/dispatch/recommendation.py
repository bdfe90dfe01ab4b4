"""What the advice consists of."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a code with its facts; the words are made where they are shown."""

    code: str
    facts: Mapping[str, str | float | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that might be sent: eta_s = turnout_s + travel_s, ranked by score_s.

    barred: None when it may be sent, else the code of what stands against it.
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


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The advice for one call.

    choices: the units to send now, best first, fewer than needed when there are no more.
    ranked: all that may be sent, best first. barred: the others, with what stands against each.
    rule: the name of the rule that ranked them.
    """

    call_id: str
    choices: tuple[Candidate, ...]
    ranked: tuple[Candidate, ...]
    barred: tuple[Candidate, ...]
    reasons: tuple[Reason, ...]
    rule: str

    @property
    def choice(self) -> Candidate | None:
        return self.choices[0] if self.choices else None
