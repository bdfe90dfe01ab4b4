"""The rules records are kept by: shipped lists, the county's own edits of them, the calendar."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

import hubpost
from hubpost.actions.counties import find_setting
from hubpost.model.records.change import Rules
from hubpost.model.records.work_calendar import Clock, ClockUnit, WorkCalendar, make_calendar
from hubpost.model.refused import Refused
from hubpost.storage import schema
from hubpost.storage.transaction import Tx

#: Lists a county may edit; the first column of each is its key.
LISTS = (
    "clocks",
    "common_tasks",
    "special_tasks",
    "task_evidence",
    "services",
    "mediation_exclusions",
    "six_joints",
    "minimum_cover",
    "extra_fields",
)
CALENDAR = "calendar"
Row = Mapping[str, str]


def load_rules(conn: sa.Connection, zone: ZoneInfo) -> Rules:
    """The rules in force: each list as the county edited it, else as shipped."""
    lists = {name: read_list(conn, name) for name in LISTS}
    return Rules(
        clocks={c.code: c for c in map(_clock, lists["clocks"])},
        calendar=_calendar(read_list(conn, CALENDAR)),
        zone=zone,
        lists=lists,
    )


def read_list(conn: sa.Connection, name: str) -> tuple[Row, ...]:
    """The rows of a list in force."""
    edited = find_setting(conn, f"list.{name}")
    folder = ("calendar", "china.csv") if name == CALENDAR else ("domain", f"{name}.csv")
    if edited is None:
        return shipped_rows(*folder)
    rows = tuple(edited["rows"])
    if name == "clocks":
        # A later version may bring clocks that the county's copy does not have yet.
        held = {r["code"] for r in rows}
        rows += tuple(r for r in shipped_rows(*folder) if r["code"] not in held)
    return rows


def is_edited(conn: sa.Connection, name: str) -> bool:
    """Whether the county has its own version of a list."""
    return find_setting(conn, f"list.{name}") is not None


@cache
def shipped_rows(folder: str, name: str) -> tuple[Row, ...]:
    """The rows of a file that comes with Hubpost. Raises FileNotFoundError."""
    package = Path(hubpost.__file__).parent
    for root in (package / "data", package.parents[1] / "data"):
        path = root / folder / name
        if path.is_file():
            with path.open(encoding="utf-8-sig", newline="") as stream:
                return tuple(csv.DictReader(stream))
    raise FileNotFoundError(f"the file data/{folder}/{name} is not installed")


def edit_list(tx: Tx, name: str, rows: Sequence[Row], *, reason: str) -> None:
    """Put the county's own version of a list in force; the shipped one stays as it was.

    Raises Refused for an unknown list, without a reason, or when a row does not read.
    """
    if name not in (*LISTS, CALENDAR):
        raise Refused("list_unknown", f"Expected one of {', '.join(LISTS)}, came {name!r}.")
    if not reason.strip():
        raise Refused("reason_missing", "A list is changed only with a reason. Give one.")
    _require_readable(name, rows, read_list(tx.conn, name))
    key, table = f"list.{name}", schema.setting
    body = msgspec.json.encode({"rows": list(rows)}).decode()
    if tx.conn.execute(table.update().where(table.c.key == key).values(value=body)).rowcount == 0:
        tx.conn.execute(table.insert().values(key=key, value=body))
    tx.audit("edit_list", name, {"rows": len(rows), "reason": reason.strip()})


def _require_readable(name: str, rows: Sequence[Row], old: Sequence[Row]) -> None:
    missing = [c for c in (old[0] if old else {}) for r in rows[:1] if c not in r]
    if (not rows and name != "extra_fields") or missing:
        raise Refused(
            "list_wrong", f"Expected rows with every column; missing: {missing or 'all'}."
        )
    if name == "clocks":
        lost = {r["code"] for r in old} - {r["code"] for r in rows}
        if lost:
            raise Refused("list_wrong", f"Clocks cannot be removed: {', '.join(sorted(lost))}.")
        for row in rows:
            _clock(row)
    if name == CALENDAR:
        _calendar(rows)


def _clock(row: Row) -> Clock:
    try:
        amount, unit = int(row["amount"]), ClockUnit(row["unit"])
    except ValueError as error:
        raise Refused("list_wrong", f"Clock {row['code']}: {error}. Correct the row.") from error
    if amount < 1:
        raise Refused("list_wrong", f"Clock {row['code']}: expected amount >= 1, came {amount}.")
    return Clock(row["code"], amount, unit, row["rolls"] == "yes", row["basis"], row["name_zh"])


def _calendar(rows: Sequence[Row]) -> WorkCalendar:
    try:
        return make_calendar({date.fromisoformat(r["date"]): r["kind"] == "work" for r in rows})
    except (KeyError, ValueError) as error:
        raise Refused("list_wrong", f"Calendar: {error}. Expected date, kind, name.") from error
