"""A person's own request: taking it, answering it; never a list of persons."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import Response

from hubpost.actions.records import subjects
from hubpost.actions.records.subjects import SubjectAsk
from hubpost.model.records.subject import SUBJECT_KIND
from hubpost.model.refused import Refused
from hubpost.storage.records.persons import Person, list_masked
from hubpost.storage.records.reading import Filters, find_record, list_records
from hubpost.tables.subject_sheet import write_subject_sheet
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.languages import mark as _
from hubpost.web.record_pages import LINE, rules_of, show_record_page
from hubpost.web.record_refusals import record_refusal, record_status
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/records/subjects")
def show_subjects(console: InConsole, viewer: AsViewer) -> Response:
    """The form for a request, and those that are open: number, what is asked, time limit."""
    return _show(console, viewer)


@router.post("/records/subjects")
def register_subject(
    console: InConsole,
    viewer: AsViewer,
    category: _Text = "",
    name: _Text = "",
    phone: _Text = "",
    number: _Text = "",
    proof: _Text = "",
    asked: _Text = "",
) -> Response:
    """登记."""
    rules = rules_of(console)
    ask = SubjectAsk(
        category, Person("", name[:60], phone[:30]), proof[:LINE], asked[:LINE], number[:40]
    )
    return _do(console, viewer, lambda tx: subjects.register_request(tx, rules, ask))


@router.post("/records/subjects/{request_id}/gather")
def gather_subject(console: InConsole, viewer: AsViewer, request_id: str) -> Response:
    """提供查阅: everything held, as a workbook for the person; each place read is logged."""
    rules = rules_of(console)
    try:
        found = console.do(viewer, lambda tx: subjects.gather(tx, rules, request_id))
    except Refused as refused:
        return _show(console, viewer, record_refusal(viewer, refused), record_status(refused))
    name = f"attachment; filename=subject-{request_id[:8]}.xlsx"
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(write_subject_sheet(found, rules.zone), media_type=_XLSX, headers=headers)


@router.post("/records/subjects/{request_id}/answer")
def answer_subject(
    console: InConsole,
    viewer: AsViewer,
    request_id: str,
    how: _Text = "",
    reason: _Text = "",
    name: _Text = "",
    phone: _Text = "",
    address: _Text = "",
) -> Response:
    """更正, 删除 or 不予办理, with the reason the person is told."""
    rules, said = rules_of(console), reason[:LINE]
    right = Person("", name[:60], phone[:30], address[:LINE])
    answers: dict[str, Any] = {
        "correct": lambda tx: subjects.correct(tx, rules, request_id, right, said),
        "erase": lambda tx: subjects.erase(tx, rules, request_id, said),
        "refuse": lambda tx: subjects.refuse(tx, rules, request_id, said),
    }
    if how not in answers:
        text = viewer.say(_("Choose what is done with the request."))
        return _show(console, viewer, text, 422)
    return _do(console, viewer, answers[how])


def _do(console: Console, viewer: Viewer, action: Any) -> Response:
    try:
        done = console.do(viewer, action)
    except Refused as refused:
        return _show(console, viewer, record_refusal(viewer, refused), record_status(refused))
    request, more = done if isinstance(done, tuple) else (done, None)
    return _show(console, viewer, done=request, more=more)


def _show(
    console: Console, viewer: Viewer, problem: str = "", status: int = 200, *, done: Any = None,
    more: Any = None,
) -> Response:  # fmt: skip
    waiting = Filters(states=("registered",))
    requests = console.store.read(lambda c: list_records(c, SUBJECT_KIND, waiting))
    shown = done and console.store.read(lambda c: find_record(c, SUBJECT_KIND, done.id))
    who = console.store.read(lambda c: {r.id: list_masked(c, r.id) for r in requests})
    return show_record_page(
        console, viewer, "subjects.html", status=status, problem=problem, requests=requests,
        who=who, done=shown, still=more if isinstance(more, tuple) else (),

    )  # fmt: skip
