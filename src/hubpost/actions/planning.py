"""The plan workbench: a county's optimum, a person's draft priced against it, and signing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
import sqlalchemy as sa

from hubpost.actions.command_room import CommandRoom
from hubpost.actions.plan_basis import find_plan_basis
from hubpost.actions.plan_question import PlanQuestion, weights_of
from hubpost.actions.plans import sign_plan
from hubpost.model.county import County
from hubpost.model.plan import Plan
from hubpost.model.refused import Refused
from hubpost.model.station import HubGroup
from hubpost.planning.alternatives import with_alternatives
from hubpost.planning.edit import EditCheck, check_groups
from hubpost.planning.exact_search import MOST_STATIONS, Progress
from hubpost.planning.grouping import make_plan, plan_of_groups, relative_gap
from hubpost.planning.inputs import PlanInputs, make_inputs
from hubpost.planning.params import GroupingParams
from hubpost.planning.robustness import DrawParams, hub_probability, with_hub_probability
from hubpost.planning.terms import groups_from_ids
from hubpost.roads.travel_times import TravelTimes
from hubpost.simulation.inputs import SimulationParams, make_simulation_inputs
from hubpost.simulation.prediction import PredictResponse, response_predictor
from hubpost.simulation.replay import NoCalls
from hubpost.storage import schema
from hubpost.storage.store import Store
from hubpost.storage.transaction import Tx

#: A proof beyond 63 stations stops here, labelled feasible.
TIME_LIMIT_S = 60.0
DRAWS = 200
REPLICATIONS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Workbench:
    """What drafts are held against. best: the optimum, with alternatives and hub probability.

    question: what was asked. predict: simulated mean response of groups, None where the records
    do not suffice, with no_prediction saying why; response_labels stand beside its figures.
    """

    question: PlanQuestion
    county: County
    inputs: PlanInputs
    params: GroupingParams
    best: Plan
    predict: PredictResponse | None
    no_prediction: str
    response_labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """Groups with their price. homeless: station -> the hub chosen for it, which is no hub.

    check.breaches and homeless empty: legal. response_s: simulated mean, None when unknown, inf
    where calls are never answered. plan: the groups as a plan, bounded by the optimum.
    """

    plan: Plan
    check: EditCheck
    homeless: Mapping[str, str]
    response_s: float | None
    changed: tuple[str, ...]

    @property
    def legal(self) -> bool:
        return not self.check.breaches and not self.homeless


@dataclass(frozen=True, slots=True)
class SignedPlan:
    """A version: a plan as signed, never changed."""

    id: str
    signed_at: datetime
    signed_by: str
    reason: str
    plan: Plan


def open_workbench(
    store: Store,
    room: CommandRoom,
    question: PlanQuestion | None = None,
    *,
    progress: Progress | None = None,
) -> Workbench:
    """Plan the county of a database from what was kept at its import.

    Raises Refused (plan_basis_missing) where nothing was kept, BadPlanInput listing what the
    records lack or what is wrong with the question.
    """
    county = store.read(find_plan_basis)
    if county is None:
        raise Refused("plan_basis_missing", "The planning records were not kept at import.")
    return make_workbench(county, room.travel, question, progress=progress)


def make_workbench(
    county: County,
    travel: TravelTimes,
    question: PlanQuestion | None = None,
    *,
    progress: Progress | None = None,
) -> Workbench:
    """The workbench of a county and a question, by default what the county asks for.

    progress: as for make_plan; raising KeyboardInterrupt there ends the search with the best
    found, labelled feasible. Raises BadPlanInput.
    """
    question = question or PlanQuestion()
    inputs = make_inputs(county, travel, weights_of(question, county, travel))
    params = question.as_params(TIME_LIMIT_S)
    best = with_alternatives(inputs, params, make_plan(inputs, params, progress=progress))
    if best.status == "optimal" and len(inputs.station_ids) <= MOST_STATIONS:
        best = with_hub_probability(best, hub_probability(inputs, params, DrawParams(DRAWS)))
    predict, why, labels = _predictor(county, travel)
    return Workbench(question, county, inputs, params, best, predict, why, labels)


def price_groups(
    bench: Workbench, groups: Sequence[HubGroup], homeless: Mapping[str, str] | None = None
) -> Draft:
    """Check groups and price them against the optimum. Groups of one stand at the border.

    Raises BadPlanInput for unknown stations, one named twice, or no group at all.
    """
    grouped = list(groups)
    best = bench.best if bench.best.stations else None
    check = check_groups(bench.inputs, bench.params, grouped, best)
    plan = _plan_of(bench, grouped, check)
    was = {s.id: (s.type, s.hub_id) for s in bench.best.stations}
    changed = tuple(s.id for s in plan.stations if was and was[s.id] != (s.type, s.hub_id))
    response_s = bench.predict(plan.hub_groups) if bench.predict else None
    return Draft(plan, check, dict(homeless or {}), response_s, changed)


def groups_of_plan(plan: Plan) -> tuple[HubGroup, ...]:
    """The groups with bases, as a draft starts from; border stations are in none."""
    return tuple(HubGroup(g.hub, g.bases) for g in plan.groups)


def plan_with_forced(
    bench: Workbench, hubs: frozenset[str], forbidden: frozenset[str], bases: Mapping[str, str]
) -> Plan:
    """The best plan in which these stations are hubs, those are not, and bases have these hubs.

    An impossible wish is answered by an infeasible plan with its reason. Raises BadPlanInput.
    """
    params = replace(
        bench.params, forced_hubs=hubs, forbidden_hubs=forbidden, forced_bases=dict(bases)
    )
    return make_plan(bench.inputs, params)


def sign_draft(
    tx: Tx, bench: Workbench, draft: Draft, *, signed_by: str, reason: str, in_force: str
) -> str:
    """Put a legal draft in force under a name and a reason; the id of the new version.

    in_force: the plan the signer saw in force. Raises Refused: signer_missing, reason_missing,
    plan_illegal, plan_superseded when somebody else has signed since.
    """
    if not signed_by.strip():
        raise Refused("signer_missing", "A plan is signed by a name.")
    if not reason.strip():
        raise Refused("reason_missing", "A plan is signed with a reason.")
    if not draft.legal:
        raise Refused("plan_illegal", "The draft breaks a rule; see what it names.")
    if in_force != (tx.board.plan_id or ""):
        raise Refused("plan_superseded", "Another plan was signed meanwhile; compare first.")
    return sign_plan(tx, draft.plan, signed_by=signed_by.strip(), reason=reason.strip())


def list_signed_plans(conn: sa.Connection) -> list[SignedPlan]:
    """Every version, newest first."""
    rows = conn.execute(sa.select(schema.plan).order_by(schema.plan.c.signed_at.desc()))
    return [_signed(row) for row in rows]


def find_signed_plan(conn: sa.Connection, plan_id: str) -> SignedPlan | None:
    """One version, or None."""
    row = conn.execute(sa.select(schema.plan).where(schema.plan.c.id == plan_id)).first()
    return None if row is None else _signed(row)


def _signed(row: sa.Row) -> SignedPlan:  # type: ignore[type-arg]
    plan = msgspec.json.decode(row.body, type=Plan)
    return SignedPlan(row.id, row.signed_at, row.signed_by, row.reason, plan)


def _plan_of(bench: Workbench, groups: Sequence[HubGroup], check: EditCheck) -> Plan:
    """The optimum itself when the groups are its own; else a plan bounded by it."""
    best = bench.best
    if best.stations and _same(groups, groups_of_plan(best)):
        return best
    chosen = groups_from_ids(bench.inputs, [(g.hub_id, g.base_ids) for g in groups])
    plan = plan_of_groups(bench.inputs, bench.params, chosen)
    if check.breaches or best.bound is None:
        return plan
    gap = relative_gap(check.objective, best.bound)
    return replace(plan, bound=best.bound, gap=gap, extras={"over_best": check.over_best})


def _same(a: Sequence[HubGroup], b: Sequence[HubGroup]) -> bool:
    return {(g.hub_id, frozenset(g.base_ids)) for g in a} == {
        (g.hub_id, frozenset(g.base_ids)) for g in b
    }


def _predictor(
    county: County, travel: TravelTimes
) -> tuple[PredictResponse | None, str, tuple[str, ...]]:
    params = SimulationParams(replications=REPLICATIONS)
    try:
        inputs = make_simulation_inputs(county, travel, params)
    except NoCalls as why:
        return None, str(why), ()
    return response_predictor(inputs, params), "", tuple(dict.fromkeys(inputs.labels))
