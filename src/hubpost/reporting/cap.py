"""A public warning as a Common Alerting Protocol 1.2 message (OASIS), XML.

Hubpost makes *Exercise* messages only: whether the public is warned is not for it to decide. A
real warning is made by the authority that may, from what this message says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
CATEGORIES = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport",
    "Infra", "CBRNE", "Other",
)  # fmt: skip
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")


@dataclass(frozen=True, slots=True)
class CapInfo:
    """One language's text of the warning, and where it holds.

    circle: (lon, lat, radius in km). Words of urgency, severity and certainty are the standard's.
    """

    language: str
    category: str
    event: str
    urgency: str
    severity: str
    certainty: str
    headline: str
    description: str
    instruction: str
    area_text: str
    circle: tuple[float, float, float] | None = None
    expires_at: datetime | None = None


def make_cap(
    identifier: str,
    sender: str,
    sent_at: datetime,
    infos: Sequence[CapInfo],
    *,
    incident: str | None = None,
    references: Sequence[str] = (),
    cancel: bool = False,
) -> bytes:
    """The message as UTF-8 XML, elements in the order of the standard, status Exercise.

    identifier, sender: without spaces, commas, < and &. references: `sender,identifier,sent` of
    the messages it updates or cancels. Raises ValueError for what the standard does not permit.
    """
    _check(identifier, sender, sent_at, infos, references, cancel)
    alert = ET.Element(f"{{{NAMESPACE}}}alert")
    kind = "Cancel" if cancel else "Update" if references else "Alert"
    _add(alert, "identifier", identifier)
    _add(alert, "sender", sender)
    _add(alert, "sent", _time(sent_at))
    _add(alert, "status", "Exercise")
    _add(alert, "msgType", kind)
    _add(alert, "scope", "Public")
    _add(alert, "note", "演练 Exercise")
    if references:
        _add(alert, "references", " ".join(references))
    if incident:
        _add(alert, "incidents", incident)
    for info in infos:
        _add_info(alert, info)
    ET.indent(alert)
    text: bytes = ET.tostring(
        alert, encoding="UTF-8", xml_declaration=True, default_namespace=NAMESPACE
    )
    return text


def _add_info(alert: ET.Element, info: CapInfo) -> None:
    part = _add(alert, "info")
    _add(part, "language", info.language)
    _add(part, "category", info.category)
    _add(part, "event", info.event)
    _add(part, "urgency", info.urgency)
    _add(part, "severity", info.severity)
    _add(part, "certainty", info.certainty)
    if info.expires_at is not None:
        _add(part, "expires", _time(info.expires_at))
    _add(part, "headline", f"[演练 Exercise] {info.headline}")
    _add(part, "description", info.description)
    _add(part, "instruction", info.instruction)
    area = _add(part, "area")
    _add(area, "areaDesc", info.area_text)
    if info.circle is not None:
        lon, lat, radius_km = info.circle
        _add(area, "circle", f"{lat:.5f},{lon:.5f} {radius_km:g}")


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    element = ET.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    element.text = text
    return element


def _time(at: datetime) -> str:
    """With a numeric zone: the standard does not know Z."""
    return at.replace(microsecond=0).isoformat()


def _check(
    identifier: str,
    sender: str,
    sent_at: datetime,
    infos: Sequence[CapInfo],
    references: Sequence[str],
    cancel: bool,
) -> None:
    for name, value in (("identifier", identifier), ("sender", sender)):
        if not value or any(c in value for c in " ,<&"):
            raise ValueError(f"{name}: expected no space, comma, < or &, came {value!r}.")
    if sent_at.tzinfo is None:
        raise ValueError("sent: expected a time with a zone.")
    if cancel and not references:
        raise ValueError("A cancellation says which message it cancels; none was given.")
    for info in infos:
        for word, allowed in (
            (info.category, CATEGORIES),
            (info.urgency, URGENCIES),
            (info.severity, SEVERITIES),
            (info.certainty, CERTAINTIES),
        ):
            if word not in allowed:
                raise ValueError(f"Expected one of {', '.join(allowed)}; came {word!r}.")
