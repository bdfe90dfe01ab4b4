"""What a simulation runs on, and one run of it."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from hubpost.dispatch.rule import OWN_STATION
from hubpost.model.county import County
from hubpost.roads.travel_times import TravelTimes
from hubpost.simulation.arrays import CallStream, Ints
from hubpost.simulation.demand import Demand, fit_demand
from hubpost.simulation.draw import CaseworkParams, draw_calls, luck_of
from hubpost.simulation.durations import DEFAULTS, DurationDefaults
from hubpost.simulation.ground import Ground, make_ground, world_of
from hubpost.simulation.labels import labels_of
from hubpost.simulation.outcomes import Outcome, outcome_of
from hubpost.simulation.policy import Policy
from hubpost.simulation.real_days import draw_real_days
from hubpost.simulation.roster import EMPTY_ROSTER, Roster
from hubpost.simulation.run import run

DAY_S = 86400.0


@dataclass(frozen=True, slots=True)
class SimulationParams:
    """How long, how often and under what demand.

    years of calls counted in each replication, after warmup_days that are not. replications:
    the number, or with precision_s the most; precision_s: wanted half width of the interval of
    the difference in mean response. target_s: what `within_target` counts; 15 minutes is the
    proposal for the first member on scene, not a norm. demand: factor on all rates.
    """

    years: float = 1.0
    replications: int = 20
    seed: int = 1
    warmup_days: int = 7
    precision_s: float | None = None
    target_s: float = 900.0
    demand: float = 1.0
    bootstrap_days: bool = False
    confidence: float = 0.95
    default_units: int = 1
    casework: CaseworkParams = field(default_factory=CaseworkParams)
    defaults: DurationDefaults = DEFAULTS

    @property
    def days(self) -> int:
        """Days of a run, warm-up included."""
        return self.warmup_days + max(1, round(self.years * 365))


@dataclass(frozen=True, slots=True, eq=False)
class SimulationInputs:
    """A county ready to be simulated: its ground, its demand, its roster, and its words."""

    county_id: str
    ground: Ground
    demand: Demand
    area_ids: tuple[str, ...]
    station_of_area: Ints
    labels: tuple[str, ...]
    roster: Roster = EMPTY_ROSTER


def make_simulation_inputs(
    county: County,
    travel: TravelTimes,
    params: SimulationParams | None = None,
    roster: Roster = EMPTY_ROSTER,
) -> SimulationInputs:
    """Fit the demand of a county and lay out its ground; calls come from its areas.

    Raises NoCalls when the county has no call or no area to fit.
    """
    params = params or SimulationParams()
    demand = fit_demand(county)
    ground = make_ground(county, travel, [a.place for a in county.areas], params.default_units)
    idx = ground.station_idx
    home = np.array([idx[a.station_id] for a in county.areas], dtype=np.int32)
    labels = labels_of(county, ground.estimated, "stations", "areas", "calls", "neighbours")
    return SimulationInputs(
        county.id, ground, demand, tuple(a.id for a in county.areas), home, labels, roster
    )


def check_params(params: SimulationParams) -> None:
    """Raises ValueError naming every parameter that makes no sense."""
    wrong = [
        f"{name}: expected {expected}, found {getattr(params, name)}"
        for name, good, expected in (
            ("years", params.years > 0, "above 0"),
            ("replications", params.replications >= 1, "at least 1"),
            ("warmup_days", params.warmup_days >= 0, "0 or more"),
            ("target_s", 0 < params.target_s < np.inf, "above 0"),
            ("seed", params.seed >= 0, "0 or more"),
            ("demand", 0 < params.demand < np.inf, "above 0"),
            ("confidence", 0 < params.confidence < 1, "between 0 and 1"),
        )
        if not good
    ]
    if params.bootstrap_days and params.demand != 1:
        wrong.append(
            "demand: real days cannot be drawn times a factor; leave out --bootstrap-days or the "
            "factor"
        )
    if wrong:
        raise ValueError("; ".join(wrong) + ".")


def first_day_of(inputs: SimulationInputs) -> date:
    """Replications begin on New Year's Day of the first fitted year."""
    return date(inputs.demand.first_day.year, 1, 1)


def draw_replication(
    inputs: SimulationInputs, params: SimulationParams, replication: int
) -> CallStream:
    """The calls of one replication, warm-up included; the same whatever the policy."""
    luck = luck_of(params.seed, replication)
    if params.bootstrap_days:
        return draw_real_days(
            inputs.demand, inputs.station_of_area, params.days, luck, OWN_STATION,
            params.casework, params.defaults,
        )  # fmt: skip
    return draw_calls(
        inputs.demand if params.demand == 1 else inputs.demand.scaled(params.demand),
        inputs.station_of_area,
        first_day_of(inputs),
        params.days,
        luck,
        OWN_STATION,
        params.casework,
        params.defaults,
    )


def simulate(
    inputs: SimulationInputs, policy: Policy, calls: CallStream, params: SimulationParams
) -> Outcome:
    """One run of one policy over given calls."""
    world = world_of(
        inputs.ground, policy, inputs.roster, params.warmup_days * DAY_S, params.days * DAY_S
    )
    return outcome_of(world, calls, run(world, calls))
