"""Who may do what, where and until when: one table of roles and rights."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the county while a grant runs."""

    ADMINISTRATOR = "administrator"
    PLANNER = "planner"
    DISPATCHER = "dispatcher"
    HUB_CHIEF = "hub_chief"
    STATION_CHIEF = "station_chief"
    OFFICER = "officer"
    AUXILIARY = "auxiliary"
    GRID_WORKER = "grid_worker"
    CLERK = "clerk"
    GOVERNANCE_STAFF = "governance_staff"
    EVALUATOR = "evaluator"
    AUDITOR = "auditor"
    BORDER_PARTNER = "border_partner"
    PUBLIC = "public"


class ScopeKind(StrEnum):
    """How far a grant reaches, widest first; `partner` is one partner across the border."""

    COUNTY = "county"
    GROUP = "group"
    STATION = "station"
    GRID = "grid"
    PARTNER = "partner"


#: Rights that need no sign-in at all.
OPEN_RIGHTS = frozenset({"public"})

_SEE = {"board.view", "call.view", "place.search", "own.settings", "plan.view"}
_FOLLOW = {"unit.follow"}
_DISPATCH = {
    *("call.take", "call.close", "call.strike", "call.transfer", "call.export"),
    *("unit.dispatch", "scene.view", "scene.run", "aid.view", "aid.ask", "aid.answer"),
    "road.close",
}
_RECORDS = {"record.view", "record.write", "dispute.handle", "own.tasks"}
#: What a chief decides of his people; a secondment gives rights at another station.
_LEAD = {"roster.lead"}

#: The one table. A right that stands in no row is nobody's.
ROLE_RIGHTS: dict[Role, frozenset[str]] = {
    Role.ADMINISTRATOR: frozenset(
        {"own.settings", "user.manage", "system.manage", "plan.view", "subject.handle"}
    ),
    Role.PLANNER: frozenset({*_SEE, "plan.make", "plan.sign", "simulation.run"}),
    Role.DISPATCHER: frozenset({*_SEE, *_FOLLOW, *_DISPATCH}),
    Role.HUB_CHIEF: frozenset({*_SEE, *_FOLLOW, *_DISPATCH, *_RECORDS, *_LEAD, "figures.view"}),
    Role.STATION_CHIEF: frozenset({*_SEE, *_FOLLOW, *_RECORDS, *_LEAD, "figures.view"}),
    Role.OFFICER: frozenset({*_SEE, *_FOLLOW, *_RECORDS}),
    Role.AUXILIARY: frozenset({*_SEE, *_FOLLOW}),
    Role.GRID_WORKER: frozenset({"own.settings", "own.tasks"}),
    Role.CLERK: frozenset({"own.settings", "service.handle", "subject.handle"}),
    Role.GOVERNANCE_STAFF: frozenset({"own.settings", "record.view", "dispute.handle"}),
    Role.EVALUATOR: frozenset({"own.settings", "figures.view", "plan.view", "simulation.run"}),
    Role.AUDITOR: frozenset({"own.settings", "audit.view", "figures.view", "plan.view"}),
    Role.BORDER_PARTNER: frozenset({"own.settings", "aid.partner"}),
    Role.PUBLIC: frozenset(),
}

ALL_RIGHTS = frozenset().union(*ROLE_RIGHTS.values()) | OPEN_RIGHTS


@dataclass(frozen=True, slots=True)
class Grant:
    """A role within a scope, from a moment until another; None means open-ended.

    scope_id: hub id of a group, station id, grid id, partner id; the county's id for the whole
    county.
    """

    role: Role
    scope_kind: ScopeKind
    scope_id: str
    valid_from: datetime | None = None
    valid_to: datetime | None = None

    def runs_at(self, at: datetime) -> bool:
        """Whether the grant is in force; the end itself is outside."""
        begun = self.valid_from is None or self.valid_from <= at
        return begun and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True, slots=True)
class Where:
    """Where a thing lies: only what is known is given. An empty one concerns the whole county."""

    hub_id: str | None = None
    station_id: str | None = None
    grid_id: str | None = None
    partner_id: str | None = None

    def within(self, kind: ScopeKind, scope_id: str) -> bool:
        """Whether a scope covers this place."""
        if kind is ScopeKind.COUNTY:
            return True
        place = {
            ScopeKind.GROUP: self.hub_id,
            ScopeKind.STATION: self.station_id,
            ScopeKind.GRID: self.grid_id,
            ScopeKind.PARTNER: self.partner_id,
        }[kind]
        return place is not None and place == scope_id


def running(grants: Iterable[Grant], right: str, at: datetime) -> tuple[Grant, ...]:
    """The grants in force that give a right, wherever they reach."""
    return tuple(g for g in grants if right in ROLE_RIGHTS[g.role] and g.runs_at(at))


def permits(grants: Iterable[Grant], right: str, where: Where, at: datetime) -> bool:
    """Whether any grant in force gives a right at a place. Open rights are everyone's."""
    return right in OPEN_RIGHTS or any(
        where.within(g.scope_kind, g.scope_id) for g in running(grants, right, at)
    )


def holds(grants: Iterable[Grant], right: str, at: datetime) -> bool:
    """Whether a right is held anywhere at all: enough to open a page that then filters by place."""
    return right in OPEN_RIGHTS or bool(running(grants, right, at))
