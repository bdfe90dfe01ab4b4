"""How each route is held to a place, beside the right that web/rights.py asks for.

A route that stands in no table here is open to a viewer whose rights end somewhere only when what
it names (a call, a unit, a station, a record …) is known and lies in reach; where it names nothing,
only to a viewer whose right reaches the whole county. A new route is thus closed until it is known
to keep within a viewer's reach.
"""

#: Lists and pages that show no more than the viewer's reach, or facts that concern everybody:
#: naming nothing is fine, naming something out of reach is not.
FILTERED = frozenset(
    {
        *("show_console", "show_queue", "show_units", "show_stations", "list_places"),
        *("follow_feed", "get_board", "get_map_layer", "get_tile", "find_route", "preview_line"),
        *("show_warnings", "show_wallboard", "show_wallboard_panel", "show_field"),
        *("show_border", "show_partner", "api_list_calls", "api_list_units", "api_list_warnings"),
        *("api_describe", "show_roads", "show_road_tools", "get_closures", "show_scene"),
        *("record_visit", "call_next_ticket", "register_dispute"),
    }
)

#: What concerns everybody alike, so that holding the right anywhere is enough: a closed road, the
#: plan, a call that anybody may take wherever it lies, one's own account.
ANYWHERE = frozenset(
    {
        # The form of a survey is for its checking station, which the route itself sees to.
        *("show_survey_form", "give_survey_answer", "get_record_template"),
        "show_lists",
        *("choose_actor", "receive_call", "api_receive_call", "run_line", "advance_scene"),
        *("find_stretch", "get_reach", "close_road", "close_from_geojson", "reopen_road"),
        *("set_road_conditions", "show_plans", "show_score", "check_plan", "force_hub", "export"),
        *("show_simulation", "show_simulation_table", "get_simulation_areas"),
        *("get_simulation_day", "export_simulation", "ask_plan", "show_planning"),
        *("show_simulation_run", "run_simulation", "stop_simulation"),
        *("stop_planning", "show_trade_off", "show_start"),
        *("show_me", "choose_role", "end_device", "end_other_devices", "change_password"),
        *("begin_totp", "confirm_totp"),
        *("show_training", "get_training", "end_training"),
    }
)

#: What touches every station, whatever the request names.
COUNTY = frozenset(
    {
        *("sign_plan", "lay_down_tasks", "api_export_csv", "api_export_xlsx", "show_log"),
        *("get_checkpoint", "get_metrics"),
        *("show_accounts", "make_account", "renew_link", "give_role", "revoke_role"),
        "step_account",
        # A person's data lie wherever they lie: who answers answers for the whole county.
        *("show_subjects", "register_subject", "gather_subject", "answer_subject"),
    }
)

#: Pages of one station or room at a time, and the field that says which: who names none is sent
#: to the first in reach.
OF_ONE = {
    **dict.fromkeys(
        (
            *("show_records", "list_disputes", "show_grids", "show_tasks", "show_visit"),
            *("show_burden", "show_counter", "show_ratings", "show_border_records", "show_books"),
            *("show_members", "show_rosters", "show_surveys", "show_figures", "show_figure_rows"),
            "get_figure_report",
        ),
        "station",
    ),
    "show_handover": "room",
}

#: Fields that a route reads out of the body by itself.
READ_BY_HAND = {"record_visit": ("station_id", "area_id")}
