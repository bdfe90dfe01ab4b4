"""Records told as the rows of the KPI catalogue's sources; no row names a person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from hubpost.evaluation.call_frame import UTC
from hubpost.storage.records.figure_rows import FoldedRecord

#: Kinds of records that figures read.
KINDS = ("dispute", "task", "service", "rating", "survey", "answer", "staff")

Row = dict[str, Any]
Folded = Mapping[str, Sequence[FoldedRecord]]

_SCHEMAS: dict[str, dict[str, Any]] = {
    "disputes": {"found_at": UTC, "resolved_at": UTC, "reopened_days": pl.Float64,
                 "people": pl.Int64},
    "tasks": {"due_at": UTC, "done_at": UTC},
    "services": {"due_at": UTC, "done_at": UTC, "ended_at": UTC},
    "ratings": {"at": UTC, "rating": pl.Int64},
    "surveys": {"at": UTC, "kind": pl.String, "knows": pl.Boolean},
    "register_checks": {"at": UTC, "verdict": pl.String},
    "strength": {"at": UTC, "officers": pl.Int64, "at_station": pl.Boolean},
}  # fmt: skip
_VERDICT = {"right": "correct", "wrong": "wrong", "omitted": "omitted",
            "not_reached": "not_at_home"}  # fmt: skip


def record_tables(
    folded: Folded, zone: ZoneInfo, stations: Mapping[str, str], until: datetime
) -> tuple[dict[str, pl.DataFrame], frozenset[str]]:
    """Source -> rows, for sources that have any; and which of them hold synthetic records."""
    rows: dict[str, list[Row]] = {
        "disputes": [_dispute(r) for r in folded["dispute"] if r.fields["state"] != "struck"],
        "tasks": [_task(r) for r in folded["task"] if r.fields["state"] != "waived"],
        "services": [_service(r) for r in folded["service"] if r.fields["state"] != "withdrawn"],
        **_answers(folded),
        "strength": _strength(folded["staff"], zone, stations, until),
    }
    rows["ratings"] = _ratings(folded["rating"], rows["services"], zone)
    tables = {
        name: pl.DataFrame(found, {"id": pl.String, "station_id": pl.String, **_SCHEMAS[name]})
        for name, found in rows.items() if found
    }  # fmt: skip
    marked = {s for s, kinds in _KINDS_OF.items() for k in kinds
              if any(r.fields.get("synthetic") for r in folded[k])}  # fmt: skip
    return tables, frozenset(marked & tables.keys())


_KINDS_OF = {
    "disputes": ("dispute",), "tasks": ("task",), "services": ("service",),
    "ratings": ("rating", "service"), "surveys": ("answer",), "register_checks": ("answer",),
    "strength": ("staff",),
}  # fmt: skip


def _base(r: FoldedRecord, **more: Any) -> Row:
    return {"id": r.id, "station_id": r.fields["station_id"], **more}


def _dispute(r: FoldedRecord) -> Row:
    """Resolved when first settled or lawfully handed on; a later reopening is counted apart."""
    resolved = r.when("settle", "transfer")
    reopened = r.when("reopen", after=resolved) if resolved else None
    days = (reopened - resolved).total_seconds() / 86_400 if reopened and resolved else None
    return _base(
        r, found_at=r.fields["opened_at"], resolved_at=resolved, reopened_days=days,
        people=r.fields.get("people_count"),
    )  # fmt: skip


def _task(r: FoldedRecord) -> Row:
    done = r.fields.get("closed_at") if r.fields["state"] == "done" else None
    return _base(r, due_at=r.fields.get("period_end"), done_at=done)


def _service(r: FoldedRecord) -> Row:
    """Done when it could be fetched or was refused: how soon someone fetches it is his affair."""
    return _base(
        r, due_at=r.fields.get("limited_by"), done_at=r.when("ready", "deliver", "refuse"),
        ended_at=r.when("deliver"),
    )  # fmt: skip


def _answers(folded: Folded) -> dict[str, list[Row]]:
    asked = {r.id: r.fields.get("category") for r in folded["survey"]}
    surveys, checks = [], []
    for r in folded["answer"]:
        verdict, about = r.fields.get("verdict"), asked.get(r.fields.get("survey_id", ""))
        if r.fields["state"] == "struck" or about is None:
            continue
        if about == "register":
            checks.append(_base(r, at=r.fields["opened_at"], verdict=_VERDICT.get(verdict or "")))
        elif verdict != "not_reached":
            kind = "resident" if about == "residents_know" else "place"
            surveys.append(_base(r, at=r.fields["opened_at"], kind=kind, knows=verdict == "right"))
    return {"surveys": surveys, "register_checks": checks}


def _ratings(ratings: Sequence[FoldedRecord], services: Sequence[Row], zone: ZoneInfo) -> list[Row]:
    """Ratings, and the services delivered beyond them in each station's month as unrated.

    A rating does not say which service it was for, so the months' counts are set against each
    other; levels 1 (best) to 5 become 5 (best) to 1.
    """
    rated = [_base(r, at=r.fields["opened_at"], rating=6 - int(r.fields["level"]))
             for r in ratings]  # fmt: skip

    def month(row: Row, column: str) -> tuple[str, int, int]:
        local = row[column].astimezone(zone)
        return row["station_id"], local.year, local.month

    left: dict[tuple[str, int, int], int] = {}
    for row in rated:
        left[month(row, "at")] = left.get(month(row, "at"), 0) + 1
    unrated = []
    for row in services:
        if row["ended_at"] is None:
            continue
        key = month(row, "ended_at")
        if left.get(key, 0) > 0:
            left[key] -= 1
            continue
        unrated.append({"id": None, "station_id": row["station_id"], "at": row["ended_at"],
                        "rating": None})  # fmt: skip
    return [*rated, *unrated]


def _strength(
    staff: Sequence[FoldedRecord], zone: ZoneInfo, stations: Mapping[str, str], until: datetime
) -> list[Row]:
    """Officers of each place on the first of each month; secondments count where they serve."""
    officers = [r for r in staff if r.fields.get("category") == "officer"]
    if not officers:
        return []
    first = min(r.fields["opened_at"] for r in officers).astimezone(zone)
    moment = first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = []
    while moment <= until:
        counted: dict[str, int] = {}
        for r in officers:
            if (
                r.fields["opened_at"]
                <= moment
                < (r.fields.get("closed_at") or datetime.max.replace(tzinfo=zone))
            ):
                place = _place_on(r, moment)
                counted[place] = counted.get(place, 0) + 1
        rows += [
            {"id": None, "station_id": place, "at": moment, "officers": n,
             "at_station": place in stations}
            for place, n in sorted(counted.items())
        ]  # fmt: skip
        moment = (moment.replace(year=moment.year + 1, month=1) if moment.month == 12
                  else moment.replace(month=moment.month + 1))  # fmt: skip
    return rows


def _place_on(r: FoldedRecord, moment: datetime) -> str:
    day = moment.date().isoformat()
    for stay in r.fields.get("secondments") or ():
        if stay["first"] <= day <= stay["last"]:
            return str(stay["station_id"])
    return str(r.fields["station_id"])
