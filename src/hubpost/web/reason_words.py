"""The reasons of an advice, in words."""

from hubpost.web.languages import mark as _
from hubpost.web.road_words import ROAD_NOTE

REASON = {
    "own_nearest": _("The home station has a free unit, and nobody is nearer."),
    "own_kept": _(
        "The home station has a free unit; another would be a little sooner, "
        "but not enough to give up local knowledge."
    ),
    "own_busy": _("%(station)s, the home station, has no free unit."),
    "own_unreachable": _("%(station)s, the home station, cannot reach the place."),
    "own_without_units": _("%(station)s, the home station, has no units."),
    "own_slower": _("%(station)s, the home station, has a free unit but needs %(minutes)s min."),
    "nearest_in_group": _(
        "%(unit)s of %(station)s is free, in the same hub group, and about %(minutes)s min away."
    ),
    "beyond_group_none_free": _(
        "Nobody in the hub group is free; %(unit)s of %(station)s beyond it "
        "is about %(minutes)s min away."
    ),
    "beyond_group_sooner": _(
        "%(unit)s of %(station)s, beyond the hub group, is about %(minutes)s min away, "
        "far sooner than any in the group."
    ),
    "at_meal_or_training": _(
        "%(unit)s is called away from a meal, rest or training for this call."
    ),
    "no_unit_free": _("No unit is free anywhere. The call waits; send the first that clears."),
    "no_way_there": _("No unit can reach the place by road."),
    "fewer_than_needed": _("%(needed)s units are needed and only %(free)s can be sent."),
    "enough_units": _("As many units as needed are on this call."),
}

#: What else the dispatcher should know: notes of the advice, among them the cover left behind.
NOTE = {
    "escalated": _("The call was escalated: %(tier)s."),
    "fix_old": _(
        "The last position of %(unit)s is %(age)s min old; it is taken to be at %(station)s."
    ),
    "reserve_used": _("%(unit)s is held in reserve; no other will do."),
    "skill_short": _("%(units)s units lack a skill that this call needs."),
    "stack_on": _("Soonest to clear: %(unit)s, %(minutes)s min away once it is free."),
    "ask_partner": _("Ask the partner across the border."),
    "leaves_empty": _("This leaves %(station)s empty; nearest cover %(unit)s, %(minutes)s min."),
    "leaves_uncovered": _("This leaves %(station)s empty, and nobody can cover it."),
    "move_up": _("%(unit)s could move up to %(station)s in %(minutes)s min."),
    **ROAD_NOTE,
}

#: Tiers a call may be escalated to, by their number.
ESCALATED_TO = {
    "0": _("own station"),
    "1": _("own group"),
    "2": _("neighbouring group"),
    "3": _("further away"),
    "4": _("partner across the border"),
}

#: Said after own_busy when the busy unit's way is known: even freed at once it would be late.
OWN_BUSY_FAR = _("Its nearest is busy and %(minutes)s min away.")
