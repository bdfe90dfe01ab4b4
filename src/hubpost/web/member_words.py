"""Words of the pages of minimum units: roles, answers, and what members do and never do."""

from hubpost.web.languages import mark as _

ROLE = {
    "officer": _("officer of the grid"),
    "cadre": _("village cadre"),
    "grid_worker": _("grid worker"),
    "volunteer": _("volunteer"),
}
#: Said on every page of a member, whatever the call.
DO_AND_NEVER = _(
    "Report, warn, separate, rescue. Never detain, search or question anybody, and keep away from "
    "arms and violence."
)
