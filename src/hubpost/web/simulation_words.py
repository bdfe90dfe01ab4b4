"""What the before | after page says."""

from hubpost.web.languages import mark as _

#: Figure -> its words, the unit in which it is shown, and how many of its own units make one.
FIGURES: dict[str, tuple[str, str, float]] = {
    "mean_s": (_("mean response"), _("min"), 60.0),
    "median_s": (_("median response"), _("min"), 60.0),
    "p90_s": (_("response of nine calls in ten (p90)"), _("min"), 60.0),
    "within_target": (_("reached within the target"), "%", 0.01),
    "waited": (_("calls that waited for a unit"), "%", 0.01),
    "mean_wait_s": (_("mean wait for a unit"), _("min"), 60.0),
    "crossed": (_("first unit from another station"), "%", 0.01),
    "calls": (_("calls a replication"), "", 1.0),
    "unanswered": (_("calls nobody came to"), "", 1.0),
    "busy": (_("time its units are on calls"), "%", 0.01),
    "casework": (_("time its units are on casework"), "%", 0.01),
    "empty": (_("time with nobody ready at the station"), "%", 0.01),
}

SCOPE = {
    "county": _("county"),
    "groups": _("hub group"),
    "stations": _("station"),
    "priorities": _("priority"),
    "areas": _("village"),
}

#: What a unit is doing in the playback; the words of the console, and one for the way out.
STATES = (
    *("at_station", "assigned", "en_route", "on_scene", "returning", "casework"),
    *("meal", "rest", "training", "off_duty"),
)

#: Upper ends of the classes of the map, minutes; the last class is open.
CLASSES_MIN = (10, 15, 20, 30, 45)

#: Speeds of the playback: seconds of the day a second.
SPEEDS = (1, 10, 60, 300, 600, 1200, 1800, 3600)

SIMULATION_REFUSAL = {
    "simulation_running": _("A simulation is already running. Wait for it, or stop it."),
    "simulation_no_plan": _("No plan is in force, so there is nothing to compare. Sign one first."),
    "simulation_no_basis": _("This console has no records of the county to simulate from."),
    "simulation_unasked": _(
        "This cannot be simulated. Expected 1 to 100 replications, above 0 and at most 5 years "
        "each, a target above 0 minutes and a seed from 0 on. Correct that and ask again."
    ),
}

#: Why a run ended without a prediction.
RUN_REASON = {
    "stopped": _("The simulation was stopped; what is shown is the prediction kept before."),
    "no_calls": _(
        "No new prediction: the county has no call that units went to, or no village. "
        "Import its calls and areas first."
    ),
    "failed": _("No new prediction: the simulation ended in an error. Tell who runs the system."),
}
