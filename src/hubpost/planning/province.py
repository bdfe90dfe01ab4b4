"""Many counties at once: one plan each, on processes of this machine or on Dask workers."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from hubpost.model.plan import Plan
from hubpost.planning.grouping import make_plan
from hubpost.planning.inputs import PlanInputs
from hubpost.planning.params import GroupingParams


@dataclass(frozen=True, slots=True)
class ProvinceParams:
    """workers: processes on this machine, 1 for none. dask: address of a Dask scheduler, which
    then does the work instead.
    """

    workers: int = 2
    dask: str | None = None


def plan_province(
    counties: Sequence[PlanInputs],
    params: GroupingParams | None = None,
    where: ProvinceParams | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> list[Plan]:
    """A plan for every county, in their order; the same whatever does the work.

    progress(done, all). Raises ImportError when Dask is asked for and not installed.
    """
    where = where or ProvinceParams()
    solve = partial(make_plan, params=params or GroupingParams())
    if where.dask is not None:
        return _watched(_on_dask(where.dask, solve, counties), len(counties), progress)
    if where.workers <= 1:
        return _watched(map(solve, counties), len(counties), progress)
    # Spawned, not forked: a fork copies the threads of the numeric libraries half alive.
    with ProcessPoolExecutor(where.workers, mp_context=get_context("spawn")) as pool:
        return _watched(pool.map(solve, counties), len(counties), progress)


def _on_dask(
    address: str, solve: Callable[[PlanInputs], Plan], counties: Sequence[PlanInputs]
) -> Iterable[Plan]:
    from distributed import Client

    with Client(address) as client:  # type: ignore[no-untyped-call]
        for future in client.map(solve, counties, pure=False):
            yield future.result()


def _watched(
    plans: Iterable[Plan], count: int, progress: Callable[[int, int], None] | None
) -> list[Plan]:
    done: list[Plan] = []
    for plan in plans:
        done.append(plan)
        if progress is not None:
            progress(len(done), count)
    return done
