"""Tasks: laid down by the lists, proved by the records of the work, handed over, reported empty."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from hubpost.actions.records.filing import move_record
from hubpost.actions.records.privacy import mask_records
from hubpost.actions.records.task_evidence import task_id_of
from hubpost.model.board import Board
from hubpost.model.records.change import Change, Rules, change_record
from hubpost.model.records.kinds import KINDS
from hubpost.model.records.periods import Period, period_of, split_cadence
from hubpost.model.records.record import Record
from hubpost.model.records.task import TASK_KIND
from hubpost.model.refused import Refused
from hubpost.storage.records.bodies import open_record as opened
from hubpost.storage.records.reading import STORED
from hubpost.storage.records.tables import record
from hubpost.storage.records.writing import Written, save_new_records, take_numbers
from hubpost.storage.transaction import Tx

#: (station id, role) to the member of staff who has it; a role nobody has is the station's.
Posts = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Template:
    """One row of a task list with what proves it; cadences may be several."""

    id: str
    scope: str
    name_zh: str
    cadences: tuple[str, ...]
    target: int
    by_days: bool
    nothing_ok: bool
    owner_role: str


def station_scope(board: Board, station_id: str) -> str:
    """hub, base or border: which special list a station has; base where no plan is in force."""
    group = board.group_of.get(station_id)
    if board.stations[station_id].border or (group is not None and not group.base_ids):
        return "border"
    return "hub" if group is not None and group.hub_id == station_id else "base"


def list_templates(rules: Rules, scope: str) -> list[Template]:
    """The common tasks, then the special ones of a kind of station; those that recur."""
    common = [(f"common.{r['no']}", "common", r) for r in rules.lists["common_tasks"]]
    special = [r for r in rules.lists["special_tasks"] if r["station_type"] == scope]
    rows = [*common, *((f"{scope}.{i}", scope, r) for i, r in enumerate(special, 1))]
    proofs = {r["task"]: r for r in rules.lists["task_evidence"]}
    return [
        Template(
            template_id,
            of,
            row["name_zh"],
            split_cadence(row["cadence"]),
            int(proofs[template_id]["count"]),
            proofs[template_id]["by_days"] == "yes",
            proofs[template_id]["nothing_ok"] == "yes",
            proofs[template_id]["owner_role"],
        )
        for template_id, of, row in rows
        if template_id in proofs and split_cadence(row["cadence"])
    ]


def lay_down_tasks(tx: Tx, rules: Rules, day: date, posts: Posts | None = None) -> int:
    """Open the tasks of every period that a day lies in; how many were new.

    Doing it again opens none twice.
    """
    wanted = {
        str(t["id"]): t
        for s in tx.board.stations
        for t in _tasks_of(tx, rules, s, day, posts or {})
    }
    known = _known_ids(tx.conn, list(wanted))
    new = [facts for task_id, facts in wanted.items() if task_id not in known]
    if not new:
        return 0
    first = take_numbers(tx.conn, TASK_KIND.name, day.year, len(new))
    written = []
    for i, facts in enumerate(new):
        facts["number"] = f"{TASK_KIND.prefix}{day.year}-{first + i:05d}"
        change = Change("open", tx.now, tx.actor, facts)
        written.append(Written(None, change_record(TASK_KIND, None, change, rules), "open", tx.now))
    save_new_records(tx.conn, TASK_KIND, written, actor=tx.actor, now=tx.now)
    tx.audit("task.lay_down", day.isoformat(), {"tasks": len(new)})
    return len(new)


def report_nothing(tx: Tx, rules: Rules, task_id: str) -> Record:
    """One tap: in this period there was nothing."""
    return move_record(tx, rules, TASK_KIND, task_id, "report_nothing")


def waive_task(tx: Tx, rules: Rules, task_id: str, reason: str) -> Record:
    """免除: this once it need not be done, for a reason."""
    return move_record(tx, rules, TASK_KIND, task_id, "waive", {"reason": reason})


def miss_overdue(tx: Tx, rules: Rules) -> int:
    """Mark what was not done in its period; how many. Late proof still completes it."""
    ids = tx.conn.execute(
        sa.select(record.c.id).where(
            record.c.kind == TASK_KIND.name, record.c.state == "open", record.c.due_at <= tx.now
        )
    ).scalars()
    missed = [move_record(tx, rules, TASK_KIND, i, "miss") for i in ids.all()]
    return len(missed)


def hand_over_tasks(tx: Tx, rules: Rules, from_id: str, to_id: str, station_id: str = "") -> int:
    """Everything open that one has (at a station, where it is named) becomes another's; how many.

    Raises Refused when nobody is named to take it.
    """
    if not to_id:
        raise Refused("field_missing", "Say who takes the tasks over.", fields="to_id")
    query = sa.select(record.c.id).where(
        record.c.kind == TASK_KIND.name,
        record.c.owner_id == from_id,
        record.c.state.in_(("open", "missed")),
    )
    if station_id:
        query = query.where(record.c.station_id == station_id)
    ids = tx.conn.execute(query).scalars()
    moved = [
        move_record(tx, rules, TASK_KIND, i, "hand_over", {"owner_id": to_id}) for i in ids.all()
    ]
    return len(moved)


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something owed; days_left is negative when it is late."""

    kind: str
    record: Record
    days_left: int


def list_reminders(
    conn: sa.Connection, rules: Rules, now: datetime, *, owner_id: str | None = None,
    station_id: str | None = None, within_days: int = 7, limit: int = 200,
) -> list[Reminder]:  # fmt: skip
    """What is owed soon or already late, of every kind of record, the most urgent first."""
    query = sa.select(record.c.kind, *STORED).where(
        record.c.due_at < now + timedelta(days=within_days)
    )
    if owner_id is not None:
        query = query.where(record.c.owner_id == owner_id)
    if station_id is not None:
        query = query.where(record.c.station_id == station_id)
    rows = conn.execute(query.order_by(record.c.due_at).limit(limit))
    found = []
    for row in rows:
        one = opened(conn, KINDS[row.kind], row)
        assert one.due_at is not None  # noqa: S101 - the query asks for it
        # What ends with midnight is due on the day before.
        last = (one.due_at - timedelta(seconds=1)).astimezone(rules.zone).date()
        left = (last - now.astimezone(rules.zone).date()).days
        found.append(Reminder(row.kind, one, left))
    return found


def mask_reminders(conn: sa.Connection, owed: Sequence[Reminder]) -> list[Reminder]:
    """The same with persons' names masked in the texts."""
    shown = mask_records(conn, [o.record for o in owed])
    return [replace(o, record=r) for o, r in zip(owed, shown, strict=True)]


def list_calendar(
    conn: sa.Connection, rules: Rules, first: date, last: date, station_id: str
) -> dict[date, list[Reminder]]:
    """What a station owes on each day from first to last."""
    begin = datetime.combine(first, time(), rules.zone)
    days = (last - first).days + 1
    due = mask_reminders(
        conn,
        list_reminders(conn, rules, begin, station_id=station_id, within_days=days, limit=2_000),
    )
    calendar: dict[date, list[Reminder]] = {first + timedelta(days=i): [] for i in range(days)}
    for one in due:
        day = first + timedelta(days=one.days_left)
        if day in calendar:
            calendar[day].append(one)
    return calendar


def _tasks_of(
    tx: Tx, rules: Rules, station_id: str, day: date, posts: Posts
) -> Iterator[dict[str, object]]:
    for template in list_templates(rules, station_scope(tx.board, station_id)):
        owner = posts.get((station_id, template.owner_role), "")
        for cadence in template.cadences:
            period = period_of(cadence, day)
            yield {
                "id": task_id_of(template.id, period.name, station_id, owner),
                "station_id": station_id,
                "owner_id": owner,
                "category": cadence,
                "title": template.name_zh,
                "template": template.id,
                "period": period.name,
                "period_end": _period_end(period, rules).isoformat(),
                "target": template.target,
                "by_days": template.by_days,
                "nothing_ok": template.nothing_ok,
            }


def _period_end(period: Period, rules: Rules) -> datetime:
    night = datetime.combine(period.last + timedelta(days=1), time(), rules.zone)
    return night.astimezone(UTC)


def _known_ids(conn: sa.Connection, ids: list[str]) -> set[str]:
    found: set[str] = set()
    for i in range(0, len(ids), 500):
        part = sa.select(record.c.id).where(record.c.id.in_(ids[i : i + 500]))
        found.update(conn.execute(part).scalars())
    return found
