"""What a dispatcher should know beside the reasons of an advice, as codes with facts."""

from collections.abc import Sequence
from math import isfinite

from hubpost.dispatch.recommendation import Candidate, Reason
from hubpost.model.board import CallOnBoard

#: Every code that `notes_of` may give; those of cover stand in `dispatch.cover`.
NOTE_CODES = ("escalated", "fix_old", "reserve_used", "skill_short", "stack_on", "ask_partner")


def notes_of(
    on_call: CallOnBoard | None,
    choices: Sequence[Candidate],
    barred: Sequence[Candidate],
    *,
    missing: int,
) -> tuple[Reason, ...]:
    """Escalation, old positions, reserves sent, skills nobody free has, and what else to do.

    When nobody can be sent: the busy unit that would be there soonest, to wait for, and, once
    the call was escalated that far, the partner across the border.
    """
    notes = []
    if on_call is not None and on_call.tier > 0:
        notes.append(Reason("escalated", {"tier": on_call.tier}))
    for choice in choices:
        if choice.fix_old and choice.fix_age_s is not None:
            facts: dict[str, str | float | int] = {
                "unit_id": choice.unit_id,
                "station_id": choice.station_id,
                "age_s": choice.fix_age_s,
            }
            notes.append(Reason("fix_old", facts))
        if choice.reserve:
            notes.append(Reason("reserve_used", {"unit_id": choice.unit_id}))
    if missing > len(choices):
        notes += _shortfall_notes(on_call, barred)
    return tuple(notes)


def _shortfall_notes(on_call: CallOnBoard | None, barred: Sequence[Candidate]) -> list[Reason]:
    notes = []
    short = sum(c.barred == "lacks_skill" for c in barred)
    if short:
        notes.append(Reason("skill_short", {"units": short}))
    busy = [c for c in barred if c.call_id and c.barred != "on_this_call" and isfinite(c.eta_s)]
    if busy:
        soonest = min(busy, key=lambda c: c.eta_s)
        notes.append(Reason("stack_on", {"unit_id": soonest.unit_id, "eta_s": soonest.eta_s}))
    if on_call is not None and on_call.tier >= 3:
        notes.append(Reason("ask_partner"))
    return notes
