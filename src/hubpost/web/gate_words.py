"""Words of signing in, of roles and of the log."""

from hubpost.model.refused import Refused
from hubpost.web.languages import mark as _
from hubpost.web.viewer import Viewer

ROLE = {
    "administrator": _("administrator"),
    "planner": _("planner"),
    "dispatcher": _("dispatcher"),
    "hub_chief": _("hub station chief"),
    "station_chief": _("station chief"),
    "officer": _("officer"),
    "auxiliary": _("auxiliary officer"),
    "grid_worker": _("grid worker"),
    "clerk": _("counter clerk"),
    "governance_staff": _("governance centre staff"),
    "evaluator": _("evaluator"),
    "auditor": _("auditor"),
    "border_partner": _("border partner"),
    "public": _("the public"),
}

SCOPE = {
    "county": _("whole county"),
    "group": _("hub group"),
    "station": _("station"),
    "grid": _("grid"),
    "partner": _("partner"),
}

GATE_REFUSAL = {
    "sign_in_wrong": _("Name, password or code is not right."),
    "sign_in_locked": _("Too many attempts. Wait a quarter of an hour, or ask an administrator."),
    "proof_over": _("Give name and password once more."),
    "code_wrong": _("The code is not right. Check the clock of the telephone."),
    "link_ended": _("This link is unknown, used or expired. Ask for a new one."),
    "password_length": _(
        "A password has 12 to 200 characters. A few words in a row are easy to remember."
    ),
    "password_guessable": _("Choose a password that does not repeat itself or hold the name."),
    "passwords_differ": _("The two passwords are not the same."),
    "password_wrong": _("The present password is not right."),
    "account_name": _("A name has 2 to 40 letters, digits, dots, dashes or underscores."),
    "account_known": _("There is an account of this name already."),
    "set_up_done": _("This installation has accounts. Ask an administrator."),
    "session_unknown": _("There is no such session of yours."),
    "oidc_wrong": _("The provider did not let you in, or the way there is too old."),
    "oidc_away": _("The provider does not answer. Use your password."),
    "oidc_unknown": _("The provider knows you, but there is no account here."),
    "own_account": _("Another administrator changes your account."),
    "account_unknown": _("There is no such account."),
    "grant_dates": _("The role would end before it begins, or a day is not a day. Correct it."),
    "scope_unknown": _("There is no such place in this county."),
    "scope_partner": _("A border partner is given its own agreement as scope, and nobody else is."),
    "grant_unknown": _("This role is not held any more."),
    "role_unknown": _("Choose a role and a scope."),
    "not_encrypted": _(
        "This way is not encrypted, so no password is asked for. Open the page by https."
    ),
    "aid_out_of_order": _("This step does not follow from where the aid stands now."),
}

#: What the audit log calls its rows.
LOGGED = {
    "sign_in": _("signed in"),
    "sign_in_failed": _("could not sign in"),
    "sign_out": _("signed out"),
    "person.view": _("looked at a person's details"),
    "log.view": _("looked at the log"),
    "log.checkpoint": _("printed a checkpoint"),
}


def gate_refusal(viewer: Viewer, refused: Refused) -> str:
    """The refusal in the viewer's words."""
    message = GATE_REFUSAL.get(refused.code)
    return viewer.say(message) if message else str(refused)
