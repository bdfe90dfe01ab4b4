"""What the console says about closed roads, weather and reach."""

from hubpost.web.languages import mark as _

#: Refusals that say the entry was wrong.
ROAD_INPUT_CODES = frozenset({"speed_factor_range", "closure_time", "closure_shape"})

ROAD_REFUSAL = {
    "closure_known": _("This closure was entered before; it was not entered again."),
    "closure_unknown": _("This closure is over or was lifted already."),
    "closure_time": _("The end must lie ahead, and after the beginning."),
    "closure_shape": _("The drawing is not a point, line or area on the map."),
    "speed_factor_range": _("The speed left must be from none (closed) to all of the usual."),
}
