"""Sweeps: many scenarios of one county, in several processes, resumed where they stopped."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from hubpost.model.unit import Unit
from hubpost.simulation.compare import compare
from hubpost.simulation.compare_json import comparison_to_json
from hubpost.simulation.ground import Ground
from hubpost.simulation.inputs import SimulationInputs, SimulationParams, check_params
from hubpost.simulation.policy import Policy
from hubpost.simulation.roster import Roster

#: Seconds a Dask scheduler has to answer.
CONNECT_S = 10
#: Told how many scenarios are done and how many there are.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is changed: factor on the calls, units more at each station, a closed station."""

    policy: str
    demand: float = 1.0
    extra_units: int = 0
    closed_station: str | None = None

    @property
    def key(self) -> str:
        """A name that says what it is, for the file it is kept in."""
        body = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(body.encode()).hexdigest()[:16]


def list_scenarios(
    policies: Sequence[str],
    demands: Sequence[float],
    extra_units: Sequence[int] = (0,),
    closed: Sequence[str | None] = (None,),
) -> tuple[Scenario, ...]:
    """Every combination."""
    return tuple(Scenario(*c) for c in product(policies, demands, extra_units, closed))


def run_sweep(
    inputs: SimulationInputs,
    policies: dict[str, Policy],
    scenarios: Sequence[Scenario],
    params: SimulationParams,
    out: Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress = lambda done, of: None,
) -> list[dict[str, Any]]:
    """Run the scenarios that are not yet in `out`, and give all of them in order.

    Each result is written as soon as it is there, so a sweep that was killed goes on where it
    stopped; results of other inputs or parameters in the folder are not mistaken for these.
    scheduler: address of a Dask cluster; without one, processes of this machine. A worker that
    dies is replaced and its scenario run again.
    """
    stamp = _stamp(inputs, policies, params)
    folder = out / stamp
    folder.mkdir(parents=True, exist_ok=True)
    missing = [s for s in scenarios if not (folder / f"{s.key}.json").exists()]
    done = len(scenarios) - len(missing)
    progress(done, len(scenarios))
    tasks = [(inputs, policies, s, params) for s in missing]
    results = _on_cluster(scheduler, tasks) if scheduler else _in_processes(tasks, workers)
    for position, body in results:
        _keep(folder / f"{missing[position].key}.json", body)
        done += 1
        progress(done, len(scenarios))
    return [json.loads((folder / f"{s.key}.json").read_text()) for s in scenarios]


def run_scenario(
    inputs: SimulationInputs,
    policies: dict[str, Policy],
    scenario: Scenario,
    params: SimulationParams,
) -> dict[str, Any]:
    """One scenario against own-station-only under the same changes."""
    changed = changed_inputs(inputs, scenario)
    wanted = replace(params, demand=params.demand * scenario.demand)
    check_params(wanted)
    result = compare(changed, policies["own"], policies[scenario.policy], wanted)
    return {"scenario": asdict(scenario), **comparison_to_json(result)}


def changed_inputs(inputs: SimulationInputs, scenario: Scenario) -> SimulationInputs:
    """The inputs under a scenario's staffing and closures.

    Raises ValueError for a station that does not exist, and when no unit would be left.
    """
    ground = inputs.ground
    if scenario.closed_station is not None and scenario.closed_station not in ground.station_idx:
        raise ValueError(f"closed station: {scenario.closed_station} is no station of the county.")
    units = tuple(_units_under(ground, scenario))
    if not units:
        raise ValueError("sweep: expected at least one unit, the scenario leaves none.")
    roster = _roster_of(inputs.roster, ground.units, units)
    return replace(inputs, ground=replace(ground, units=units), roster=roster)


def _roster_of(roster: Roster, before: Sequence[Unit], units: Sequence[Unit]) -> Roster:
    """The duties of the units that are left, at their new positions."""
    position = {unit.id: k for k, unit in enumerate(units)}
    now = np.array([position.get(unit.id, -1) for unit in before], dtype=np.int32)
    unit = now[roster.duty_unit]
    kept = unit >= 0
    return replace(
        roster,
        duty_t=roster.duty_t[kept],
        duty_unit=unit[kept],
        duty_kind=roster.duty_kind[kept],
        duty_node=roster.duty_node[kept],
    )


def _units_under(ground: Ground, scenario: Scenario) -> Iterator[Unit]:
    for station in ground.stations:
        if station.id == scenario.closed_station:
            continue
        own = [u for u in ground.units if u.station_id == station.id]
        kept = own[: max(0, len(own) + min(0, scenario.extra_units))]
        yield from kept
        for k in range(scenario.extra_units):
            yield Unit(f"{station.id}-extra-{k + 1}", f"{station.name} +{k + 1}", station.id)


def _in_processes(tasks: list[Any], workers: int | None) -> Iterator[tuple[int, dict[str, Any]]]:
    left = dict(enumerate(tasks))
    tries = 0
    while left:
        try:
            with ProcessPoolExecutor(workers or os.cpu_count()) as pool:
                futures = {pool.submit(run_scenario, *task): k for k, task in left.items()}
                for future in as_completed(futures):
                    body = future.result()
                    del left[futures[future]]
                    yield futures[future], body
        except BrokenProcessPool:
            # A worker was killed: what it had is run again, but not for ever.
            tries += 1
            if tries > 3:
                raise


def _on_cluster(address: str, tasks: list[Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    import distributed

    dask: Any = distributed
    try:
        client = dask.Client(address, timeout=CONNECT_S)
    except (OSError, ValueError) as why:
        raise ValueError(
            f"--scheduler: expected a Dask scheduler at {address}, none answered ({why}). "
            "Give the address it prints when it starts, as in tcp://HOST:8786."
        ) from None
    with client:
        futures = {client.submit(run_scenario, *t, pure=False): k for k, t in enumerate(tasks)}
        for future, body in dask.as_completed(list(futures), with_results=True):
            yield futures[future], body


def _stamp(inputs: SimulationInputs, policies: dict[str, Policy], params: SimulationParams) -> str:
    """A checksum of everything the results rest on."""
    digest = hashlib.sha256()
    for array in (
        inputs.ground.travel_s,
        inputs.demand.daily,
        inputs.demand.area_share,
        inputs.demand.hour,
        inputs.station_of_area,
        inputs.ground.back_s,
        inputs.demand.marks.received_s,
        *(getattr(inputs.roster, name) for name in Roster.__dataclass_fields__),
    ):
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update(repr((inputs.county_id, inputs.ground.units, policies, params)).encode())
    return digest.hexdigest()[:16]


def _keep(path: Path, body: dict[str, Any]) -> None:
    """Written beside and moved into place, so that a half-written file is never read."""
    aside = path.with_suffix(".part")
    aside.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    aside.replace(path)
