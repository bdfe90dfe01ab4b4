"""What a person may ask of a grouping."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

SOLVERS = ("auto", "search", "windows", "highs")


@dataclass(frozen=True, slots=True)
class GroupingParams:
    """The questions of DESIGN section 5, with its defaults.

    hubs, bases_per_hub, border_stations: None takes what the county asks for; hubs left open
    by both means that every possible number is tried and the best kept.
    alpha, beta, gamma: weights of travel, imbalance and strength, each >= 0.
    border_joins: border stations join a group as members (never as hub) instead of standing alone.
    forced_hubs, forbidden_hubs: station ids. forced_bases: base id -> hub id.
    time_limit_s: the search stops there with the best plan found, labelled feasible.
    gap: relative gap at which a large search (over 63 stations) may stop; the plan is then
    feasible, not optimal, with its gap.
    seed: kept in the plan; the search itself draws nothing.
    """

    hubs: int | None = None
    bases_per_hub: tuple[int, int] | None = None
    border_stations: int | None = None
    alpha: float = 1.0
    beta: float = 1.0
    gamma: float = 1.0
    border_joins: bool = False
    forced_hubs: frozenset[str] = frozenset()
    forbidden_hubs: frozenset[str] = frozenset()
    forced_bases: Mapping[str, str] = field(default_factory=dict)
    time_limit_s: float = 60.0
    gap: float = 0.0
    seed: int = 0
    solver: str = "auto"

    def as_json(self) -> dict[str, object]:
        """The parameters as plan.json keeps them, sets as sorted lists."""
        body = asdict(self)
        body["forced_hubs"] = sorted(self.forced_hubs)
        body["forbidden_hubs"] = sorted(self.forbidden_hubs)
        body["forced_bases"] = dict(sorted(self.forced_bases.items()))
        return body


class BadPlanInput(ValueError):
    """What was asked cannot be read as a question; `problems` lists everything wrong with it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def check_params(params: GroupingParams, station_ids: frozenset[str]) -> list[str]:
    """Everything wrong with the parameters on their own, as sentences."""
    problems = [
        f"{name} must be a number >= 0, got {value}"
        for name, value in (("alpha", params.alpha), ("beta", params.beta), ("gamma", params.gamma))
        if not 0 <= value < float("inf")
    ]
    if params.alpha == params.beta == params.gamma == 0:
        problems.append("alpha, beta and gamma are all 0; give at least one a number above 0")
    if params.hubs is not None and params.hubs < 1:
        problems.append(f"hubs must be at least 1, got {params.hubs}")
    if params.border_stations is not None and params.border_stations < 0:
        problems.append(f"border_stations must be at least 0, got {params.border_stations}")
    if params.solver not in SOLVERS:
        problems.append(f"solver must be one of {', '.join(SOLVERS)}, got {params.solver}")
    if not 0 <= params.gap < 1:
        problems.append(f"gap must lie in 0..1, got {params.gap}")
    problems += _check_sizes(params.bases_per_hub)
    problems += _check_forced(params, station_ids)
    return problems


def _check_sizes(sizes: tuple[int, int] | None) -> list[str]:
    if sizes is None or (0 <= sizes[0] <= sizes[1] and sizes[1] >= 1):
        return []
    return [f"bases per hub must be MIN..MAX with 0 <= MIN <= MAX, got {sizes[0]}..{sizes[1]}"]


def _check_forced(params: GroupingParams, station_ids: frozenset[str]) -> list[str]:
    named = params.forced_hubs | params.forbidden_hubs
    named |= set(params.forced_bases) | set(params.forced_bases.values())
    problems = [
        f"station {i} is named in the request but not in the county"
        for i in sorted(named - station_ids)
    ]
    both = params.forced_hubs & (params.forbidden_hubs | set(params.forced_bases))
    return problems + [
        f"station {i} cannot be forced to be a hub and not a hub at once" for i in sorted(both)
    ]
