"""Surveys and audits: sized, drawn by a seed, asked by another station, with their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from hubpost.actions.records.filing import move_record, open_record
from hubpost.evaluation.figure import Figure
from hubpost.evaluation.sampling import acceptance_sample, sample_size, shows_at_least
from hubpost.evaluation.shares import share_figure
from hubpost.evaluation.stratified_draw import allocate, draw
from hubpost.model.records.change import Rules
from hubpost.model.records.record import Record
from hubpost.model.records.survey import (
    ANSWER_KIND,
    SURVEY_KIND,
    Stratum,
    Survey,
    SurveyAnswer,
    SurveyKind,
    Verdict,
)
from hubpost.model.refused import Refused
from hubpost.storage.records.reading import Filters, get_record, list_records
from hubpost.storage.transaction import Tx


def plan_survey(
    tx: Tx, rules: Rules, kind: SurveyKind, station_id: str, sizes: Mapping[str, int],
    *, checker_station_id: str, margin: float = 0.05, confidence: float = 0.95,
) -> Record:  # fmt: skip
    """计划: so many entries are needed for the margin, shared over the grids by their size.

    sizes: entries of the register, or people to ask, by grid. Raises Refused when there are none.
    """
    population = sum(sizes.values())
    if population < 1:
        raise Refused("register_empty", "There is nothing to draw from.")
    shares = allocate(sizes, sample_size(population, margin, confidence))
    put = {
        "station_id": station_id,
        "category": kind,
        "checker_station_id": checker_station_id,
        "margin": margin,
        "confidence": confidence,
        "strata": [Stratum(g, n, shares[g]) for g, n in sorted(sizes.items())],
    }
    return open_record(tx, rules, SURVEY_KIND, "plan", put)


def draw_survey(
    tx: Tx, rules: Rules, survey_id: str, register: Mapping[str, Sequence[str]], seed: int
) -> Record:
    """抽样 on the day, by a seed given on the day; the same seed and register draw the same.

    register: references by grid, never names. Raises Refused when it is not the one planned for.
    """
    survey = get_record(tx.conn, SURVEY_KIND, survey_id)
    assert isinstance(survey, Survey)  # noqa: S101 - the kind's own type
    planned = {s.grid_id: s for s in survey.strata}
    for grid, entries in register.items():
        if grid not in planned or len(entries) < planned[grid].draw:
            raise Refused(
                "register_changed",
                f"Grid {grid} has {len(entries)} entries, not as planned. Plan the survey anew.",
            )
    drawn = draw(register, {g: s.draw for g, s in planned.items()}, seed)
    return move_record(tx, rules, SURVEY_KIND, survey_id, "draw", {"drawn": drawn, "seed": seed})


def advance_survey(tx: Tx, rules: Rules, survey_id: str, move: str, reason: str = "") -> Record:
    """start, close, drop."""
    put = {"reason": reason} if reason else None
    return move_record(tx, rules, SURVEY_KIND, survey_id, move, put)


def give_answer(
    tx: Tx, rules: Rules, survey_id: str, ref: str, verdict: Verdict, grid_id: str = "",
    *, checker_station_id: str,
) -> Record:  # fmt: skip
    """登记 one verdict; sent twice by a phone it counts once.

    Raises Refused for a reference that was not drawn, or a checker of the station checked. An
    omission is a place found that the register lacks: its reference is new.
    """
    survey = get_record(tx.conn, SURVEY_KIND, survey_id)
    assert isinstance(survey, Survey)  # noqa: S101
    if survey.state != "in_field":
        raise Refused("survey_not_open", f"The survey is {survey.state}, not in the field.")
    if checker_station_id == survey.station_id:
        raise Refused("own_station", "A station does not check itself.")
    if ref not in survey.drawn and verdict is not Verdict.OMITTED:
        raise Refused("not_drawn", f"{ref} was not drawn. Only what was drawn is checked.")
    put = {
        "id": f"{survey_id}:{ref}",
        "survey_id": survey_id,
        "station_id": survey.station_id,
        "ref": ref,
        "grid_id": grid_id,
        "verdict": verdict,
        "owner_id": tx.actor,
        "category": survey.category,
    }
    return open_record(tx, rules, ANSWER_KIND, "give", put)


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """What a survey shows. reached: how many of those drawn; not reached is never right.

    share: right of those reached and of omissions found. worst: right of all drawn, as if
    everyone not reached were wrong. shows: whether 95 % right is shown with 95 % confidence.
    needed: how many right answers without more wrong ones would show it.
    """

    share: Figure
    worst: Figure
    drawn: int
    reached: int
    right: int
    wrong: int
    omitted: int
    shows: bool
    needed: int


def survey_result(conn: sa.Connection, survey_id: str, claim: float = 0.95) -> SurveyResult:
    """The result of a survey with its Wilson interval and acceptance number."""
    survey = get_record(conn, SURVEY_KIND, survey_id)
    assert isinstance(survey, Survey)  # noqa: S101
    verdicts = [a.verdict for a in list_answers(conn, survey)]
    right, wrong = verdicts.count(Verdict.RIGHT), verdicts.count(Verdict.WRONG)
    omitted, drawn = verdicts.count(Verdict.OMITTED), len(survey.drawn)
    checked, bad = right + wrong + omitted, wrong + omitted
    return SurveyResult(
        share_figure(right, checked, survey.confidence),
        share_figure(right, drawn + omitted, survey.confidence),
        drawn,
        right + wrong,
        right,
        wrong,
        omitted,
        shows_at_least(claim, right, checked, survey.confidence),
        acceptance_sample(claim, bad, survey.confidence),
    )


def familiarity(
    conn: sa.Connection, residents_id: str, officers_id: str
) -> tuple[SurveyResult, SurveyResult]:
    """双向熟悉率: residents who know their officer, officers who know their places; always both."""
    return survey_result(conn, residents_id), survey_result(conn, officers_id)


def list_answers(conn: sa.Connection, survey: Survey) -> list[SurveyAnswer]:
    """The answers of a survey that stand."""
    filters = Filters(
        station_ids=(survey.station_id,), states=("given",), opened_from=survey.opened_at
    )
    found = list_records(conn, ANSWER_KIND, filters, limit=200_000)
    return [a for a in found if isinstance(a, SurveyAnswer) and a.survey_id == survey.id]
