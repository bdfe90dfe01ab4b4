"""Templates, and what every one of them may use."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from hubpost.web.console import Console
from hubpost.web.gate_words import ROLE
from hubpost.web.live_words import AID_STATE, WARNING
from hubpost.web.viewer import Viewer, minutes

_environment = Environment(
    loader=PackageLoader("hubpost.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals["minutes"] = minutes
_environment.globals["warning_words"] = WARNING
_environment.globals["aid_words"] = AID_STATE
_environment.globals["role_words"] = ROLE

#: The header by which a screen tells an older answer from a newer one.
EVENT_ID_HEADER = "Hubpost-Event-Id"


def render(
    console: Console,
    viewer: Viewer,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """A page or a part of one, in the viewer's language."""
    event_id = str(context.pop("event_id", console.store.last_event_id))
    html = _environment.get_template(template).render(
        _=viewer.say,
        viewer=viewer,
        console=console,
        event_id=event_id,
        now=console.store.now(),
        **context,
    )
    return HTMLResponse(html, status, {EVENT_ID_HEADER: event_id, **(headers or {})})
