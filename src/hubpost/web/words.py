"""Words for every code the console may have to show."""

from hubpost.web.languages import mark as _
from hubpost.web.plan_words import PLAN_KINDS
from hubpost.web.road_words import ROAD_KINDS, ROAD_SCRIPT_WORDS

CATEGORY = {
    "criminal": _("criminal"),
    "public_order": _("public order"),
    "traffic": _("traffic"),
    "dispute": _("dispute"),
    "assistance": _("assistance"),
    "fire_disaster": _("fire or disaster"),
    "report": _("report or complaint"),
    "enquiry": _("enquiry"),
    "invalid": _("invalid"),
}

PRIORITY = {
    "1": _("1 · life or danger now"),
    "2": _("2 · ongoing"),
    "3": _("3 · can wait"),
    "4": _("4 · refer to 12345"),
}

STATE = {
    "received": _("waiting for a unit"),
    "assigned": _("unit assigned"),
    "acknowledged": _("acknowledged"),
    "en_route": _("en route"),
    "arrived": _("on scene"),
    "units_cleared": _("units cleared"),
    "cleared": _("closed"),
    "struck_through": _("struck through"),
}

ACTIVITY = {
    "at_station": _("at station"),
    "returning": _("returning"),
    "assigned": _("assigned"),
    "en_route": _("en route"),
    "on_scene": _("on scene"),
    "casework": _("on casework"),
    "meal": _("at a meal"),
    "rest": _("at rest"),
    "training": _("in training"),
    "off_duty": _("off duty"),
    "out_of_service": _("out of service"),
}

#: What stands against sending a unit, beside the activities above.
BARRED = {
    **ACTIVITY,
    "on_this_call": _("already on this call"),
    "lacks_skill": _("lacks a skill"),
    "unreachable": _("no way to the place"),
    "outside_policy": _("outside the rule"),
}

TIER = {
    "own": _("own station"),
    "group": _("own group"),
    "neighbour": _("neighbouring group"),
    "far": _("further away"),
}

RULE = {
    "own": _("own station only"),
    "group": _("within the hub group"),
    "mutual_aid": _("hub group, then mutual aid"),
    "nearest": _("nearest unit"),
}

STATION_TYPE = {
    "hub": _("hub station"),
    "base": _("base station"),
    "border": _("border station"),
    "station": _("station"),
}

LABEL = {
    "synthetic": _("synthetic"),
    "estimated": _("estimated"),
    "stand-in": _("stand-in"),
    "simulated": _("simulated"),
}

#: Parts of a county that labels speak of: sheets, or columns of them.
DATA_PART = {
    "calls": _("call records"),
    "indicators": _("indicators"),
    "stations": _("stations"),
    "stations.lon": _("station positions"),
    "stations.lat": _("station positions"),
    "stations.elevation_m": _("station elevations"),
    "stations.area_km2": _("station territories"),
    "stations.officers": _("officer counts"),
    "stations.auxiliaries": _("auxiliary counts"),
    "stations.units": _("unit counts"),
    "calls.station_id": _("home stations of call records"),
    "areas": _("villages"),
    "areas.station_id": _("home stations of villages"),
    "areas.lon": _("village positions"),
    "areas.lat": _("village positions"),
    "areas.elevation_m": _("village elevations"),
    "areas.population": _("village populations"),
    "areas.households": _("village households"),
    "areas.grids": _("village grids"),
    "neighbours": _("adjoining territories"),
    "travel_times": _("driving times"),
    "officers": _("officers"),
    "plan": _("hub groups"),
}

#: The steps of a unit on a call, as its buttons say them.
STEP = {
    "acknowledge": _("Acknowledge"),
    "set-off": _("En route"),
    "arrive": _("Arrived"),
    "clear": _("Clear"),
}

#: What a unit may be set to by hand, as its buttons say it.
SET_ACTIVITY = {
    "at_station": _("Back at station"),
    "returning": _("Returning"),
    "casework": _("Casework"),
    "meal": _("Meal"),
    "rest": _("Rest"),
    "training": _("Training"),
    "off_duty": _("Off duty"),
    "out_of_service": _("Out of service"),
}

#: One-tap reasons; the text itself is what is kept.
OVERRIDE_REASONS = (
    _("knows the place or the people"),
    _("closer than the system shows"),
    _("road closed or unsafe"),
    _("needs special skill or equipment"),
    _("advised unit does not answer"),
    _("ordered by the duty leader"),
)
STRIKE_REASONS = (
    _("entered twice"),
    _("entered by mistake"),
    _("test entry"),
)
RELEASE_REASONS = (
    _("no longer needed"),
    _("needed elsewhere"),
    _("cannot get through"),
)
OUTCOMES = (
    _("settled on the spot"),
    _("handed to casework"),
    _("referred to 12345"),
    _("no unit was needed"),
)

KINDS = {
    "category": CATEGORY,
    "priority": PRIORITY,
    "state": STATE,
    "activity": ACTIVITY,
    "barred": BARRED,
    "tier": TIER,
    "rule": RULE,
    "station_type": STATION_TYPE,
    "label": LABEL,
    "data_part": DATA_PART,
    "step": STEP,
    "set_activity": SET_ACTIVITY,
    **ROAD_KINDS,
    **PLAN_KINDS,
}

#: Messages that the browser's scripts say; sent with the page.
SCRIPT_WORDS = (
    _("live"),
    _("reconnecting"),
    _("no signal from the server"),
    _("The screen may be out of date since %(time)s."),
    _("The server did not answer, so it is not known whether it was saved. Check, then try again."),
    _("overdue"),
    _("map point"),
    _("Place: %(place)s"),
    _("Call %(number)s on the map"),
    *ROAD_SCRIPT_WORDS,
)
