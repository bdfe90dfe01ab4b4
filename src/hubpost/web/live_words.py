"""Words of the command line, the warnings, the field page and minimum units, by their codes."""

from hubpost.web.languages import mark as _

LINE_PROBLEM = {
    "priority_unknown": _("priority is p1 to p4"),
    "units_unlikely": _("units are x1 to x20"),
    "template_unknown": _("no such template"),
    "category_unknown": _("no such kind of call"),
    "time_impossible": _("no such time"),
    "flag_unknown": _("no such mark"),
    "road_missing": _("name the road before the kilometre"),
    "road_unknown": _("no posts of this road are on record"),
    "post_beyond": _("this kilometre lies beyond the posts on record"),
}

#: What a line about a call or a unit does, as its preview says it.
LINE_STEP = {
    "assign": _("send"),
    "acknowledge": _("acknowledged"),
    "set-off": _("en route"),
    "arrive": _("arrived"),
    "clear": _("clear"),
    "release": _("call off"),
    "stack": _("let the call wait for it"),
    "unstack": _("wait no longer"),
    "escalate": _("seek units of the next tier"),
    "members": _("alert the minimum unit"),
    "transfer": _("hand over to"),
    "merge": _("merge into it call"),
    "link": _("link with call"),
    "close": _("close"),
    "note": _("note"),
    "reserve": _("hold in reserve"),
    "ready": _("no longer in reserve"),
    "crew": _("crew"),
    "move-up": _("move up to"),
    "home": _("go home"),
    "safe": _("all is well"),
    "at_station": _("at station"),
    "returning": _("returning"),
    "casework": _("on casework"),
    "meal": _("at a meal"),
    "rest": _("at rest"),
    "training": _("in training"),
    "off_duty": _("off duty"),
    "out_of_service": _("out of service"),
}

WARNING = {
    "duress": _("crew calls for help"),
    "overdue": _("overdue against its predicted arrival"),
    "unassigned": _("no unit assigned"),
    "unacknowledged": _("not acknowledged"),
    "not_set_off": _("has not set off"),
    "welfare": _("ask whether all is well"),
    "member_silent": _("member has not answered"),
    "scheduled_due": _("scheduled call is due"),
    "aid_unanswered": _("partner has not answered"),
}

NO_ALERT = {
    "danger": _("Arms or violence may be there: the minimum unit is not alerted."),
    "category": _("For this kind of call the minimum unit is not alerted."),
    "priority": _("For this priority the minimum unit is not alerted."),
    "logged": _("The call is kept for the record only."),
    "nobody_near": _("Nobody of a minimum unit is near, or all were alerted already."),
}

AID_STATE = {
    "requested": _("asked"),
    "offered": _("offered, not yet promised"),
    "committed": _("committed"),
}

FIELD_WORDS = {
    "title": _("Hubpost in the field"),
    "online": _("connected"),
    "offline": _("no signal: what you tap is kept and sent later"),
    "queued": _("kept on this device, not sent yet"),
    "no_call": _("No call."),
    "acknowledge": _("Acknowledge"),
    "set-off": _("En route"),
    "arrive": _("Arrived"),
    "feedback": _("Feedback"),
    "check": _("All is well"),
    "clear": _("Clear"),
    "note": _("Note"),
    "duress": _("HELP"),
    "duress_sent": _("help was called"),
    "navigate": _("Navigate"),
    "stacked": _("waits for you"),
    "danger": _("arms or violence"),
    "unconfirmed": _("place not confirmed"),
    "exercise": _("exercise"),
    "conflict": _("was not applied: things had changed meanwhile"),
    "done_at": _("done at"),
    "others": _("also sent"),
    "seen": _("as of"),
    "dismiss": _("Dismiss"),
    "signed_out": _("You are signed out; what you tapped is kept and sent after signing in."),
    "sign_in": _("Sign in"),
    "way": _("Way there"),
    "photo": _("Photo"),
    "photo_for": _("What the photo is for"),
    "photo_take": _("Take a photo"),
    "photo_hint": _(
        "Only when it helps; no faces where they are not needed. It is made smaller, its place and "
        "device data are cut off, and it is deleted after 30 days."
    ),
    "photo_unreadable": _("This is no picture that can be read."),
    "photo_scene": _("the scene"),
    "photo_road": _("the road"),
    "photo_damage": _("damage"),
    "photo_other": _("something else"),
}

#: What a photo is looked at for; the answer is kept in the log.
PHOTO_SHOWN_FOR = {
    "dispatch": _("to dispatch"),
    "casework": _("for the case file"),
    "review": _("to review the call"),
}

_NOT_BELIEVED = _(
    "The message of the partner was not accepted: it is not signed by it, not for us, or not fresh."
)
_QUEUE = _("The queue of the device could not be taken.")

#: Refusals of the actions behind the live pages; joined to those of the board.
LIVE_REFUSAL = {
    **{f"no_alert_{code}": text for code, text in NO_ALERT.items()},
    "crew_unlikely": _("A crew is a number, then skills, such as 3 +armed."),
    "agreement_nameless": _("Give the partner's name."),
    "agreement_over": _("The agreement with this partner is over. Renew it first."),
    "agreement_past": _("An agreement needs an end that lies ahead."),
    "partner_half": _("A partner's server has a key and an address, or neither."),
    "partner_unknown": _("There is no agreement with this partner."),
    "partner_without_server": _("There is no agreement with this partner."),
    "aid_wrong_side": _("Only the side that is asked offers and commits."),
    "aid_closed": _("This server takes part in no mutual aid yet."),
    "link_over": _("This link is over, or never was."),
    "key_reused": _("This key was used for another request."),
    "key_unlikely": _("A request key is too long or empty."),
    "line_unreadable": _("A word of the line could not be read. Correct it or leave it out."),
    "place_not_known": _("The place is not known. Choose one, or click the map."),
    "place_not_one": _("Several places have this name. Say which."),
    "message_for_another": _NOT_BELIEVED,
    "message_stale": _NOT_BELIEVED,
    "message_unreadable": _NOT_BELIEVED,
    "message_version": _NOT_BELIEVED,
    "signature_wrong": _NOT_BELIEVED,
    "queue_out_of_order": _QUEUE,
    "queue_too_long": _QUEUE,
    "unit_of_another": _QUEUE,
    "zone_missing": _QUEUE,
    "step_unknown": _("There is no such step."),
    "member_incomplete": _("A member needs a village grid of this station, and a role."),
    "member_known": _("This mark is taken, empty or too long. Choose another."),
    "action_too_old": _("It is more than a week old. Enter it by hand."),
    "photo_unlikely": _("The photo came without a purpose or a proper id."),
    "photo_large": _("The photo is too large."),
    "photo_no_jpeg": _("This is no picture that can be read."),
    "photos_enough": _("The call has as many photos as it may have."),
    "photo_gone": _("There is no such photo, or its time is over."),
    "purpose_missing": _("Say what the photo is looked at for."),
}
