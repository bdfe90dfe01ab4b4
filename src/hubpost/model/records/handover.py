"""Hand-over between shifts 交接: offered by one, accepted by another."""

from dataclasses import dataclass, replace

from hubpost.model.records.change import Change, Kind, Rules
from hubpost.model.records.machine import NOTHING, Machine, Move
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover(Record):
    """交接单: owner_id hands over; open_items are record ids derived at that moment."""

    to_id: str = ""
    open_items: tuple[str, ...] = ()
    open_call_ids: tuple[str, ...] = ()
    reason: str = ""


HANDOVER = Machine(
    "handover",
    "交接",
    {"offered": "待接", "accepted": "已接", "withdrawn": "撤回"},
    (
        Move("offer", "交班", (NOTHING,), "offered", ("station_id", "owner_id")),
        Move("accept", "接班", ("offered",), "accepted", ("to_id",)),
        Move("withdraw", "撤回", ("offered",), "withdrawn", ("reason",)),
    ),
)


def rule_handover(
    before: Handover | None, after: Handover, change: Change, rules: Rules
) -> Handover:
    """The hand-over; nobody takes over from himself."""
    if change.move == "accept" and after.to_id == after.owner_id:
        raise Refused("same_person", "Another one must take over. Name whoever comes on duty.")
    closed = change.at if after.state != "offered" else None
    return replace(after, closed_at=closed)


HANDOVER_KIND = Kind(Handover, HANDOVER, "接", rule_handover, private=("title", "reason"))
