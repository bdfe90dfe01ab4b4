"""What the plan workbench says."""

from hubpost.web.languages import mark as _

#: Refusals that say the entry was wrong.
PLAN_INPUT_CODES = frozenset({"plan_illegal", "signer_missing", "plan_question", "plan_unasked"})

PLAN_REFUSAL = {
    "plan_basis_missing": _(
        "This database was imported before planning records were kept. Import the county into a "
        "new database to plan here; signed plans can still be read and exported."
    ),
    "plan_illegal": _("The draft breaks a rule, so it was not signed. See what is named below."),
    "plan_superseded": _(
        "Somebody else signed a plan meanwhile. Nothing was signed; compare with it first."
    ),
    "plan_unknown": _("There is no such plan."),
    "plan_question": _("The draft cannot be read as a plan."),
    "plan_unasked": _("The question cannot be planned as it is asked."),
    "plan_impossible": _("No plan meets what is asked."),
    "plan_too_large": _("The trade-off is computed for up to 63 stations."),
    "plan_in_work": _("This question is still being planned. Wait for it, then try again."),
    "signer_missing": _("A plan is signed by name. Give yours."),
}

#: A rule that groups break, with its stations.
BREACH = {
    "adjacency": _("%(base)s does not adjoin %(hub)s"),
    "reach": _("no way leads from %(base)s to %(hub)s"),
    "strength": _("%(hub)s has a lower score than %(base)s"),
    "size": _("%(hub)s has %(bases)s bases; allowed are %(least)s to %(most)s"),
    "cover": _("%(base)s stands in no group, and may not stand alone"),
    "border": _("%(alone)s stations stand alone; %(border)s are to be border stations"),
    "flagged": _("%(base)s is a border station by the county's file, yet in a group"),
    "hubs": _("%(hubs)s hubs; %(wanted)s are asked for"),
    "no_hub": _("%(base)s is given to %(hub)s, which is no hub in this draft"),
}

TERM = {
    "travel": _("driving to the hub (mean, in half hours)"),
    "imbalance": _("imbalance of workload (largest less smallest, by the mean)"),
    "strength": _("strength of the hubs (mean score)"),
}

PLAN_STATUS = {
    "optimal": _("proven best"),
    "feasible": _("allowed, not the best proven"),
    "infeasible": _("no plan exists"),
    "unknown": _("no plan found in time"),
}

#: Why no plan exists, by the cause that the planner names.
IMPOSSIBLE = {
    "few_candidates": _(
        "%(border)s border stations are asked for, only %(candidates)s may be border."
    ),
    "more_flagged": _(
        "%(border)s border stations are asked for, %(flagged)s are border by the county's file."
    ),
    "many_hubs": _("%(hubs)s hubs are asked for, only %(grouped)s stations can be in groups."),
    "no_split": _(
        "%(grouped)s stations cannot be split into groups of a hub with %(least)s to %(most)s "
        "bases."
    ),
    "hubs_hold": _(
        "%(hubs)s hubs with %(least)s to %(most)s bases each hold %(fewest)s to %(largest)s "
        "stations, but %(grouped)s must be in groups."
    ),
    "lonely": _("No allowed group holds %(stations)s."),
    "no_cover": _(
        "No choice of groups covers every station once under adjacency, strength and sizes."
    ),
}

#: What a mended question would ask, by the requirement that is changed.
RELAXATION = {
    "hubs": _("with %(hubs)s hubs"),
    "bases_per_hub": _("with %(least)s to %(most)s bases for each hub"),
    "border_stations": _("with %(border_stations)s border stations"),
    "strength": _("if these may have a hub of lower score: %(pairs)s"),
    "adjacency": _("if these may have a hub that does not adjoin: %(pairs)s"),
}

WEIGHTING = {
    "declared": _("declared"),
    "entropy": _("by entropy"),
    "critic": _("by CRITIC"),
}

SCALING = {"percentile": _("by rank"), "min-max": _("by range")}

SCORE_SOURCE = {"read": _("from the county's records"), "computed": _("computed")}

PLAN_KINDS = {
    "term": TERM,
    "plan_status": PLAN_STATUS,
    "score_source": SCORE_SOURCE,
    "weighting": WEIGHTING,
    "scaling": SCALING,
}
