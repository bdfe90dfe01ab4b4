"""Sweeps: all combinations, resumed after a kill, on a cluster as in processes; and prediction."""

import json
import multiprocessing
import os
import signal

import pytest

from hubpost.dispatch.rule import HUB_GROUP, OWN_STATION
from hubpost.model.station import HubGroup
from hubpost.simulation.draw import NO_CASEWORK
from hubpost.simulation.inputs import SimulationParams
from hubpost.simulation.policy import Policy
from hubpost.simulation.prediction import response_predictor
from hubpost.simulation.sweep import (
    Scenario,
    changed_inputs,
    list_scenarios,
    run_scenario,
    run_sweep,
)
from tests.simulation.test_compare import inputs

PARAMS = SimulationParams(years=0.1, replications=2, casework=NO_CASEWORK)
POLICIES = {"own": Policy(OWN_STATION), "group": Policy(HUB_GROUP, (HubGroup("A", ("B",)),))}


def test_every_combination_is_a_scenario_with_a_key_of_its_own():
    scenarios = list_scenarios(("own", "group"), (1.0, 1.5), (0, 1), (None, "B"))
    assert len({s.key for s in scenarios}) == 16


def test_more_units_answer_sooner_and_a_closed_station_is_missed():
    base = run_scenario(inputs(), POLICIES, Scenario("group"), PARAMS)
    more = run_scenario(inputs(), POLICIES, Scenario("group", extra_units=1), PARAMS)
    closed = run_scenario(inputs(), POLICIES, Scenario("group", closed_station="B"), PARAMS)

    def mean(body):
        return body["scopes"]["county"]["line"]["mean_s"]["after"]

    assert mean(more) < mean(base) < mean(closed)


def test_what_is_there_is_not_run_again_and_what_is_missing_is(tmp_path):
    scenarios = list_scenarios(("group",), (1.0, 1.2))
    first = run_sweep(inputs(), POLICIES, scenarios[:1], PARAMS, tmp_path, workers=1)
    kept = next(tmp_path.glob("*/*.json"))
    kept.write_text(json.dumps({**first[0], "seen": True}))
    seen = []
    both = run_sweep(
        inputs(), POLICIES, scenarios, PARAMS, tmp_path, workers=1,
        progress=lambda done, of: seen.append((done, of)),
    )  # fmt: skip
    assert [b.get("seen") for b in both] == [True, None]
    assert seen == [(1, 2), (2, 2)]
    assert both[1]["scenario"]["demand"] == 1.2


def test_results_of_other_parameters_are_not_mistaken_for_these(tmp_path):
    scenarios = list_scenarios(("group",), (1.0,))
    run_sweep(inputs(), POLICIES, scenarios, PARAMS, tmp_path, workers=1)
    other = SimulationParams(years=0.1, replications=3, casework=NO_CASEWORK)
    body = run_sweep(inputs(), POLICIES, scenarios, other, tmp_path, workers=1)
    assert body[0]["replications"] == 3


def test_a_dask_cluster_gives_the_same_answer(tmp_path):
    distributed = pytest.importorskip("distributed")
    scenarios = list_scenarios(("group",), (1.0, 1.3))
    here = run_sweep(inputs(), POLICIES, scenarios, PARAMS, tmp_path / "here", workers=1)
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        there = run_sweep(
            inputs(), POLICIES, scenarios, PARAMS, tmp_path / "there",
            scheduler=cluster.scheduler_address,
        )  # fmt: skip
    assert [b["scopes"] for b in there] == [b["scopes"] for b in here]


def test_a_killed_worker_is_replaced_and_nothing_is_lost(tmp_path):
    """The first worker process that is found is killed while four scenarios run."""
    scenarios = list_scenarios(("group",), (1.0, 1.1, 1.2, 1.3))
    here = run_sweep(inputs(), POLICIES, scenarios, PARAMS, tmp_path / "here", workers=1)
    killed = []

    def kill_one(done, of):
        if done == 1 and not killed:
            worker = multiprocessing.active_children()[0]
            os.kill(worker.pid, signal.SIGKILL)
            killed.append(worker.pid)

    there = run_sweep(
        inputs(), POLICIES, scenarios, PARAMS, tmp_path / "there", workers=1, progress=kill_one
    )
    assert killed
    assert [b["scopes"] for b in there] == [b["scopes"] for b in here]


def test_a_cluster_whose_worker_is_killed_still_answers_everything(tmp_path):
    """A Dask cluster of processes; the worker is killed after its first answer."""
    distributed = pytest.importorskip("distributed")
    scenarios = list_scenarios(("group",), (1.0, 1.1, 1.2))
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        killed = []

        def kill_one(done, of):
            if done == 1 and not killed:
                killed.append(cluster.workers[0].pid)
                os.kill(killed[0], signal.SIGKILL)

        bodies = run_sweep(
            inputs(), POLICIES, scenarios, PARAMS, tmp_path,
            scheduler=cluster.scheduler_address, progress=kill_one,
        )  # fmt: skip
    assert killed
    assert [b["scenario"]["demand"] for b in bodies] == [1.0, 1.1, 1.2]


def test_a_scheduler_that_is_not_there_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("hubpost.simulation.sweep.CONNECT_S", 1)
    scenarios = list_scenarios(("group",), (1.0,))
    for address in ("tcp://127.0.0.1:9", "nowhere"):
        with pytest.raises(ValueError, match="expected a Dask scheduler at"):
            run_sweep(inputs(), POLICIES, scenarios, PARAMS, tmp_path, scheduler=address)


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="no station"):
        changed_inputs(inputs(), Scenario("own", closed_station="X"))
    with pytest.raises(ValueError, match="leaves none"):
        changed_inputs(inputs(), Scenario("own", extra_units=-1))


def test_the_planner_can_ask_for_the_response_of_groups():
    predict = response_predictor(inputs(), PARAMS)
    together, apart = (HubGroup("A", ("B",)),), (HubGroup("A"), HubGroup("B"))
    assert predict(together) < predict(apart)
    assert predict(together) == predict(together)
