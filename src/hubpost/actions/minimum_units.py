"""Minimum units: listing members, alerting them beside the police, their one-tap answers."""

from datetime import datetime
from functools import cache

import sqlalchemy as sa

from hubpost.actions.callers import mask_phone
from hubpost.actions.command_room import CommandRoom
from hubpost.actions.dispatch_data import load_table
from hubpost.actions.member_links import revoke_links
from hubpost.dispatch.minimum_units import MembersToAlert, MinimumUnitRules, members_to_alert
from hubpost.model import events as ev
from hubpost.model.apply import Refused
from hubpost.model.board import Board
from hubpost.model.call import Call, CallCategory
from hubpost.model.member import GridMember, MemberRole
from hubpost.storage import schema
from hubpost.storage.records.drawn_grids import read_unit_grids
from hubpost.storage.sealed import seal_value
from hubpost.storage.transaction import Tx


def load_rules() -> MinimumUnitRules:
    """The rules of minimum_units.toml. Raises ValueError naming what cannot be read."""
    return _read_rules()


@cache
def _read_rules() -> MinimumUnitRules:
    raw = load_table("minimum_units.toml")
    try:
        return MinimumUnitRules(
            **{
                **raw,
                "categories": frozenset(CallCategory(c) for c in raw["categories"]),
                "roles": tuple(MemberRole(r) for r in raw["roles"]),
            }
        )
    except (KeyError, ValueError, TypeError) as error:
        raise ValueError(f"minimum_units.toml: {error}. Correct it.") from error


def list_member(
    tx: Tx,
    member_id: str,
    role: MemberRole,
    grid_id: str,
    area_id: str,
    station_id: str,
    *,
    phone: str = "",
    address: str | None = None,
) -> None:
    """Put a member on the list of a police grid's unit. The telephone number is kept masked.

    grid_id: a village grid in it, or the police grid itself for who belongs to all of it.

    address: how alerts reach the member (an Apprise address); kept apart from board and events,
    and gone when the member leaves.
    """
    member = GridMember(member_id, role, grid_id, area_id, station_id, mask_phone(phone))
    tx.record(ev.MemberJoined(tx.now, member))
    _forget_address(tx, member_id)
    if address:
        who = f"member:{member_id}"
        sealed = seal_value(tx.conn, "contact", "address", address, who)
        tx.conn.execute(schema.contact.insert().values(id=who, address=sealed))


def remove_member(tx: Tx, member_id: str) -> None:
    """Take a member off the list, forget how to reach him or her, and end the member's page."""
    tx.record(ev.MemberLeft(tx.now, member_id))
    _forget_address(tx, member_id)
    revoke_links(tx, member_id)


def confirm_member(tx: Tx, member_id: str) -> None:
    """The contact was tried and is right."""
    tx.record(ev.MemberConfirmed(tx.now, member_id))


def alert_members(
    tx: Tx, room: CommandRoom, call_id: str, rules: MinimumUnitRules | None = None
) -> MembersToAlert:
    """Alert the members near a call, beside the police unit; says why when it alerts nobody."""
    if call_id not in tx.board.calls:
        raise Refused("call_not_open", f"Call {call_id} is not open.", call_id=call_id)
    places = {a.id: (a.lon, a.lat) for a in room.areas}
    call = tx.board.calls[call_id].call
    grids = read_unit_grids(tx.reading)
    found = members_to_alert(tx.board, call, places, rules or load_rules(), grids)
    if found.member_ids:
        tx.record(ev.MembersAlerted(tx.now, call_id, found.member_ids))
    return found


def alert_with_first_unit(tx: Tx, room: CommandRoom, call_id: str) -> None:
    """Alert the members as the first unit is sent, where the rules allow it; else do nothing.

    An exercise takes nobody from the fields unless a dispatcher asks for it.
    """
    call, rules = tx.board.calls[call_id], load_rules()
    first = len(call.responses) == 1 and not call.alerts and not call.call.exercise
    if first and rules.automatic and tx.board.members:
        alert_members(tx, room, call_id, rules)


def is_stood_down(call: Call) -> bool:
    """Whether members must keep away: arms or violence, also when it is learnt after the alert."""
    return call.danger or call.category in (CallCategory.CRIMINAL, CallCategory.PUBLIC_ORDER)


def answer_alert(tx: Tx, call_id: str, member_id: str, *, coming: bool) -> None:
    """The one tap: I come, or I cannot. Raises Refused to come where violence is spoken of."""
    on_board = tx.board.calls.get(call_id)
    if coming and on_board is not None and is_stood_down(on_board.call):
        raise Refused("danger_no_members", "Arms or violence: keep away.", call_id=call_id)
    tx.record(ev.MemberAnswered(tx.now, call_id, member_id, coming))


def member_arrives(tx: Tx, call_id: str, member_id: str, *, at: datetime | None = None) -> None:
    """先期到场: the member is there. The police's arrival stays its own milestone."""
    tx.record(ev.MemberArrived(at or tx.now, call_id, member_id))


def list_own_alerts(board: Board, member_id: str) -> list[str]:
    """The open calls a member was alerted to; members see no others."""
    return [
        call_id
        for call_id, call in board.calls.items()
        if any(a.member_id == member_id for a in call.alerts)
    ]


def _forget_address(tx: Tx, member_id: str) -> None:
    table = schema.contact
    tx.conn.execute(sa.delete(table).where(table.c.id == f"member:{member_id}"))
