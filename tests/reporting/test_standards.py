"""EIDO and CAP: by the published schema where it is at hand, and by structure always."""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from hubpost.model import events as ev
from hubpost.model.apply import replay
from hubpost.reporting.cap import NAMESPACE, CapInfo, make_cap
from hubpost.reporting.eido import make_eido
from tests.boards import at, founding_board, received
from tests.model.later_events import every_later_event
from tests.model.test_apply import WHOLE_LIFE

NOW = datetime(2026, 3, 1, 13, tzinfo=UTC)
#: The schema has no licence that lets it be copied here; name its file to check against it.
SCHEMA = os.environ.get("HUBPOST_EIDO_SCHEMA", "")


def objects():
    """Incidents at every stage: waiting, under way, merged into, linked, closed."""
    board = founding_board(received(), received(call_id="c2"))
    story = [*WHOLE_LIFE[:4], *every_later_event()[:12]]
    yield make_eido(board, board.calls["c1"], agency="z.example", now=NOW)
    for event in story:
        board = replay([event], board)
        for call in [*board.calls.values(), *board.merged.values()]:
            yield make_eido(board, call, agency="z.example", now=NOW)
    yield make_eido(board, board.calls["c1"], agency="z.example", now=NOW, closed=True)


@pytest.mark.skipif(not SCHEMA, reason="HUBPOST_EIDO_SCHEMA does not name eido-1.0.0.yaml")
def test_every_object_is_valid_by_the_published_schema():
    import yaml
    from jsonschema import Draft4Validator

    # The published file says `minItems: 1,`, which YAML reads as text and no validator takes.
    text = Path(SCHEMA).read_text("utf-8").replace("minItems: 1,", "minItems: 1")
    whole = yaml.safe_load(text)
    root = {"$ref": "#/components/schemas/EmergencyIncidentDataObjectType"}
    validator = Draft4Validator({**root, "components": whole["components"]})
    made = list(objects())
    assert len(made) > 20
    for eido in made:
        problems = [e.message for e in validator.iter_errors(json.loads(json.dumps(eido)))]
        assert problems == []


def walk(value):
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from walk(child)
    elif isinstance(value, list):
        for child in value:
            yield from walk(child)


def test_every_component_has_its_prologue_and_every_reference_leads_somewhere():
    for eido in objects():
        parts = [d for d in walk(eido) if "$id" in d]
        ids = {d["$id"] for d in parts}
        assert all({"lastUpdateTimeStamp", "updatedByAgencyReference"} <= set(d) for d in parts)
        assert len(ids) == len(parts)
        assert {d["$ref"] for d in walk(eido) if "$ref" in d} <= ids


def test_status_units_merges_and_priority_follow_the_board():
    board = founding_board(received(), received(call_id="c2"), *WHOLE_LIFE[:3])
    board = replay([ev.CallMerged(at(3), "c2", "c1")], board)
    eido = make_eido(board, board.calls["c1"], agency="z", now=NOW)
    assert eido["incidentComponent"]["incidentStatusCommonRegistryText"] == ["ResourcesEnroute"]
    assert eido["incidentComponent"]["incidentCommonPriorityNumber"] == 7
    (unit,) = eido["emergencyResourceComponent"]
    assert (unit["primaryUnitStatusRegistryText"], unit["secondaryUnitStatusRegistryText"]) == (
        "NotAvailable",
        ["Enroute"],
    )
    assert unit["eta"] == at(11).isoformat()
    assert [m["incidentMergeDirectionCode"] for m in eido["mergeComponent"]] == ["REPLACING"]
    gone = make_eido(board, board.merged["c2"], agency="z", now=NOW)
    assert [m["incidentMergeDirectionCode"] for m in gone["mergeComponent"]] == ["REPLACED"]


INFO = CapInfo(
    "zh-CN", "Geo", "滑坡", "Immediate", "Severe", "Observed", "G319 K12 滑坡", "道路中断 <两侧>",
    "绕行", "濯水镇", (108.7, 29.2, 1.5), NOW + timedelta(hours=6),
)  # fmt: skip
ORDER = {
    "alert": [
        "identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction",
        "addresses", "code", "note", "references", "incidents", "info",
    ],
    "info": [
        "language", "category", "event", "responseType", "urgency", "severity", "certainty",
        "audience", "eventCode", "effective", "onset", "expires", "senderName", "headline",
        "description", "instruction", "web", "contact", "parameter", "resource", "area",
    ],
    "area": ["areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling"],
}  # fmt: skip
NEEDED = {
    "alert": {"identifier", "sender", "sent", "status", "msgType", "scope"},
    "info": {"category", "event", "urgency", "severity", "certainty"},
    "area": {"areaDesc"},
}


def test_a_warning_has_the_elements_of_cap_1_2_in_their_order_and_is_an_exercise():
    """Section 3.2 of the standard; its schema is not at hand, so order and content are."""
    root = etree.fromstring(make_cap("z-1", "z.example", NOW, [INFO, INFO], incident="c1"))
    assert etree.QName(root).namespace == NAMESPACE
    for element in root.iter():
        name = etree.QName(element).localname
        if name in ORDER:
            children = [etree.QName(c).localname for c in element]
            assert [ORDER[name].index(c) for c in children] == sorted(
                ORDER[name].index(c) for c in children
            )
            assert NEEDED[name] <= set(children)
    assert root.findtext(f"{{{NAMESPACE}}}status") == "Exercise"
    sent = root.findtext(f"{{{NAMESPACE}}}sent")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d", sent)
    circle = root.findtext(f".//{{{NAMESPACE}}}circle")
    assert circle == "29.20000,108.70000 1.5"
    assert root.findtext(f".//{{{NAMESPACE}}}headline").startswith("[演练 Exercise]")


def test_updates_and_cancellations_name_what_they_change():
    ref = "z.example,z-1,2026-03-01T13:00:00+00:00"
    update = etree.fromstring(make_cap("z-2", "z.example", NOW, [INFO], references=[ref]))
    assert update.findtext(f"{{{NAMESPACE}}}msgType") == "Update"
    cancel = make_cap("z-3", "z.example", NOW, [INFO], references=[ref], cancel=True)
    assert etree.fromstring(cancel).findtext(f"{{{NAMESPACE}}}msgType") == "Cancel"
    with pytest.raises(ValueError, match="which message it cancels"):
        make_cap("z-3", "z.example", NOW, [INFO], cancel=True)


def test_what_the_standard_does_not_permit_is_refused():
    from dataclasses import replace

    with pytest.raises(ValueError, match="no space, comma"):
        make_cap("z 1", "z.example", NOW, [INFO])
    with pytest.raises(ValueError, match="with a zone"):
        make_cap("z-1", "z.example", NOW.replace(tzinfo=None), [INFO])
    with pytest.raises(ValueError, match="Immediate, Expected"):
        make_cap("z-1", "z.example", NOW, [replace(INFO, urgency="now")])
