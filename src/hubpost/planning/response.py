"""Groups by predicted response: the proxy proposes plans, a queueing model decides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import perf_counter

from hubpost.model.plan import Plan
from hubpost.model.station import HubGroup
from hubpost.planning.alternatives import list_plans_below
from hubpost.planning.grouping import make_plan, plan_of_groups
from hubpost.planning.inputs import PlanInputs
from hubpost.planning.params import GroupingParams

#: Mean response in seconds if these groups dispatch together; border stations are groups of one.
PredictResponse = Callable[[tuple[HubGroup, ...]], float]


@dataclass(frozen=True, slots=True)
class ResponseParams:
    """most: how many plans are tried, in the order of the proxy objective. time_limit_s in all.

    word: what the predictions are, kept beside them: simulated, or computed by a queueing model.
    """

    most: int = 200
    time_limit_s: float = 60.0
    word: str = "predicted"


def plan_by_response(
    inputs: PlanInputs,
    params: GroupingParams,
    predict_response_s: PredictResponse,
    wanted: ResponseParams | None = None,
    *,
    progress: Callable[[int, float], None] | None = None,
) -> Plan:
    """The plan of least predicted mean response among the best by proxy.

    extras["response"]: predicted seconds of this plan and of the proxy optimum, plans tried, and
    whether every plan that exists was tried. Only then is the status optimal: a prediction gives
    no bound on plans that were not tried. An infeasible question is answered as `make_plan` does.
    """
    wanted = wanted or ResponseParams()
    proxy = make_plan(inputs, params)
    if not proxy.stations:
        return proxy
    started = perf_counter()
    plans = list_plans_below(inputs, params, float("inf"), wanted.most + 1)
    complete = len(plans) <= wanted.most
    proxy_s = predict_response_s(proxy.hub_groups)
    best, best_s, tried = proxy, proxy_s, 0
    for _, groups in plans[: wanted.most]:
        if perf_counter() - started > wanted.time_limit_s:
            complete = False
            break
        plan = plan_of_groups(inputs, params, groups)
        predicted_s = predict_response_s(plan.hub_groups)
        tried += 1
        if predicted_s < best_s:
            best, best_s = plan, predicted_s
        if progress is not None:
            progress(tried, best_s)
    return _labelled(
        best, proxy, _facts(best_s, proxy_s, tried, complete, wanted.word), complete, started
    )


def _facts(
    best_s: float, proxy_s: float, tried: int, complete: bool, word: str
) -> Mapping[str, object]:
    return {
        "label": word,
        "predicted_s": best_s,
        "proxy_predicted_s": proxy_s,
        "proxy_over_best": (proxy_s - best_s) / best_s if best_s > 0 else 0.0,
        "plans_tried": tried,
        "every_plan_tried": complete,
    }


def _labelled(
    best: Plan, proxy: Plan, facts: Mapping[str, object], complete: bool, started: float
) -> Plan:
    reason = (
        ""
        if complete
        else (
            f"best predicted response among the {facts['plans_tried']} best plans by proxy; "
            "no bound on the others"
        )
    )
    return replace(
        best,
        status="optimal" if complete else "feasible",
        bound=best.objective if complete else proxy.bound,
        gap=0.0 if complete else None,
        seconds=proxy.seconds + perf_counter() - started,
        reason=reason,
        extras=dict(best.extras) | {"response": dict(facts), "objective_is": "proxy terms"},
    )
