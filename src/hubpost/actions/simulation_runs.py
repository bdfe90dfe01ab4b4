"""Simulating the plan in force from the console: one run at a time, on a thread of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from time import perf_counter

from hubpost.actions.before_after import keep_before_after
from hubpost.actions.command_room import CommandRoom
from hubpost.actions.plan_basis import find_plan_basis
from hubpost.dispatch.rule import HUB_GROUP
from hubpost.model.county import County
from hubpost.model.refused import Refused
from hubpost.simulation.compare import compare
from hubpost.simulation.inputs import SimulationParams, check_params, make_simulation_inputs
from hubpost.simulation.policy import Policy
from hubpost.simulation.replay import NoCalls
from hubpost.storage.store import Store

#: What may be asked from a page; more is for the command line.
MOST_REPLICATIONS, MOST_YEARS = 100, 5.0
#: Why a run has no prediction.
REASONS = ("stopped", "no_calls", "failed")


@dataclass(slots=True, eq=False)
class SimulationRun:
    """A run being made. done: replications of those asked.

    reason: why it ended without a prediction, one of REASONS, and detail what was said of it in
    the words of the program. ended is set last, so that whoever sees it sees the rest.
    begun_s: a perf_counter instant.
    """

    params: SimulationParams
    begun_s: float
    done: int = 0
    stopped: bool = False
    ended: bool = False
    reason: str = ""
    detail: str = ""

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return perf_counter() - self.begun_s

    def tell(self, done: int, of: int) -> None:
        """Take the progress, and pass a wish to stop on."""
        self.done = done
        if self.stopped:
            raise _Stopped


class _Stopped(Exception):
    """Somebody asked the run to end."""


class SimulationRuns:
    """The run of a console, if there is one; it writes the file that the page reads."""

    def __init__(self, store: Store, room: CommandRoom, path: Path | None) -> None:
        self._store, self._room, self._path = store, room, path
        self._lock = Lock()
        self._run: SimulationRun | None = None

    def find(self) -> SimulationRun | None:
        """The run that is being made, or the last one."""
        return self._run

    def start(self, params: SimulationParams) -> SimulationRun:
        """Begin to simulate the groups in force against own station only.

        Raises Refused when one is running, when there is nothing to simulate or no place to keep
        the answer, and for parameters that make no sense.
        """
        _check_asked(params)
        county = self._store.read(find_plan_basis)
        groups = self._store.board.groups
        if self._path is None or county is None:
            raise Refused("simulation_no_basis", "Import the county: hubpost import COUNTY.")
        if not groups:
            raise Refused("simulation_no_plan", "Sign a plan first.")
        with self._lock:
            if self._run is not None and not self._run.ended:
                raise Refused("simulation_running", "Wait for it, or stop it.")
            run = self._run = SimulationRun(params, perf_counter())
        policy, path = Policy(HUB_GROUP, tuple(groups)), self._path
        work = _guarded(run, lambda: self._simulate(run, county, policy, path))
        Thread(target=work, name="simulation", daemon=True).start()
        return run

    def stop(self) -> None:
        """End the run; the prediction kept before stays."""
        if self._run is not None:
            self._run.stopped = True

    def _simulate(self, run: SimulationRun, county: County, after: Policy, path: Path) -> None:
        inputs = make_simulation_inputs(county, self._room.travel, run.params)
        result = compare(inputs, Policy(), after, run.params, progress=run.tell)
        run.tell(run.params.replications, run.params.replications)
        keep_before_after(path, county, inputs, (Policy(), after), run.params, result)


def _guarded(run: SimulationRun, work: Callable[[], None]) -> Callable[[], None]:
    """The work, whose end is always noted, with the reason where it failed."""

    def guarded() -> None:
        try:
            work()
        except _Stopped:
            run.reason = "stopped"
        except NoCalls as why:
            run.reason, run.detail = "no_calls", str(why)
        except (ValueError, OSError) as why:
            run.reason, run.detail = "failed", str(why)
        except BaseException as why:
            run.reason, run.detail = "failed", f"{type(why).__name__}: {why}"
            raise
        finally:
            run.ended = True

    return guarded


def _check_asked(params: SimulationParams) -> None:
    try:
        check_params(params)
        if params.replications > MOST_REPLICATIONS or params.years > MOST_YEARS:
            raise ValueError(f"at most {MOST_REPLICATIONS} replications of {MOST_YEARS:g} years")
    except ValueError as why:
        raise Refused("simulation_unasked", str(why)) from None
