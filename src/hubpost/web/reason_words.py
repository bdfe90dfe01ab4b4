"""The reasons of an advice, in words."""

from hubpost.web.languages import mark as _

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
    "at_meal_or_training": _("%(unit)s is called away from a meal or training for this call."),
    "no_unit_free": _("No unit is free anywhere. The call waits; send the first that clears."),
    "no_way_there": _("No unit can reach the place by road."),
    "fewer_than_needed": _("%(needed)s units are needed and only %(free)s can be sent."),
    "enough_units": _("As many units as needed are on this call."),
}

#: Said after own_busy when the busy unit's way is known: even freed at once it would be late.
OWN_BUSY_FAR = _("Its nearest is busy and %(minutes)s min away.")
