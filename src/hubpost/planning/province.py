"""Many counties at once: one plan each, on processes of this machine or on Dask workers."""

import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import active_children, get_context
from typing import Any

from hubpost import __version__
from hubpost.model.plan import Plan
from hubpost.planning.exact_search import Progress
from hubpost.planning.grouping import make_plan
from hubpost.planning.inputs import PlanInputs
from hubpost.planning.params import GroupingParams


@dataclass(frozen=True, slots=True)
class ProvinceParams:
    """workers: processes on this machine. dask: address of a Dask scheduler, which then does the
    work instead.
    """

    workers: int = 2
    dask: str | None = None


def plan_province(
    counties: Sequence[PlanInputs],
    params: GroupingParams | None = None,
    where: ProvinceParams | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
    search: Progress | None = None,
) -> list[Plan]:
    """A plan for every county, in their order; the same whatever does the work.

    progress(done, all). search(best, bound): of a single county, which is planned right here.
    Ctrl-C ends it: counties being planned keep the best found, labelled feasible; those not begun
    are unknown, and say so. Raises ImportError when Dask is asked for and not installed.
    """
    where, params = where or ProvinceParams(), params or GroupingParams()
    if where.dask is not None:
        return _on_dask(where.dask, partial(make_plan, params=params), counties, progress)
    if len(counties) == 1:
        return [make_plan(counties[0], params, progress=search)]
    # Spawned, not forked: a fork copies the threads of the numeric libraries half alive.
    pool = ProcessPoolExecutor(
        max(where.workers, 1), mp_context=get_context("spawn"), initializer=_heed_ctrl_c
    )
    with pool:
        futures = [pool.submit(_plan_one, county, params) for county in counties]
        return _collected(futures, counties, progress, partial(_stop_pool, pool))


#: In a worker: whether it is planning just now, and whether Ctrl-C was pressed.
_worker = {"planning": False, "stopped": False}


def _heed_ctrl_c() -> None:
    """In a worker Ctrl-C ends the search under way, and whatever comes after is not begun."""

    def stop(*_: object) -> None:
        if _worker["planning"] and not _worker["stopped"]:
            _worker["stopped"] = True
            raise KeyboardInterrupt
        _worker["stopped"] = True

    signal.signal(signal.SIGINT, stop)


def _plan_one(county: PlanInputs, params: GroupingParams) -> Plan:
    if _worker["stopped"]:
        return _not_begun(county)
    _worker["planning"] = True
    try:
        return make_plan(county, params)
    except KeyboardInterrupt:
        # It came before the search had begun or after it had ended.
        return _not_begun(county)
    finally:
        _worker["planning"] = False


def _stop_pool(pool: ProcessPoolExecutor) -> None:
    """Begin nothing more; tell those at work to end, should only this process have been told."""
    pool.shutdown(wait=False, cancel_futures=True)
    for child in active_children():
        if child.pid is not None:
            os.kill(child.pid, signal.SIGINT)


def _on_dask(
    address: str,
    solve: Callable[[PlanInputs], Plan],
    counties: Sequence[PlanInputs],
    progress: Callable[[int, int], None] | None,
) -> list[Plan]:
    from distributed import Client

    with Client(address) as client:  # type: ignore[no-untyped-call]
        futures = client.map(solve, counties, pure=False)
        return _collected(futures, counties, progress, partial(client.cancel, futures))


def _collected(
    futures: Sequence["Future[Plan] | Any"],
    counties: Sequence[PlanInputs],
    progress: Callable[[int, int], None] | None,
    stop: Callable[[], object],
) -> list[Plan]:
    """The plans as they come; after Ctrl-C those that come yet, and for the rest that there is
    none."""
    plans: list[Plan] = []
    try:
        for future in futures:
            plans.append(future.result())
            if progress is not None:
                progress(len(plans), len(counties))
    except KeyboardInterrupt:
        stop()
        rest = zip(futures[len(plans) :], counties[len(plans) :], strict=True)
        plans += [_result_if_any(future, county) for future, county in rest]
    return plans


def _result_if_any(future: "Future[Plan] | Any", county: PlanInputs) -> Plan:
    if future.cancelled():
        return _not_begun(county)
    try:
        plan: Plan = future.result()
    except BrokenProcessPool:
        return _not_begun(county)
    return plan


def _not_begun(county: PlanInputs) -> Plan:
    return Plan(
        status="unknown",
        objective=None,
        bound=None,
        gap=None,
        seconds=0.0,
        seed=0,
        version=__version__,
        inputs=county.checksums,
        params={},
        terms={},
        stations=(),
        groups=(),
        labels=county.labels,
        county_id=county.county_id,
        reason="stopped before this county was planned",
    )
