"""Beyond 63 stations, and many counties at once."""

import json
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubpost.planning.grouping import make_plan
from hubpost.planning.params import GroupingParams
from hubpost.planning.plan_json import plan_to_json
from hubpost.planning.province import ProvinceParams, plan_province
from hubpost.planning.synthetic import synthetic_inputs
from tests.planning.toys import random_inputs


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(4, 9), border=st.integers(0, 2))
def test_window_search_equals_the_exact_search(seed, n, border):
    """On small counties both prove the same, or that there is nothing."""
    inputs = random_inputs(seed, n, border)
    exact = make_plan(inputs, GroupingParams(solver="search"))
    other = make_plan(inputs, GroupingParams(solver="windows", gap=1e-7, time_limit_s=20))
    if exact.objective is None:
        assert other.objective is None
    else:
        assert other.objective == pytest.approx(exact.objective, abs=1e-6)
        assert other.bound <= exact.objective + 1e-9


def test_window_search_says_that_nothing_can_be_grouped():
    """No station has a neighbour, so no group is allowed: no column at all, and it is proven."""
    lonely = replace(random_inputs(1, 6), adjacent=np.zeros((6, 6), dtype=bool))
    plan = make_plan(lonely, GroupingParams(solver="windows", time_limit_s=5))
    assert plan.objective is None
    assert plan.status == make_plan(lonely, GroupingParams(solver="search")).status


@pytest.mark.parametrize("seed", [1, 2])
def test_window_search_encloses_the_optimum_of_a_county(seed):
    """Stopped at 1 %, its bound lies below the proven optimum and its plan at most 1 % above."""
    inputs = synthetic_inputs(seed, 25)
    exact = make_plan(inputs)
    rough = make_plan(inputs, GroupingParams(solver="windows", gap=0.01))
    assert rough.bound <= exact.objective + 1e-9
    assert rough.gap <= 0.01
    assert exact.objective <= rough.objective + 1e-9


def test_eighty_stations_within_five_percent():
    """Over 63 stations the window search takes over; status says feasible unless proven."""
    plan = make_plan(synthetic_inputs(3, 80), GroupingParams(gap=0.05, time_limit_s=30))
    assert plan.gap <= 0.05
    assert plan.status == ("optimal" if plan.gap == 0 else "feasible")
    assert len(plan.groups) == 29


def test_province_gives_the_plans_of_its_counties():
    """Two processes, one process or each alone: the same plans in the same order."""
    counties = [synthetic_inputs(k, 12) for k in range(3)]
    alone = [make_plan(c) for c in counties]
    for workers in (1, 2):
        together = plan_province(counties, where=ProvinceParams(workers=workers))
        assert [_timeless(p) for p in together] == [_timeless(p) for p in alone]


def test_province_on_dask_is_the_same():
    """On a local Dask cluster of one worker."""
    distributed = pytest.importorskip("distributed")
    counties = [synthetic_inputs(k, 12) for k in range(2)]
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        together = plan_province(counties, where=ProvinceParams(dask=cluster.scheduler_address))
    assert [_timeless(p) for p in together] == [_timeless(make_plan(c)) for c in counties]


def _timeless(plan):
    return plan_to_json(plan) | {"seconds": 0.0}


def _interrupted(tmp_path, county, told, *more):
    """(exit code, plans by county) of a plan stopped by Ctrl-C once its stderr says `told`."""
    start = "import sys; from hubpost.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", start, "plan", county, "--out", str(tmp_path), *more]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if told in line:
                process.send_signal(signal.SIGINT)
                break
        rest = process.stderr.read()
        code = process.wait(60)
    assert "Traceback" not in rest
    plans = [json.loads(p.read_text()) for p in sorted(tmp_path.glob("*/plan.json"))]
    return code, plans


def test_ctrl_c_keeps_the_best_plan_found_and_says_that_it_is_not_proven(tmp_path):
    """150 stations, stopped once there is a plan: written, labelled feasible, with its bound."""
    code, (plan,) = _interrupted(tmp_path, "synthetic:1x150", "no plan below")
    assert code == 3
    assert plan["status"] == "feasible"
    assert plan["stations"]
    assert plan["bound"] < plan["objective"]
    assert plan["seconds"] < 30


def test_ctrl_c_in_a_province_keeps_what_is_done_and_says_what_was_not_begun(tmp_path):
    """A hundred counties on one process, stopped after the first: every one has a file."""
    code, plans = _interrupted(tmp_path, "synthetic:100x25", "1/100", "--workers", "1")
    assert code == 3
    assert len(plans) == 100
    assert plans[0]["status"] == "optimal"
    assert plans[-1]["status"] == "unknown"
    assert "before this county was planned" in plans[-1]["reason"]
