"""The workbench behind a request: which question it asks, and what to say when it has no answer."""

from starlette.requests import Request

from hubpost.actions.plan_question import (
    PlanQuestion,
    in_fewest_words,
    question_of_fields,
    question_of_text,
)
from hubpost.actions.planning import Workbench
from hubpost.actions.workbenches import Planning, Workbenches
from hubpost.model.refused import Refused
from hubpost.planning.params import BadPlanInput

#: A page shows how far the planning is after so long; a part of a page waits for the end.
PAGE_WAIT_S = 3.0
PART_WAIT_S = 90.0


def get_question(text: str) -> PlanQuestion:
    """The question that an address names. Raises Refused (plan_unasked)."""
    try:
        return question_of_text(text)
    except BadPlanInput as why:
        raise _refused(why) from None


def get_asked(fields: dict[str, str]) -> PlanQuestion:
    """The question of a form. Raises Refused (plan_unasked)."""
    try:
        return in_fewest_words(question_of_fields(fields))
    except BadPlanInput as why:
        raise _refused(why) from None


def workbenches(request: Request) -> Workbenches:
    """Those of this process."""
    found: Workbenches = request.app.state.workbenches
    return found


def ask_bench(request: Request, question: PlanQuestion, wait_s: float) -> Workbench | Planning:
    """The workbench, which may hold no plan, or how far it is. Raises Refused."""
    try:
        return workbenches(request).ask(question, wait_s)
    except BadPlanInput as why:
        raise _refused(why) from None


def require_bench(request: Request, question: PlanQuestion) -> Workbench:
    """The workbench with a plan to hold drafts against. Raises Refused."""
    bench = ask_bench(request, question, PART_WAIT_S)
    if isinstance(bench, Planning):
        raise Refused("plan_in_work", "The question is still being planned.")
    if not bench.best.stations:
        raise Refused("plan_impossible", bench.best.reason, problems=bench.best.reason)
    return bench


def _refused(why: BadPlanInput) -> Refused:
    problems = "; ".join(why.problems[:5])
    return Refused("plan_unasked", problems, problems=problems)
