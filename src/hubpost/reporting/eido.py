"""An incident as an Emergency Incident Data Object (NENA-STA-021, JSON, version 1.0).

Only what the call and its units say: no caller, no officer. Registry texts are those of the
standard's registries where one fits; our own word stands beside it as the internal text.
"""

from datetime import datetime
from typing import Any

from hubpost.model.board import Board, CallOnBoard, UnitOnBoard
from hubpost.model.call import CallState
from hubpost.model.unit import Availability, UnitActivity, availability_of

VERSION = "1.0"
_STATUS = {
    CallState.RECEIVED: "Active",
    CallState.ASSIGNED: "ResourcesAssigned",
    CallState.ACKNOWLEDGED: "ResourcesAssigned",
    CallState.EN_ROUTE: "ResourcesEnroute",
    CallState.ARRIVED: "ResourcesOnscene",
    CallState.UNITS_CLEARED: "Active",
}
_PRIMARY = {
    Availability.AVAILABLE: "Available",
    Availability.CONDITIONAL: "ConditionallyAvailable",
    Availability.NOT_AVAILABLE: "NotAvailable",
}
_SECONDARY = {
    UnitActivity.AT_STATION: "InQuarters",
    UnitActivity.RETURNING: "ReturningToQuarters",
    UnitActivity.ASSIGNED: "Assigned",
    UnitActivity.EN_ROUTE: "Enroute",
    UnitActivity.ON_SCENE: "OnScene",
    UnitActivity.CASEWORK: "CaseWork",
    UnitActivity.MEAL: "Meal",
    UnitActivity.REST: "Rest",
    UnitActivity.TRAINING: "Training",
    UnitActivity.OFF_DUTY: "OffDuty",
    UnitActivity.OUT_OF_SERVICE: "OutOfService",
}
#: Priorities of the standard run from 0 to 10, 10 gravest.
_PRIORITY = {1: 10, 2: 7, 3: 4, 4: 1}


def make_eido(
    board: Board, on_board: CallOnBoard, *, agency: str, now: datetime, closed: bool = False
) -> dict[str, Any]:
    """The object of a call. agency: a domain-like name of this server; ids are unique under it.

    closed: the call has been cleared. Raises nothing; what is unknown is left out.
    """
    call = on_board.call
    maker = _Maker(agency, now)
    unit_ids = dict.fromkeys(r.unit_id for r in on_board.responses if r.unit_id in board.units)
    resources = [maker.resource(board.units[u], on_board) for u in unit_ids]
    notes = [maker.notes(f"note-{call.id}-{i}", n.text) for i, n in enumerate(on_board.notes)]
    if call.note:
        notes.insert(0, maker.notes(f"note-{call.id}", call.note))
    body = maker.part(f"eido-{call.id}") | {
        "eidoVersion": VERSION,
        "issuingElementIdentification": agency,
        "incidentComponent": _incident(maker, on_board, notes, closed),
        "locationComponent": [_location(maker, on_board)],
        "agencyComponent": [_agency(maker)],
        "agentComponent": [_agent(maker)],
        "dispatchComponent": [_dispatch(maker, resources)] if resources else [],
        "emergencyResourceComponent": resources,
        "notesComponent": notes,
        "mergeComponent": _merges(maker, board, on_board),
        "linkComponent": [_link(maker, board, i) for i in on_board.linked_ids],
    }
    return {k: v for k, v in body.items() if v != []}


class _Maker:
    """Hands out components with their prologue, so that none lacks it."""

    def __init__(self, agency: str, now: datetime) -> None:
        self.agency, self.now = agency, now.isoformat()

    def id_of(self, name: str) -> str:
        return f"urn:hubpost:{self.agency}:{name}"

    def ref(self, name: str) -> dict[str, str]:
        return {"$ref": self.id_of(name)}

    def part(self, name: str) -> dict[str, Any]:
        return {
            "$id": self.id_of(name),
            "lastUpdateTimeStamp": self.now,
            "updatedByAgencyReference": self.ref("agency"),
        }

    def notes(self, name: str, text: str) -> dict[str, Any]:
        return self.part(name) | {"notesActionComments": text}

    def resource(self, unit: UnitOnBoard, on_board: CallOnBoard) -> dict[str, Any]:
        active = unit.call_id == on_board.call.id
        made = self.part(f"unit-{unit.unit.id}") | {
            "agentReference": [self.ref("dispatcher")],
            "emergencyResourceTypeCommonRegistryText": "PatrolUnit",
            "emergencyResourceName": unit.unit.name,
            "resourceAttributeRegistryText": list(unit.unit.skills),
            "primaryUnitStatusRegistryText": _PRIMARY[availability_of(unit.activity)],
            "secondaryUnitStatusRegistryText": [_SECONDARY[unit.activity]],
            "unitStatusInternal": [unit.activity.value],
            "stackedOnIncidentId": [self.id_of(f"incident-{c}") for c in unit.stacked_call_ids],
        }
        if active:
            made["activeOnIncidentId"] = self.id_of(f"incident-{on_board.call.id}")
        response = on_board.find_active(unit.unit.id)
        if response and response.predicted_arrival_at and not response.arrived_at:
            made["eta"] = response.predicted_arrival_at.isoformat()
        return made


def _incident(
    maker: _Maker, on_board: CallOnBoard, notes: list[dict[str, Any]], closed: bool
) -> dict[str, Any]:
    call = on_board.call
    status = "Closed" if closed else _STATUS[on_board.state]
    return maker.part(f"incident-{call.id}") | {
        "incidentTypeCommonRegistryText": call.category.value,
        "incidentTypeInternalText": call.category.value,
        "incidentStatusCommonRegistryText": [status],
        "internalIncidentId": call.number,
        "incidentCommonPriorityNumber": _PRIORITY[int(call.priority)],
        "incidentPriorityInternalText": str(int(call.priority)),
        "beatOrDispatchGroupText": on_board.room_id or call.station_id,
        "locationReference": [maker.ref(f"location-{call.id}")],
        "notesReference": [{"$ref": n["$id"]} for n in notes],
    }


def _location(maker: _Maker, on_board: CallOnBoard) -> dict[str, Any]:
    call = on_board.call
    point = (
        '<gml:Point xmlns:gml="http://www.opengis.net/gml" srsName="urn:ogc:def:crs:EPSG::4326">'
        f"<gml:pos>{call.lat:.6f} {call.lon:.6f}</gml:pos></gml:Point>"
    )
    return maker.part(f"location-{call.id}") | {
        "locationTypeDescriptionRegistryText": "IncidentLocation",
        "locationByValue": point,
        "locationDescriptionText": call.place_text,
    }


def _agency(maker: _Maker) -> dict[str, Any]:
    return maker.part("agency") | {
        "agencyRoleDescriptionRegistryText": ["CallReceiving", "Dispatching"],
        "agencyType": ["police"],
        "incidentOwningAgencyIndicator": True,
    }


def _agent(maker: _Maker) -> dict[str, Any]:
    """The desk, not the person at it."""
    return maker.part("dispatcher") | {
        "agentRoleRegistryText": ["Dispatching"],
        "agencyReference": maker.ref("agency"),
    }


def _dispatch(maker: _Maker, resources: list[dict[str, Any]]) -> dict[str, Any]:
    return maker.part("dispatch") | {
        "agencyReference": maker.ref("agency"),
        "emergencyResourceReference": [{"$ref": r["$id"]} for r in resources],
    }


def _merges(maker: _Maker, board: Board, on_board: CallOnBoard) -> list[dict[str, Any]]:
    call_id = on_board.call.id
    replaced = [c.call.id for c in board.merged.values() if c.merged_into == call_id]
    merges = [_merge(maker, i, "REPLACING") for i in replaced]
    if on_board.merged_into:
        merges.append(_merge(maker, on_board.merged_into, "REPLACED"))
    return merges


def _merge(maker: _Maker, other_id: str, direction: str) -> dict[str, Any]:
    return maker.part(f"merge-{other_id}") | {
        "incidentTrackingIdentifier": maker.id_of(f"incident-{other_id}"),
        "incidentMergeDirectionCode": direction,
    }


def _link(maker: _Maker, board: Board, other_id: str) -> dict[str, Any]:
    return maker.part(f"link-{other_id}") | {
        "incidentTrackingIdentifier": maker.id_of(f"incident-{other_id}"),
        "linkDirectionCode": "RELATED",
    }
