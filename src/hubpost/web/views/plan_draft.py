"""Which plan an address or a form means: the optimum, an alternative, a version, a draft."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hubpost.actions.planning import (
    Draft,
    Workbench,
    find_signed_plan,
    groups_of_plan,
    price_groups,
)
from hubpost.model.plan import Plan
from hubpost.model.refused import Refused
from hubpost.model.station import HubGroup
from hubpost.planning.params import BadPlanInput
from hubpost.storage.store import Store

#: The field of a form that gives a station its hub; empty means that it stands alone.
FIELD = "hub-of-"
MOST_KEY = 20_000


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups, and the stations whose chosen hub is none."""

    groups: tuple[HubGroup, ...]
    homeless: Mapping[str, str] = field(default_factory=dict)


def groups_from_form(form: Mapping[str, str]) -> Groups:
    """Groups of fields `hub-of-STATION=HUB`; a station that is its own hub is one."""
    chosen = {k.removeprefix(FIELD): v for k, v in form.items() if k.startswith(FIELD)}
    hubs = [s for s, hub in chosen.items() if s == hub]
    bases: dict[str, list[str]] = {h: [] for h in hubs}
    homeless = {s: h for s, h in chosen.items() if h and h != s and h not in bases}
    for station, hub in chosen.items():
        if hub in bases and hub != station:
            bases[hub].append(station)
    return Groups(tuple(HubGroup(h, tuple(b)) for h, b in bases.items()), homeless)


def key_of_groups(groups: Iterable[HubGroup]) -> str:
    """Groups as text for an address: `hub:base,base;hub:base`."""
    return ";".join(f"{g.hub_id}:{','.join(g.base_ids)}" for g in groups)


def groups_of_key(store: Store, bench: Workbench | None, key: str) -> Groups:
    """The groups that a key names: `best`, `alternative-N`, a version's id, or groups as text.

    Raises Refused (plan_unknown, plan_question).
    """
    if ":" in key:
        return _from_text(key)
    if key.startswith("alternative-") and bench is not None:
        return Groups(_alternative(bench.best, key.removeprefix("alternative-")))
    return Groups(groups_of_plan(plan_of_key(store, bench, key)))


def plan_of_key(store: Store, bench: Workbench | None, key: str) -> Plan:
    """The plan behind `best` or a version's id. Raises Refused."""
    if key == "best" and bench is not None:
        return bench.best
    signed = store.read(lambda conn: find_signed_plan(conn, key[:64]))
    if signed is None:
        raise Refused("plan_unknown", f"Expected best, alternative-N or a version, came {key[:40]}")
    return signed.plan


def draft_of(bench: Workbench, chosen: Groups) -> Draft:
    """The groups priced. Raises Refused (plan_question) for what is no plan at all."""
    try:
        return price_groups(bench, chosen.groups, chosen.homeless)
    except BadPlanInput as why:
        raise Refused("plan_question", "; ".join(why.problems[:5])) from None


def _alternative(best: Plan, number: str) -> tuple[HubGroup, ...]:
    if not number.isdecimal() or not 1 <= int(number[:4]) <= len(best.alternatives):
        raise Refused("plan_unknown", f"Expected 1 to {len(best.alternatives)}, came {number[:9]}.")
    rows = best.alternatives[int(number) - 1]["groups"]
    return tuple(HubGroup(r["hub"], tuple(r["bases"])) for r in rows)  # type: ignore[attr-defined]


def _from_text(key: str) -> Groups:
    if len(key) > MOST_KEY:
        raise Refused("plan_question", f"Expected at most {MOST_KEY} characters.")
    rows = [part.partition(":") for part in key.split(";") if part]
    return Groups(tuple(HubGroup(h, tuple(b for b in bs.split(",") if b)) for h, _, bs in rows))
