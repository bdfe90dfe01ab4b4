"""Planning a county and predicting what the plan will do, from its files to a report."""

from collections.abc import Callable
from pathlib import Path

from hubpost.actions.before_after import keep_before_after
from hubpost.actions.opening import BEFORE_AFTER
from hubpost.model.county import County
from hubpost.model.plan import Plan
from hubpost.planning.grouping import make_plan
from hubpost.planning.inputs import make_inputs
from hubpost.planning.params import BadPlanInput
from hubpost.reporting.plan_report import write_plan_report
from hubpost.roads.travel_times import TravelTimes
from hubpost.simulation.compare import Comparison, before_and_after, compare
from hubpost.simulation.inputs import SimulationParams, make_simulation_inputs
from hubpost.simulation.replay import NoCalls


def plan_and_predict(
    county: County, travel: TravelTimes, out: Path, progress: Callable[[str], None]
) -> Plan | None:
    """Group the stations, predict before and after, and write both into a folder.

    None, with the reason told, when the county's records do not suffice for a plan.
    """
    try:
        plan = make_plan(make_inputs(county, travel))
    except BadPlanInput as why:
        progress(f"no plan: {why}")
        return None
    progress(_summary(plan))
    comparison = _predict(county, travel, plan, out, progress) if plan.stations else None
    write_plan_report(plan, comparison, out, title=county.name)
    progress(f"report: {out / 'report.html'}")
    return plan


def _summary(plan: Plan) -> str:
    words = f" ({', '.join(plan.labels)})" if plan.labels else ""
    if not plan.stations:
        return f"plan{words}: {plan.status}; {plan.reason}"
    return f"plan{words}: {plan.status}, {len(plan.groups)} hubs, gap {plan.gap or 0:.2%}"


def _predict(
    county: County, travel: TravelTimes, plan: Plan, out: Path, progress: Callable[[str], None]
) -> Comparison | None:
    params = SimulationParams(replications=10)
    try:
        inputs = make_simulation_inputs(county, travel, params)
    except NoCalls as why:
        progress(f"no prediction: {why}")
        return None
    policies = before_and_after(plan, inputs)
    comparison = compare(inputs, *policies, params)
    keep_before_after(out / BEFORE_AFTER, county, inputs, policies, params, comparison)
    words = ", ".join(dict.fromkeys(("simulated", *comparison.labels)))
    mean = comparison.scopes["county"][county.id]["mean_s"]
    if mean.before is not None and mean.after is not None:
        progress(
            f"mean response ({words}): {mean.before / 60:.1f} min before, "
            f"{mean.after / 60:.1f} min after"
        )
    return comparison
