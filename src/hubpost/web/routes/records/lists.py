"""The county's lists: tasks, evidence, clocks, services, holidays; changed only with a reason."""

import csv
from datetime import date
from io import StringIO
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from hubpost.actions.records import extra_fields
from hubpost.actions.records.rulebook import CALENDAR, LISTS, Row, edit_list, is_edited, read_list
from hubpost.model.records.kinds import KINDS
from hubpost.model.refused import Refused
from hubpost.storage.transaction import Tx
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.record_pages import do_and_return, show_record_page
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]
_NAMES = (*LISTS, CALENDAR)


@router.get("/records/lists")
def show_lists(console: InConsole, viewer: AsViewer, name: str = "common_tasks") -> Response:
    """One list as it is in force, and the form to change it."""
    return _show(console, viewer, name)


@router.post("/records/lists")
def change_list(
    console: InConsole, viewer: AsViewer, name: _Text = "", text: _Text = "", reason: _Text = ""
) -> Response:
    """Put the county's own version in force; the shipped one stays as it was."""

    def act(tx: Tx) -> None:
        edit_list(tx, name, _rows(text), reason=reason[:200])

    return do_and_return(
        console, viewer, act, f"/records/lists?name={name if name in _NAMES else ''}",
        lambda words, status: _show(console, viewer, name, words, status, text),
    )  # fmt: skip


@router.post("/records/lists/field")
def add_field(
    console: InConsole, viewer: AsViewer, kind: _Text = "", field: _Text = "",
    label: _Text = "", owner: _Text = "", use: _Text = "", until: _Text = "",
) -> Response:  # fmt: skip
    """A new field, with who asks for it, what for, and when it ends."""

    def act(tx: Tx) -> None:
        try:
            ends = date.fromisoformat(until)
        except ValueError as error:
            raise Refused("field_wrong", f"Expected a day, came {until[:20]!r}.") from error
        extra_fields.add_field(
            tx, kind, field[:40], label_zh=label[:40], owner=owner[:60], use=use[:200],
            expires_on=ends,
        )  # fmt: skip

    return do_and_return(
        console, viewer, act, "/records/lists?name=extra_fields",
        lambda words, status: _show(console, viewer, "extra_fields", words, status),
    )  # fmt: skip


def _rows(text: str) -> list[Row]:
    """CSV as rows. Raises Refused when it does not read."""
    rows: list[Row] = []
    try:
        rows += csv.DictReader(StringIO(text.strip()), strict=True)
    except csv.Error as error:
        raise Refused("list_wrong", f"Expected comma-separated rows: {error}.") from error
    if any(None in {*r, *r.values()} for r in rows):
        raise Refused("list_wrong", "Expected as many cells in each row as in the header.")
    return rows


def _csv(rows: tuple[Row, ...]) -> str:
    out = StringIO()
    if rows:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return out.getvalue()


def _show(
    console: Console, viewer: Viewer, name: str, problem: str = "", status: int = 200,
    text: str = "",
) -> Response:  # fmt: skip
    name, read = name if name in _NAMES else "common_tasks", console.store.read
    rows = read(lambda c: read_list(c, name))
    return show_record_page(
        console, viewer, "lists.html", status=status, problem=problem, name=name, names=_NAMES,
        rows=rows, columns=list(rows[0]) if rows else [], text=text or _csv(rows),
        edited=read(lambda c: is_edited(c, name)), kinds=[*KINDS],
    )  # fmt: skip
