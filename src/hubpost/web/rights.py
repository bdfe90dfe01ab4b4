"""Which right each route asks for. The app does not start with a route that declares none.

`web/gate/access.py` asks for them; `web/gate/scopes.py` says how each route is held to a place.
"""

from collections.abc import Iterable

from starlette.routing import BaseRoute

from hubpost.web.field_rights import FIELD_RIGHTS
from hubpost.web.gate_rights import GATE_RIGHTS
from hubpost.web.record_rights import RECORD_RIGHTS

#: Route name -> right.
RIGHTS = {
    **GATE_RIGHTS,
    **RECORD_RIGHTS,
    **FIELD_RIGHTS,
    "static": "public",
    "show_console": "board.view",
    "show_queue": "board.view",
    "show_units": "board.view",
    "show_stations": "board.view",
    "show_call": "call.view",
    "show_scene": "scene.view",
    "show_training": "scene.view",
    "get_training": "scene.view",
    "end_training": "scene.run",
    "list_places": "place.search",
    "follow_feed": "board.view",
    "get_board": "board.view",
    "get_map_layer": "board.view",
    "get_tile": "board.view",
    "find_route": "board.view",
    "choose_actor": "own.settings",
    "receive_call": "call.take",
    "close_call": "call.close",
    "strike_call": "call.strike",
    "assign_unit": "unit.dispatch",
    "acknowledge": "unit.follow",
    "set_off": "unit.follow",
    "arrive": "unit.follow",
    "clear_unit": "unit.follow",
    "release_unit": "unit.dispatch",
    "set_activity": "unit.follow",
    "advance_scene": "scene.run",
    "show_plans": "plan.view",
    "show_score": "plan.view",
    "check_plan": "plan.view",
    "force_hub": "plan.view",
    "export": "plan.view",
    "sign_plan": "plan.sign",
    "ask_plan": "plan.view",
    "show_planning": "plan.view",
    "stop_planning": "plan.view",
    "show_trade_off": "plan.view",
    "show_simulation": "plan.view",
    "show_simulation_table": "plan.view",
    "get_simulation_areas": "plan.view",
    "get_simulation_day": "plan.view",
    "export_simulation": "plan.view",
    "show_simulation_run": "plan.view",
    "run_simulation": "simulation.run",
    "stop_simulation": "simulation.run",
    "show_figures": "figures.view",
    "show_figure_rows": "figures.view",
    "show_roads": "board.view",
    "show_road_tools": "board.view",
    "get_closures": "board.view",
    "get_reach": "board.view",
    "find_stretch": "road.close",
    "close_road": "road.close",
    "close_from_geojson": "road.close",
    "reopen_road": "road.close",
    "set_road_conditions": "road.close",
    "api_receive_call": "call.take",
    "api_list_calls": "board.view",
    "api_get_call": "call.view",
    "api_amend_call": "call.take",
    "api_get_advice": "call.view",
    "api_assign_unit": "unit.dispatch",
    "api_release_unit": "unit.dispatch",
    "api_take_step": "unit.follow",
    "api_note_call": "call.take",
    "api_merge_calls": "call.take",
    "api_unmerge_call": "call.take",
    "api_link_calls": "call.take",
    "api_escalate_call": "unit.dispatch",
    "api_transfer_call": "call.transfer",
    "api_close_call": "call.close",
    "api_get_eido": "call.view",
    "api_export_csv": "call.export",
    "api_export_xlsx": "call.export",
    "api_list_units": "board.view",
    "api_list_warnings": "board.view",
    "api_report_position": "unit.follow",
    "api_set_activity": "unit.follow",
    "api_sync_actions": "unit.follow",
    "api_take_aid_message": "public",
    "api_describe": "board.view",
    "preview_line": "call.take",
    "run_line": "call.take",
    "show_warnings": "board.view",
    "show_wallboard": "board.view",
    "show_wallboard_panel": "board.view",
    "show_handover": "board.view",
    "show_more": "call.view",
    "amend_call": "call.take",
    "note_call": "call.take",
    "merge_calls": "call.take",
    "unmerge_call": "call.take",
    "link_calls": "call.take",
    "unlink_calls": "call.take",
    "escalate_call": "unit.dispatch",
    "transfer_call": "call.transfer",
    "alert_members": "unit.dispatch",
    "move_up": "unit.dispatch",
    "show_field": "unit.follow",
    "get_field_state": "unit.follow",
    "get_field_worker": "public",
    "get_field_manifest": "public",
    "show_border": "aid.view",
    "request_aid": "aid.ask",
    "answer_aid": "aid.answer",
    "open_aid_link": "public",
    "answer_aid_link": "public",
}


def require_rights(routes: Iterable[BaseRoute]) -> None:
    """Raises RuntimeError for a route without a declared right, or a right without a route."""
    names = {route.name for route in routes if hasattr(route, "name")}
    if names != set(RIGHTS):
        bare, idle = sorted(names - set(RIGHTS)), sorted(set(RIGHTS) - names)
        raise RuntimeError(
            f"Expected a right for every route in web/rights.py; routes without one: {bare}, "
            f"rights without a route: {idle}. Add or remove the line."
        )
