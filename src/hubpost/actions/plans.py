"""Signing a plan: from then on its groups dispatch together."""

from uuid import uuid4

import msgspec

from hubpost.model.apply import Refused
from hubpost.model.events import GroupsFormed
from hubpost.model.plan import Plan
from hubpost.storage import schema
from hubpost.storage.transaction import Tx


def sign_plan(tx: Tx, plan: Plan, *, signed_by: str, reason: str) -> str:
    """Put a plan in force under a name and a reason; its id. Signed plans are never changed.

    Raises Refused for a plan without groups, or of another county.
    """
    if not plan.stations:
        raise Refused("plan_empty", f"The plan is {plan.status} and has no groups to put in force.")
    unknown = sorted({s.id for s in plan.stations} - set(tx.board.stations))
    if unknown:
        raise Refused(
            "plan_of_another_county",
            f"The plan names {len(unknown)} stations that are not on the board, "
            f"the first being {unknown[0]}.",
        )
    plan_id = uuid4().hex
    tx.record(GroupsFormed(tx.now, plan.hub_groups, plan_id))
    tx.conn.execute(
        schema.plan.insert().values(
            id=plan_id,
            signed_at=tx.now,
            signed_by=signed_by,
            reason=reason,
            body=msgspec.json.encode(plan).decode(),
        )
    )
    return plan_id
