"""The field form of a survey: what was drawn, one tap a verdict; works without signal."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import FileResponse, JSONResponse, Response

from hubpost.actions.records import surveys
from hubpost.model.records.survey import SURVEY_KIND, Survey, Verdict
from hubpost.model.refused import Refused
from hubpost.storage.records.reading import get_record
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.record_pages import rules_of, show_record_page
from hubpost.web.record_refusals import record_refusal, record_status
from hubpost.web.record_words import code_word
from hubpost.web.routes.records.surveys import show_survey_list
from hubpost.web.routes.records.visits import VISIT_WORDS

router = APIRouter()
_Text = Annotated[str, Form()]
_STATIC = Path(__file__).parents[2] / "static"


@router.get("/records/survey")
def show_survey_form(console: InConsole, viewer: AsViewer, survey: str = "") -> Response:
    """What was drawn, and what was answered of it; for those of the checking station."""
    try:
        found = _survey(console, survey)
    except Refused as refused:
        text = record_refusal(viewer, refused)
        return show_survey_list(console, viewer, "", text, record_status(refused))
    answers = console.store.read(lambda c: surveys.list_answers(c, found))
    verdicts = {v.value: code_word(viewer, "verdict", v.value) for v in Verdict}
    return show_record_page(
        console, viewer, "survey_field.html", survey=found,
        given={a.ref: a.verdict for a in answers},
        grids={ref: _grid_of(found, ref) for ref in found.drawn},
        words={**{k: viewer.say(t) for k, t in VISIT_WORDS.items()}, "verdicts": verdicts},
    )  # fmt: skip


@router.post("/records/survey/answers")
def give_survey_answer(
    console: InConsole, viewer: AsViewer, survey: _Text = "", ref: _Text = "", grid: _Text = "",
    verdict: _Text = "",
) -> Response:  # fmt: skip
    """Take one verdict; sent twice it counts once. Answers in JSON."""
    rules = rules_of(console)
    try:
        found = _survey(console, survey)
        if verdict not in set(Verdict) or not ref.strip():
            raise Refused("field_wrong", f"Expected one of {', '.join(Verdict)}.")
        kept = console.do(
            viewer,
            lambda tx: surveys.give_answer(
                tx, rules, found.id, ref.strip()[:60], Verdict(verdict), grid[:60],
                checker_station_id=found.checker_station_id,
            ),
        )  # fmt: skip
    except Refused as refused:
        words = {"code": refused.code, "message": record_refusal(viewer, refused)}
        return JSONResponse(words, record_status(refused))
    return JSONResponse({"id": kept.id, "number": kept.number}, 201)


@router.get("/records/survey/worker.js", include_in_schema=False)
def get_survey_worker() -> FileResponse:
    """The service worker of the field form."""
    return FileResponse(
        _STATIC / "js" / "survey_worker.js",
        media_type="text/javascript",
        headers={"Service-Worker-Allowed": "/records/survey"},
    )


def _grid_of(survey: Survey, ref: str) -> str:
    """The grid a drawn reference begins with; grid ids may hold hyphens themselves."""
    fits = [s.grid_id for s in survey.strata if ref.startswith(f"{s.grid_id}-")]
    return max(fits, key=len, default="")


def _survey(console: Console, survey_id: str) -> Survey:
    """The survey, for those who may write at its checking station. Raises Refused."""
    found = console.store.read(lambda c: get_record(c, SURVEY_KIND, survey_id))
    assert isinstance(found, Survey)  # noqa: S101 - the kind's own type
    checker = found.checker_station_id
    if checker not in console.stations:
        raise Refused("not_checker", "Only the checking station opens this form.")
    return found
