"""Workbenches: each question planned once, told how far it is, stopped with the best found."""

from threading import Event

import pytest

from hubpost.actions.plan_question import PlanQuestion
from hubpost.actions.planning import TIME_LIMIT_S, Workbench
from hubpost.actions.workbenches import MOST_KEPT, Planning, Workbenches
from hubpost.planning.grouping import make_plan
from hubpost.planning.params import BadPlanInput
from hubpost.planning.synthetic import synthetic_inputs


def bench_of(question, inputs=None, progress=None):
    """A workbench over synthetic stations; what a county's records add is not looked at here."""
    inputs = inputs or synthetic_inputs(0, 8)
    params = question.as_params(TIME_LIMIT_S)
    best = make_plan(inputs, params, progress=progress)
    return Workbench(question, None, inputs, params, best, None, "", ())


@pytest.fixture
def opened():
    """Workbenches whose planning is counted."""
    asked = []

    def open_bench(question, progress):
        asked.append(question)
        return bench_of(question)

    benches = Workbenches(open_bench)
    yield benches, asked
    benches.close()


def test_a_question_is_planned_once(opened):
    benches, asked = opened
    one = benches.ask(PlanQuestion(), 30.0)
    assert isinstance(one, Workbench)
    assert benches.ask(PlanQuestion(), 30.0) is one
    assert asked == [PlanQuestion()]


def test_the_oldest_questions_are_forgotten(opened):
    benches, _asked = opened
    for alpha in range(MOST_KEPT + 1):
        benches.ask(PlanQuestion(alpha=float(alpha)), 30.0)
    assert benches.find(PlanQuestion(alpha=0.0)) is None
    assert benches.find(PlanQuestion(alpha=1.0)) is not None


def test_a_long_planning_tells_how_far_it_is_and_stops_with_the_best_found():
    """A hundred stations cannot be proven at once: the bound is told, and stopping keeps a plan
    that says that it is not proven."""
    inputs, told = synthetic_inputs(1, 100), Event()

    def open_bench(question, progress):
        def tell(best, bound):
            if best is not None:
                told.set()
            progress(best, bound)

        return bench_of(question, inputs, tell)

    benches = Workbenches(open_bench)
    planning = benches.ask(PlanQuestion(), 0.0)
    assert isinstance(planning, Planning)
    assert told.wait(60)
    assert planning.bound <= planning.best
    benches.stop(PlanQuestion())
    bench = benches.ask(PlanQuestion(), 60.0)
    benches.close()
    assert isinstance(bench, Workbench)
    assert bench.best.stations
    assert bench.best.status == "feasible"
    assert bench.best.seconds < TIME_LIMIT_S
    assert bench.best.bound < bench.best.objective


def test_what_planning_raises_is_raised_and_may_be_asked_again():
    answers = iter([BadPlanInput(["no calls"]), None])

    def open_bench(question, progress):
        trouble = next(answers)
        if trouble:
            raise trouble
        return bench_of(question)

    benches = Workbenches(open_bench)
    with pytest.raises(BadPlanInput, match="no calls"):
        benches.ask(PlanQuestion(), 30.0)
    assert isinstance(benches.ask(PlanQuestion(), 30.0), Workbench)
    benches.close()
