"""What the dispatcher is told when an action is refused, by the code of the rule."""

from hubpost.web.languages import mark as _

#: Refusals that say the entry was wrong, not that somebody else was first.
INPUT_CODES = frozenset(
    {"outside_county", "time_ahead", "time_runs_backwards", "reason_missing", "no_stations"}
)

REFUSAL = {
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
    "county_known": _("This database already holds a county."),
    "plan_empty": _("The plan has no groups to put in force."),
    "plan_of_another_county": _("The plan names stations of another county."),
}

#: Said after a refusal, when it is known who was first.
TAKEN_BY = _("Sent by %(actor)s at %(time)s.")
