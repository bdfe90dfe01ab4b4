"""What the console says about closed roads, weather and reach."""

from hubpost.web.languages import mark as _

#: Refusals that say the entry was wrong.
ROAD_INPUT_CODES = frozenset(
    {
        *("speed_factor_range", "closure_time", "closure_shape"),
        *("closure_off_road", "closure_file", "reach_needs_roads", "fix_refused"),
    }
)

ROAD_REFUSAL = {
    "closure_known": _("This closure was entered before; it was not entered again."),
    "closure_unknown": _("This closure is over or was lifted already."),
    "closure_time": _("The end must lie ahead, and after the beginning."),
    "closure_shape": _("The drawing is not a point, line or area on the map."),
    "closure_off_road": _(
        "There is no road at this point, or none nearby that joins the points. "
        "Zoom in and click on the road, with points in between."
    ),
    "closure_file": _("The file holds no closures that can be used; nothing was closed."),
    "speed_factor_range": _("The speed left must be from none (closed) to all of the usual."),
    "reach_needs_roads": _("Reach needs the county's roads; there are none here."),
    "fix_refused": _("The position cannot be believed and was not kept."),
}

#: Notes of an advice about the roads it reckoned with.
ROAD_NOTE = {
    "roads_closed": _("Closed or slowed roads reckoned with: %(closures)s."),
    "roads_ignored": _(
        "Road closures in force: %(closures)s. These driving times cannot reckon with them; "
        "ask the crew for the way."
    ),
    "roads_rain": _("Rain is reckoned with (estimated)."),
    "roads_snow": _("Snow is reckoned with (estimated)."),
    "roads_dark": _("Night is reckoned with (estimated)."),
}

WEATHER = {"dry": _("dry"), "rain": _("rain"), "snow": _("snow or ice")}
LIGHT = {
    "day": _("no allowance for night"),
    "night": _("night"),
    "sun": _("night by the sun"),
}

#: One-tap reasons; the text itself is what is kept.
CLOSURE_REASONS = (
    _("landslide"),
    _("flood"),
    _("snow or ice on the road"),
    _("traffic accident"),
    _("road works"),
    _("market or event"),
)
#: What is left of the usual speed, in hundredths.
SPEEDS_LEFT = {
    "0": _("closed to all traffic"),
    "25": _("a quarter of the usual speed"),
    "50": _("half the usual speed"),
    "75": _("three quarters of the usual speed"),
}
BEGINNINGS = {"now": _("now"), "60": _("in 1 hour"), "time": _("at a time")}
ENDS = {
    "lifted": _("until lifted"),
    "60": _("for 1 hour"),
    "120": _("for 2 hours"),
    "360": _("for 6 hours"),
    "1440": _("for 24 hours"),
    "time": _("until a time"),
}

ROAD_KINDS = {
    "weather": WEATHER,
    "light": LIGHT,
    "speed_left": SPEEDS_LEFT,
    "beginning": BEGINNINGS,
    "end": ENDS,
}

#: Messages that the roads script says; sent with the page.
ROAD_SCRIPT_WORDS = (
    _("Click on the road on the map; a second point closes the road between."),
    _("%(road)s · %(metres)s m"),
    _("%(road)s · one point"),
    _("unnamed road"),
    _("straight line: this county has no roads"),
    _("Reach is being computed …"),
)
