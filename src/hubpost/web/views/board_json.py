"""The board as JSON, for other programs; every figure with the words that belong to it."""

from typing import Any

from hubpost.model.board import CallOnBoard, UnitOnBoard
from hubpost.model.call import Response
from hubpost.model.unit import availability_of
from hubpost.web.console import Console, plan_labels
from hubpost.web.names import station_type


def board_json(console: Console) -> dict[str, Any]:
    """Stations with their type, units, open calls, groups, and the labels of each."""
    event_id, board, labels = console.store.last_event_id, console.store.board, console.room.labels
    return {
        "event_id": event_id,
        "now": console.store.now().isoformat(),
        "county": console.room.county_name,
        "labels": {
            "synthetic": sorted(labels.synthetic),
            "estimated": sorted(labels.estimated),
            "stand_in": sorted(labels.stand_in),
            "predicted_arrival": list(console.room.time_words),
            "groups": list(plan_labels(console.store)),
        },
        "stations": [
            {
                "id": s.id,
                "name": s.name,
                "lon": s.lon,
                "lat": s.lat,
                "type": station_type(board, s.id),
                "hub_id": board.hub_id_of(s.id),
                "labels": list(labels.words_for("stations.lon", "stations.lat")),
            }
            for s in board.stations.values()
        ],
        "groups": [
            {"hub": g.hub_id, "bases": list(g.base_ids), "border": not g.base_ids}
            for g in board.groups
        ],
        "units": [
            {**_unit(u), "labels": list(labels.words_for("stations.units"))}
            for u in board.units.values()
        ],
        "calls": [_call(c, console.room.time_words) for c in board.calls.values()],
    }


def _unit(unit: UnitOnBoard) -> dict[str, Any]:
    return {
        "id": unit.unit.id,
        "name": unit.unit.name,
        "station_id": unit.unit.station_id,
        "availability": availability_of(unit.activity).value,
        "activity": unit.activity.value,
        "since": unit.since.isoformat(),
        "lon": unit.place.lon,
        "lat": unit.place.lat,
        "call_id": unit.call_id,
    }


def _call(on_board: CallOnBoard, time_words: tuple[str, ...]) -> dict[str, Any]:
    call = on_board.call
    return {
        "id": call.id,
        "number": call.number,
        "received_at": call.received_at.isoformat(),
        "category": call.category.value,
        "priority": int(call.priority),
        "state": on_board.state.value,
        "lon": call.lon,
        "lat": call.lat,
        "station_id": call.station_id,
        "area_id": call.area_id,
        "place_text": call.place_text,
        "confirmed": call.confirmed,
        "units_needed": call.units_needed,
        "exercise": call.exercise,
        "responses": [_response(r, time_words) for r in on_board.responses],
    }


def _response(response: Response, time_words: tuple[str, ...]) -> dict[str, Any]:
    fields = {name: getattr(response, name) for name in Response.__dataclass_fields__}
    times = {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in fields.items()}
    return {**times, "predicted_arrival_labels": list(time_words)}
