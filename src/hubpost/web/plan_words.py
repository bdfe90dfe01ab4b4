"""What the plan workbench says."""

from hubpost.web.languages import mark as _

#: Refusals that say the entry was wrong.
PLAN_INPUT_CODES = frozenset({"plan_illegal", "signer_missing", "plan_question"})

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

SCORE_SOURCE = {"read": _("from the county's records"), "computed": _("computed")}

PLAN_KINDS = {"term": TERM, "plan_status": PLAN_STATUS, "score_source": SCORE_SOURCE}
