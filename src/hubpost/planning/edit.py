"""A person's edit of a plan: which rules it breaks, and what it costs against the optimum."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hubpost.model.plan import Plan
from hubpost.model.station import HubGroup
from hubpost.planning.grouping_problem import Rules, resolve_rules
from hubpost.planning.inputs import PlanInputs
from hubpost.planning.params import BadPlanInput, GroupingParams
from hubpost.planning.terms import Terms, groups_from_ids, terms_of


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that the groups break. rule: adjacency, strength, size, border, cover, hubs, reach."""

    rule: str
    stations: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class EditCheck:
    """breaches: empty when legal. over_best: objective minus that of the optimum, None without."""

    breaches: tuple[Breach, ...]
    terms: Terms
    objective: float
    over_best: float | None


def check_groups(
    inputs: PlanInputs, params: GroupingParams, groups: Sequence[HubGroup], best: Plan | None = None
) -> EditCheck:
    """Check and price groups; stations in none of them stand at the border.

    Raises BadPlanInput for unknown stations, a station named twice, or no group at all.
    """
    _check_named(inputs, groups)
    rules = resolve_rules(inputs, params)
    chosen = groups_from_ids(inputs, [(g.hub_id, g.base_ids) for g in groups])
    terms = terms_of(inputs, chosen)
    objective = terms.objective(params)
    breaches = (
        *_pair_breaches(inputs, groups),
        *_size_breaches(rules, groups),
        *_border_breaches(inputs, params, rules, groups),
    )
    over = None if best is None or best.objective is None else objective - best.objective
    return EditCheck(breaches, terms, objective, over)


def _check_named(inputs: PlanInputs, groups: Sequence[HubGroup]) -> None:
    named = [i for g in groups for i in g.station_ids]
    problems = [f"station {i} is not in the county" for i in named if i not in inputs.station_ids]
    problems += [
        f"station {i} is in two groups" for i in sorted({i for i in named if named.count(i) > 1})
    ]
    if not groups:
        problems.append("expected at least one group, got none")
    if problems:
        raise BadPlanInput(problems)


def _pair_breaches(inputs: PlanInputs, groups: Sequence[HubGroup]) -> list[Breach]:
    position = {station_id: k for k, station_id in enumerate(inputs.station_ids)}
    found = []
    for group in groups:
        h = position[group.hub_id]
        for base_id in group.base_ids:
            b, pair = position[base_id], (base_id, group.hub_id)
            base, hub = inputs.names[b], inputs.names[h]
            if not inputs.adjacent[b, h]:
                found.append(Breach("adjacency", pair, f"{base} does not adjoin {hub}"))
            if not np.isfinite(inputs.travel_s[b, h]):
                found.append(Breach("reach", pair, f"no way leads from {base} to {hub}"))
            if inputs.scores[h] < inputs.scores[b]:
                found.append(Breach("strength", pair, f"{hub} scores lower than {base}"))
    return found


def _size_breaches(rules: Rules, groups: Sequence[HubGroup]) -> list[Breach]:
    least, most = rules.sizes
    return [
        Breach("size", g.station_ids, f"{len(g.base_ids)} bases, allowed are {least}..{most}")
        for g in groups
        if not least <= len(g.base_ids) <= most
    ]


def _border_breaches(
    inputs: PlanInputs, params: GroupingParams, rules: Rules, groups: Sequence[HubGroup]
) -> list[Breach]:
    grouped = {i for g in groups for i in g.station_ids}
    left = [k for k, i in enumerate(inputs.station_ids) if i not in grouped]
    ids, names, found = inputs.station_ids, inputs.names, []
    for k in left:
        if rules.joins or not rules.candidates[k]:
            found.append(Breach("cover", (ids[k],), f"{names[k]} is in no group"))
    if not rules.joins and len(left) != rules.border:
        says = f"{len(left)} stations stand alone, {rules.border} are to be border stations"
        found.append(Breach("border", tuple(ids[k] for k in left), says))
    hubs = params.hubs if params.hubs is not None else inputs.hubs
    if hubs is not None and len(groups) != hubs:
        found.append(Breach("hubs", (), f"{len(groups)} hubs, {hubs} are asked for"))
    flagged = [ids[k] for k in np.flatnonzero(rules.flagged) if ids[k] in grouped]
    if flagged and not rules.joins:
        found.append(Breach("border", tuple(flagged), "flagged border, yet in a group"))
    return found
