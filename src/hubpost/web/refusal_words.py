"""What the dispatcher is told when an action is refused, by the code of the rule."""

from hubpost.web.languages import mark as _
from hubpost.web.live_words import LIVE_REFUSAL
from hubpost.web.plan_words import PLAN_INPUT_CODES, PLAN_REFUSAL
from hubpost.web.road_words import ROAD_INPUT_CODES, ROAD_REFUSAL
from hubpost.web.simulation_words import SIMULATION_REFUSAL

#: Refusals that say the entry was wrong, not that somebody else was first.
INPUT_CODES = frozenset(
    {
        *("outside_county", "time_ahead", "time_runs_backwards", "reason_missing", "no_stations"),
        *("due_time", "note_empty", "phone_unlikely", "nothing_changed", "place_incomplete"),
        *("crew_negative", "crew_unlikely", "position_impossible"),
        *("photo_unlikely", "photo_large", "photo_no_jpeg", "purpose_missing"),
        *ROAD_INPUT_CODES,
        *PLAN_INPUT_CODES,
        "simulation_unasked",
    }
)

REFUSAL = {
    **LIVE_REFUSAL,
    **SIMULATION_REFUSAL,
    "call_not_open": _("This call is no longer open. Nothing was changed."),
    "call_known": _("This report was taken before; it was not taken again."),
    "unit_unknown": _("There is no such unit on the board."),
    "unit_known": _("This unit is already on the board."),
    "unit_not_on_call": _("%(unit)s is not active on this call. The panel shows the state now."),
    "unit_not_available": _("%(unit)s was not sent: it is now %(activity)s."),
    "unit_on_call": _("%(unit)s is active on call %(call)s. Clear or call it off there first."),
    "unit_on_other_call": _("%(unit)s was not sent: it is now %(activity)s on call %(call)s."),
    "unit_on_this_call": _("%(unit)s is already on this call."),
    "station_unknown": _("There is no such station on the board."),
    "group_invalid": _("The groups name a station twice or one that is unknown."),
    "time_runs_backwards": _("The time is before an earlier step of the same call. Correct it."),
    "time_ahead": _("The time lies ahead of the clock. Correct it."),
    "milestone_known": _("%(unit)s has taken this step before. The panel shows the state now."),
    "already_arrived": _("%(unit)s has already arrived. Use Clear instead."),
    "activity_needs_call": _("This state comes about by a call, not by hand."),
    "units_still_active": _("%(unit)s is still active on this call. Clear or call it off first."),
    "reason_missing": _("A reason is needed. Choose or write one."),
    "override_reason_missing": _(
        "%(unit)s is not, or no longer, the advice for this call. Look at the advice below, "
        "or send %(unit)s with a reason."
    ),
    "outside_county": _("The place is more than 25 km from every village of this county."),
    "no_stations": _("The county has no stations yet. Import one first."),
    "call_logged_only": _("This call is kept for the record only; no unit is sent to it."),
    "nothing_changed": _("The amendment changes nothing."),
    "place_incomplete": _("A new place needs its point and its home station together."),
    "merge_with_itself": _("A call does not repeat itself."),
    "exercise_mixed": _("A call of an exercise is never merged with a real one."),
    "merge_not_single": _(
        "This call has units, alerts or merged calls; merge the other way round."
    ),
    "call_not_merged": _("This call is merged into no open call."),
    "already_linked": _("The calls are linked already."),
    "not_linked": _("The calls are not linked."),
    "tier_not_further": _("The call was escalated that far already."),
    "room_unknown": _("%(station)s has no command room."),
    "room_has_call": _("The call is handled there already."),
    "not_arrived": _("%(unit)s has not arrived at this call."),
    "member_not_alerted": _("This member was not alerted to the call."),
    "member_unknown": _("This member is on no list."),
    "member_alerted": _("This member was alerted already."),
    "danger_no_members": _(
        "Arms or violence are spoken of: members of minimum units are never sent there."
    ),
    "unit_on_no_call": _("%(unit)s is on no call; send it instead of letting the call wait."),
    "already_stacked": _("The call waits for %(unit)s already, or %(unit)s is on it."),
    "not_stacked": _("The call does not wait for %(unit)s."),
    "crew_negative": _("A crew is none or more."),
    "position_impossible": _("The position is not a valid one."),
    "fix_older": _("A newer position is known already."),
    "no_duress": _("%(unit)s calls for no help."),
    "aid_known": _("This aid was asked for already."),
    "aid_unknown": _("This aid is no longer open."),
    "aid_out_of_order": _("This step does not follow from where the aid stands now."),
    "offer_empty": _("An offer names at least one unit."),
    "due_time": _("A scheduled call needs a time that lies ahead; other calls have none."),
    "note_empty": _("Write a line of text first."),
    "phone_unlikely": _("The telephone number should have 3 to 15 digits."),
    "no_county": _("The database holds no county yet. Import one first."),
    "county_known": _("This database already holds a county."),
    "plan_empty": _("The plan has no groups to put in force."),
    "plan_of_another_county": _("The plan names stations of another county."),
    **ROAD_REFUSAL,
    **PLAN_REFUSAL,
}

#: Said after a refusal, when it is known who was first.
TAKEN_BY = _("Sent by %(actor)s at %(time)s.")
