"""What a reader is told when a move with a record is refused, by the code of the rule."""

from hubpost.model.refused import Refused
from hubpost.web.languages import mark as _
from hubpost.web.record_words import field_word, move_word, plain_code, state_word
from hubpost.web.viewer import Viewer

RECORD_REFUSAL = {
    "move_not_permitted": _("%(move)s is not possible while it is: %(state)s."),
    "edit_conflict": _(
        "Someone else has meanwhile changed %(fields)s. Look at their entry, then save again."
    ),
    "field_missing": _("Something needed is not filled in: %(fields)s."),
    "field_wrong": _("An entry is not of the expected form. Correct it."),
    "field_untyped": _("%(fields)s is not of the expected form. Correct it."),
    "text_long": _(
        "%(fields)s is too long: at most %(most)s characters, %(came)s came. Shorten it."
    ),
    "day_wrong": _(
        "%(fields)s: expected a day such as 2026-03-01, from 2000 to 2099, came “%(came)s”. "
        "Correct it."
    ),
    "days_reversed": _("The last day (%(last)s) is before the first (%(first)s). Correct them."),
    "choice_unknown": _("%(fields)s: “%(came)s” is not one of the choices. Choose from the list."),
    "area_unknown": _("There is no such village at this station. Choose one from the list."),
    "staff_known": _("This sign belongs to somebody else already. Choose another one."),
    "secondment_home": _("A secondment goes to another station. Choose one."),
    "slot_far": _("Appointments are given for a year ahead. Choose an earlier day."),
    "number_wrong": _(
        "%(fields)s: expected a whole number from %(least)s to %(most)s, came “%(came)s”. "
        "Correct it."
    ),
    "field_unknown": _("There is no such field, or its time is over."),
    "record_unknown": _("There is no such record."),
    "record_known": _("This was taken before; it was not taken again."),
    "call_unknown": _("There is no such call."),
    "time_ahead": _("The time lies ahead of the clock. Correct it."),
    "time_runs_backwards": _("The time is before the record was opened. Correct it."),
    "group_needs_level": _("A dispute of ten or more people is at least complex."),
    "extended_before": _("The period was extended once already."),
    "guardian_missing": _("A party is under 18: a parent or guardian must be present."),
    "mediation_excluded": _("Police mediation is barred in this case. Handle it as a case."),
    "mediated_twice": _("Police mediation was held twice already."),
    "second_mediation_late": _("The second police mediation was due within 7 working days."),
    "not_confirmable": _("Only a mediators' agreement can be confirmed by a court."),
    "confirmation_late": _("The 30 days for applying to the court together are over."),
    "confirmation_known": _("The confirmation was applied for already."),
    "follow_up_missing": _("A follow-up is still owed. Do it first."),
    "not_settled": _("Only a settled dispute is reopened."),
    "reopening_late": _("The 90 days for reopening are over. Register a new dispute."),
    "not_agreed": _("There is no agreement yet."),
    "purpose_missing": _("Say what for. It will be logged."),
    "person_purged": _("These details were purged when their time was over."),
    "person_unknown": _("No details are kept here."),
    "second_missing": _("Explosives are checked by two. Name the second one."),
    "not_proved": _("The records of the work do not prove this task yet."),
    "nothing_not_taken": _("This task cannot be reported with nothing to do."),
    "not_due": _("Its time is not over yet."),
    "same_person": _("Another person must do this."),
    "service_unknown": _("There is no such service in the list."),
    "slot_unknown": _("There is no such slot."),
    "slot_past": _("This day is past. Choose a later one."),
    "slot_off": _("The counter is closed on this day. Choose a working day."),
    "slot_full": _("This slot is full. Choose another one."),
    "token_false": _("This rating code is not one of ours. Scan it again."),
    "rated_before": _("This service was rated already. Thank you."),
    "own_rating": _("Whoever was rated does not handle the rating."),
    "not_bad": _("Only bad ratings are opened for correction."),
    "joint_unknown": _("This is not one of the six joints in the list."),
    "cell_small": _("Cells under five are withheld."),
    "cover_short": _("Then too few would be on duty. Find someone first."),
    "not_rested": _("There are fewer than 8 hours of rest between two shifts."),
    "on_leave": _("This person is on leave then."),
    "not_yours": _("Only the one who would take the shift can agree."),
    "secondment_overlaps": _("The secondments overlap."),
    "no_secondment": _("This person has no secondment on that day."),
    "own_station": _("A station does not check itself."),
    "not_drawn": _("This was not drawn. Only what was drawn is checked."),
    "register_changed": _("The register is not the one the survey was planned for."),
    "register_empty": _("There is nothing to draw from."),
    "survey_not_open": _("The survey is not in the field."),
    "grid_taken": _("A village grid lies in another police grid already."),
    "grid_unknown": _("There is no such grid. Choose one from the list."),
    "visit_old": _("A visit of the last year is expected. Correct its time."),
    "sizes_wrong": _("Each line needs a grid and a number, such as g1 250. Correct the lines."),
    "register_wrong": _(
        "Each line needs a grid and a register reference, such as g1 0417, each once, without "
        "names or identity numbers. Wrong lines: %(row)s; twice in grid: %(came)s."
    ),
    "grid_twice": _("A village grid is named twice."),
    "no_areas": _("This station has no villages on record."),
    "no_round": _("No village can be reached and left again in the time given."),
    "unit_empty": _("This grid has no members on its list."),
    "member_unknown": _("This member was not called out."),
    "danger_no_members": _("Members are never sent to an armed or violent call."),
    "query_short": _("Type at least two characters to search."),
    "address_wrong": _("Messages cannot be sent to this address. Write an Apprise address."),
    "not_checker": _("Only the checking station opens this form."),
    "not_serving_here": _("This person does not serve at this station on that day."),
    "list_unknown": _("There is no such list."),
    "list_wrong": _("The list does not read: each row needs every column. Correct it."),
    "reason_missing": _("A reason is needed. Choose or write one."),
    "field_known": _("There is such a field already."),
    "book_missing": _("Choose a kind and a workbook."),
    "book_unreadable": _("This is no workbook of the template: XLSX, without macros."),
    "columns_missing": _("The sheet lacks the columns %(came)s. Use the template of this kind."),
    "row_twice": _("The same id stands in row %(row)s already. Name each record once."),
    "upload_gone": _("This preview is over. Send the workbook again."),
    "row_of_other_station": _("Row %(row)s is of a station you do not write for here."),
    "kind_unknown": _("This kind of record is not brought in or out by workbook."),
    "import_problems": _("Some rows have problems. Correct them, then look at it again."),
    "batch_unknown": _("There is no such import, or it was taken back before."),
    "batch_of_other": _("Only its sender takes this import back here."),
    "subject_vague": _(
        "A name alone finds others too. Give the telephone number, or the number of a record."
    ),
    "subject_unlikely": _("Choose what is asked."),
    "subject_answered": _("This request is answered already, or asks for something else."),
    "subject_often": _("Too many requests were read within the hour. Go on later."),
    "subject_unknown": _("Nothing is held under this name and number. Refuse it with that reason."),
    "subject_needed": _(
        "Every record of the person is still being worked on. Refuse it with that reason."
    ),
    "station_unknown": _("There is no such station on the board."),
}
_CONFLICTS = {"move_not_permitted", "edit_conflict", "record_known", "slot_full", "rated_before"}


def record_refusal(viewer: Viewer, refused: Refused) -> str:
    """The refusal in the viewer's words; the action's own words where none are known."""
    message = RECORD_REFUSAL.get(refused.code)
    if message is None:
        return str(refused)
    kind, detail = refused.detail.get("kind", ""), refused.detail
    facts = {
        **{k: detail.get(k, "") for k in ("row", "most", "least", "first", "last")},
        "fields": ", ".join(
            field_word(viewer, f) for f in detail.get("fields", "").split(", ") if f
        ),
        "move": move_word(viewer, kind, detail["move"]) if kind else "",
        "state": state_word(viewer, kind, detail["state"]) if kind and detail.get("state") else "",
    }
    said = {k: plain_code(v) for k, v in facts.items()}
    return viewer.say(message, came=detail.get("came", ""), **said)


def record_status(refused: Refused) -> int:
    """409 when something stands against it, 404 when it is not there, else 422."""
    if refused.code in ("record_unknown", "call_unknown", "person_unknown"):
        return 404
    return 409 if refused.code in _CONFLICTS else 422
