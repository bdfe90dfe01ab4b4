"""The event simulation against queueing theory: Erlang, waiting lines, Little, the hypercube."""

import numpy as np
import pytest

from hubpost.simulation.arrays import CallStream, World
from hubpost.simulation.erlang import erlang_c
from hubpost.simulation.hypercube import solve_hypercube
from hubpost.simulation.paired import half_width
from hubpost.simulation.queue_system import QueueSystem
from hubpost.simulation.run import run
from tests.simulation.queues import random_system


def simulate(system: QueueSystem, calls: int, seed: int):
    """The queue as a county without driving: who goes is decided by it, service is exponential."""
    rng = np.random.default_rng(seed)
    n, none, nobody = system.units, np.empty(0), np.empty(0, np.int32)
    # A ladder of tiny driving times gives the order of preference and costs nothing.
    ladder = np.zeros((len(system.rate), n))
    np.put_along_axis(ladder, system.prefs, np.arange(n) * 1e-9, axis=1)
    world = World(
        np.arange(n, dtype=np.int32), np.zeros(n), np.zeros((n, n), np.int32), np.zeros(4), 1,
        ladder[None], np.zeros((1, len(ladder), n)), np.zeros(len(ladder), np.int32),
        none, nobody, nobody, nobody, none, nobody, 0.0, np.inf,
    )  # fmt: skip
    received = np.cumsum(rng.exponential(1 / system.total_rate, calls))
    kind = rng.choice(len(system.rate), calls, p=system.rate / system.total_rate)
    ones, zeros = np.ones(calls), np.zeros(calls)
    stream = CallStream(
        received, received, kind, zeros.astype(np.int32), ones.astype(np.int32) * 2,
        ones.astype(np.int32), rng.exponential(1 / system.mu[0], (calls, 1)), ones, ones, zeros,
        zeros.astype(bool), zeros.astype(np.int32),
    )  # fmt: skip
    return stream, run(world, stream)


def batches(values, count=40):
    """Means of batches after the first tenth, long enough to be taken for independent."""
    kept = values[len(values) // 10 :]
    return kept[: len(kept) // count * count].reshape(count, -1).mean(axis=1)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (5, 3.7 / 1.33), (20, 15.0)])
def test_waiting_of_mmc_lies_in_the_interval_of_the_simulation(servers, load):
    """Share that waits is Erlang C, mean wait C / (c mu - lambda); 99.9 % intervals."""
    system = random_system(3, servers, servers + 2, load / servers, infinite=True, uneven=False)
    calls, out = simulate(system, 400_000, seed=servers)
    wait = out.dispatched_s - calls.decide_s
    c = erlang_c(load, servers)
    for values, expected in (((wait > 0).astype(float), c), (wait, c / (servers - load))):
        means = batches(values)
        assert abs(means.mean() - expected) < half_width(means, 0.999)


def test_littles_law_holds_for_the_units_at_work():
    """Mean number busy is arrival rate times mean time in service, whatever the distribution."""
    system = random_system(4, 6, 9, 0.7, infinite=True, uneven=False)
    calls, out = simulate(system, 200_000, seed=8)
    span = calls.received_s[-1]
    busy = out.busy_s.sum() / span
    service = (out.cleared_s - out.dispatched_s).mean()
    assert busy == pytest.approx(len(calls.received_s) / span * service, rel=1e-3)


def test_workloads_and_dispatch_fractions_agree_with_the_exact_hypercube():
    """Two independent predictions of one system: every figure within its 99.99 % interval."""
    system = random_system(11, 6, 8, 0.55, infinite=True, uneven=False)
    exact = solve_hypercube(system)
    calls, out = simulate(system, 600_000, seed=2)
    for c in range(8):
        for u in range(6):
            means = batches(((calls.dest == c) & (out.first_unit == u)).astype(float))
            assert abs(means.mean() - exact.dispatch[c, u]) < half_width(means, 0.9999) + 1e-5
    shares = out.busy_s / calls.received_s[-1]
    np.testing.assert_allclose(shares, exact.workloads, atol=0.01)


def test_bad_calls_are_refused_with_every_problem_named():
    system = random_system(1, 2, 2, 0.5)
    calls, _ = simulate(system, 10, seed=1)
    with pytest.raises(ValueError, match=r"received_s.*decide_s"):
        _run_again(calls._replace(received_s=calls.received_s * -1, decide_s=-calls.decide_s - 9))
    with pytest.raises(ValueError, match=r"on_scene_s.*needed.*priority"):
        _run_again(
            calls._replace(
                on_scene_s=-calls.on_scene_s, needed=calls.needed * 0, priority=calls.priority * 9
            )
        )


def _run_again(calls):
    from hubpost.simulation.run import check_calls

    none, nobody = np.empty(0), np.empty(0, np.int32)
    world = World(
        np.arange(2, dtype=np.int32), np.zeros(2), np.zeros((2, 2), np.int32), np.zeros(4), 1,
        np.zeros((1, 2, 2)), np.zeros((1, 2, 2)), np.zeros(2, np.int32),
        none, nobody, nobody, nobody, none, nobody, 0.0, np.inf,
    )  # fmt: skip
    check_calls(world, calls)
