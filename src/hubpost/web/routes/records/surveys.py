"""Surveys: planning, drawing, answers one by one, results with their intervals."""

import re
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import Response

from hubpost.actions.records import surveys
from hubpost.model.records.survey import SURVEY_KIND, Survey, SurveyKind, Verdict
from hubpost.model.refused import Refused
from hubpost.storage.records.reading import Filters, get_record, list_records
from hubpost.storage.transaction import Tx
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.record_entries import fits, read_choice, read_count, require_known
from hubpost.web.record_pages import do_and_return, pick_station, rules_of, show_record_page
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]
#: The most entries of one grid's register.
MOST_ENTRIES = 100_000
_PERSONAL = re.compile(r"[\u4e00-\u9fff]{2,}|\d{15,}")


@router.get("/records/surveys")
def show_surveys(console: InConsole, viewer: AsViewer, station: str = "") -> Response:
    """A station's surveys with what they show."""
    return show_survey_list(console, viewer, station)


@router.post("/records/surveys/{what}")
def change_survey(
    console: InConsole,
    viewer: AsViewer,
    what: str,
    station: _Text = "",
    id: _Text = "",
    kind: _Text = "register",
    sizes: _Text = "",
    entries: _Text = "",
    checker: _Text = "",
    ref: _Text = "",
    verdict: _Text = "",
) -> Response:
    """plan, draw, start, answer, close."""
    rules, station_id = rules_of(console), pick_station(console, station)

    def act(tx: Tx) -> Any:
        try:
            asked = sizes if what == "plan" else entries
            return _change(tx, rules, what, station_id, id, kind, asked, checker, ref, verdict)
        except ValueError as error:
            if isinstance(error, Refused):
                raise
            raise Refused("field_wrong", str(error)) from error

    return do_and_return(
        console, viewer, act, f"/records/surveys?station={station_id}",
        lambda words, status: show_survey_list(console, viewer, station, words, status),
    )  # fmt: skip


def _change(
    tx: Tx, rules: Any, what: str, station_id: str, survey_id: str, kind: str, asked: str,
    checker: str, ref: str, verdict: str,
) -> Any:  # fmt: skip
    match what:
        case "plan":
            if checker:
                require_known("checker_station_id", checker, list(tx.board.stations))
            return surveys.plan_survey(
                tx, rules, read_choice("kind", SurveyKind, kind), station_id, _sizes(asked),
                checker_station_id=checker,
            )  # fmt: skip
        case "draw":
            survey = get_record(tx.conn, SURVEY_KIND, survey_id)
            assert isinstance(survey, Survey)  # noqa: S101 - the kind's own type
            entries = _register(asked) if asked.strip() else _numbered(survey)
            return surveys.draw_survey(tx, rules, survey_id, entries, secrets.randbelow(10**9))
        case "answer":
            found = read_choice("verdict", Verdict, verdict)
            return surveys.give_answer(
                tx, rules, survey_id, fits("ref", ref, 60), found, checker_station_id=checker
            )
        case "start" | "close":
            return surveys.advance_survey(tx, rules, survey_id, what)
        case _:
            raise Refused("field_wrong", f"There is nothing called {what[:20]!r} to do here.")


def _sizes(text: str) -> dict[str, int]:
    """`grid size` pairs, one a line. Raises Refused."""
    pairs = [line.split() for line in text.splitlines() if line.strip()]
    if not pairs or any(len(p) != 2 for p in pairs):
        raise Refused("sizes_wrong", "Expected a grid and a number on each line, such as g1 250.")
    return {grid: read_count("sizes", size, 1, MOST_ENTRIES) for grid, size in pairs}


def _register(text: str) -> dict[str, list[str]]:
    """`grid reference` pairs, one a line: a register's own references. Raises Refused.

    A reference is a number of the register, never a person's: one like an identity number or with
    Chinese letters in it (a name) is refused, by its line and without repeating it.
    """
    found: dict[str, list[str]] = {}
    wrong: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        parts = line.split()
        if not parts:
            continue
        if len(parts) != 2 or len(line.strip()) > 60 or _PERSONAL.search(parts[1]):
            wrong.append(str(number))
        else:
            found.setdefault(parts[0], []).append(f"{parts[0]}-{parts[1]}")
    twice = [g for g, refs in found.items() if len(set(refs)) < len(refs)]
    if wrong or twice:
        raise Refused(
            "register_wrong",
            "Expected a grid and a register reference on each line, such as g1 0417, each once and "
            f"no names or identity numbers. Lines {', '.join(wrong[:20]) or 'none'}; grids with a "
            f"reference twice: {', '.join(twice[:20]) or 'none'}.",
            row=", ".join(wrong[:20]) or "-",
            came=", ".join(twice[:20]) or "-",
        )
    return found


def _numbered(survey: Survey) -> dict[str, list[str]]:
    """Positions in each grid's register, where only its size is known."""
    return {
        s.grid_id: [f"{s.grid_id}-{i:05d}" for i in range(1, s.size + 1)] for s in survey.strata
    }


def show_survey_list(
    console: Console, viewer: Viewer, station: str, problem: str = "", status: int = 200
) -> Response:
    """The page of a station's surveys; a refusal is said on it."""
    station_id, read = pick_station(console, station), console.store.read
    found = read(lambda c: list_records(c, SURVEY_KIND, Filters(station_ids=(station_id,))))
    results = {s.id: _result(console, s.id) for s in found if s.state in ("in_field", "closed")}
    answered = {
        s.id: _answered(console, s)
        for s in found
        if isinstance(s, Survey) and s.state == "in_field"
    }
    return show_record_page(
        console, viewer, "surveys.html", status=status, problem=problem, station_id=station_id,
        found=found, results=results, answered=answered,
    )  # fmt: skip


def _result(console: Console, survey_id: str) -> surveys.SurveyResult:
    return console.store.read(lambda c: surveys.survey_result(c, survey_id))


def _answered(console: Console, survey: Survey) -> set[str]:
    return {a.ref for a in console.store.read(lambda c: surveys.list_answers(c, survey))}
