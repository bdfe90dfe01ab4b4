"""Which right each route asks for. The app does not start with a route that declares none.

There is no sign-in yet: rights are declared here so that checking them has one place to happen.
"""

from collections.abc import Iterable

from starlette.routing import BaseRoute

#: Route name -> right.
RIGHTS = {
    "static": "public",
    "show_console": "board.view",
    "show_queue": "board.view",
    "show_units": "board.view",
    "show_stations": "board.view",
    "show_call": "call.view",
    "show_scene": "scene.view",
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
    "show_roads": "board.view",
    "show_road_tools": "board.view",
    "get_closures": "board.view",
    "get_reach": "board.view",
    "find_stretch": "road.close",
    "close_road": "road.close",
    "close_from_geojson": "road.close",
    "reopen_road": "road.close",
    "set_road_conditions": "road.close",
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
