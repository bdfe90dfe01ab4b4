"""Rights of the routes of units' controls, field photos, members and agreements by hand."""

FIELD_RIGHTS = {
    "move_up_for_call": "unit.dispatch",
    "stack_unit": "unit.dispatch",
    "unstack_unit": "unit.dispatch",
    "set_reserve": "unit.dispatch",
    "set_crew": "unit.follow",
    "clear_duress": "unit.dispatch",
    "send_photo": "unit.follow",
    "show_photo": "call.view",
    "get_field_route": "unit.follow",
    "make_agreement": "record.write",
    "withdraw_agreement": "record.write",
    "show_members": "record.view",
    "change_member": "record.write",
    "open_member_page": "public",
    "show_member_panel": "public",
    "answer_member_alert": "public",
}
