"""Reminders: what is owed goes out once a day, in the morning, to whoever answers for it.

Messages wait as deliveries, which the notifier sends; they say how much is owed, of which kind and
by when, with numbers. No text of a record leaves the house this way, for texts may name people.
"""

import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hubpost.actions.gateways import is_address
from hubpost.actions.notifications import delivery_row
from hubpost.actions.records.grids import list_unit_gaps
from hubpost.actions.records.rulebook import load_rules
from hubpost.actions.records.tasks import (
    Reminder,
    lay_down_tasks,
    list_reminders,
    miss_overdue,
)
from hubpost.model.board import Board
from hubpost.model.records.change import Rules
from hubpost.model.records.dispute import Dispute
from hubpost.model.records.grid import POLICE_GRID_KIND
from hubpost.model.records.kinds import KINDS
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused
from hubpost.storage import schema
from hubpost.storage.records.reading import Filters, list_records
from hubpost.storage.records.tables import record_event
from hubpost.storage.sealed import seal_value
from hubpost.storage.store import Store
from hubpost.storage.transaction import Tx

#: By the county's clock; those who are asleep are not reminded.
MORNING_HOUR = 8
#: Owed until the end of tomorrow, or late.
WITHIN_DAYS = 2
_LINES = 12
_CHECK_S = 300.0
#: Deliveries of events have positive ids; below these no day and no change of a record comes.
_NOTICES = -1_000_000_000_000


def set_reminder_address(tx: Tx, who: str, address: str) -> None:
    """Say where reminders go: who is `staff:ID` or `station:ID`; a blank address ends them.

    Raises Refused for an address that cannot be sent to.
    """
    kind, _, key = who.partition(":")
    if kind not in ("staff", "station") or not key:
        raise Refused("field_wrong", f"Expected staff:ID or station:ID, came {who!r}.")
    if address and not address.startswith("webhook+https://") and not is_address(address):
        raise Refused("address_wrong", "Expected an address that Apprise can send to.")
    table = schema.contact
    tx.conn.execute(table.delete().where(table.c.id == who))
    if address:
        sealed = seal_value(tx.conn, "contact", "address", address, who)
        tx.conn.execute(table.insert().values(id=who, address=sealed))
    tx.audit("reminder.address", who, {"set": bool(address)})


def has_reminder_address(conn: sa.Connection, who: str) -> bool:
    """Whether reminders go anywhere; the address itself is shown to nobody."""
    query = sa.select(schema.contact.c.id).where(schema.contact.c.id == who)
    return conn.execute(query).first() is not None


def queue_reminders(tx: Tx, rules: Rules) -> int:
    """Queue today's reminders; how many. Doing it again the same day queues none twice."""
    day = tx.now.astimezone(rules.zone).date()
    waiting = [
        (who, lines) for who in _addressed(tx.conn) if (lines := _owed_lines(tx, rules, who))
    ]
    queued = 0
    for who, lines in waiting:
        head = f"待办提醒 {day}: {len(lines)} 项"
        shown = lines if len(lines) <= _LINES else [*lines[:_LINES], f"…… 共 {len(lines)} 项"]
        queued += _queue(tx, -day.toordinal(), who, head, "\n".join(shown))
    if queued:
        tx.audit("reminders", day.isoformat(), {"queued": queued})
    return queued


def notify_handler(tx: Tx, case: Record, staff_id: str) -> bool:
    """Tell a member of staff of a case given to him or her; False where no address is known."""
    who = f"staff:{staff_id}"
    if not staff_id or not has_reminder_address(tx.conn, who):
        return False
    last = sa.select(sa.func.max(record_event.c.id)).where(record_event.c.record_id == case.id)
    event_id = _NOTICES - int(tx.conn.execute(last).scalar_one())
    due = f",{case.due_at:%Y-%m-%d}前" if case.due_at else ""
    return bool(_queue(tx, event_id, who, "纠纷协办", f"{case.number} 请协办{due}"))


def make_daily_round(tx: Tx, rules: Rules) -> int:
    """What each morning needs: tasks laid down, missed ones marked, reminders queued; how many."""
    lay_down_tasks(tx, rules, tx.now.astimezone(rules.zone).date())
    miss_overdue(tx, rules)
    return queue_reminders(tx, rules)


class DailyRound:
    """The worker beside a server: one round each morning, also when the server starts later."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store, self._zone, self._stop = store, zone, threading.Event()
        self._done = ""
        self._thread = threading.Thread(target=self._run, name="hubpost-daily", daemon=True)

    def start(self) -> None:
        """Begin to look at the clock."""
        self._thread.start()

    def stop(self) -> None:
        """End after the round that is being made."""
        self._stop.set()
        self._thread.join(timeout=15)

    def work_once(self) -> int:
        """Make today's round if it is morning and not made by this process yet; how many went."""
        now = self._store.now().astimezone(self._zone)
        if now.hour < MORNING_HOUR or self._done == now.date().isoformat():
            return 0
        rules = self._store.read(lambda conn: load_rules(conn, self._zone))
        queued = self._store.write(lambda tx: make_daily_round(tx, rules), actor="daily round")
        self._done = now.date().isoformat()
        return queued

    def _run(self) -> None:
        while not self._stop.is_set():
            # A database that is away for a moment must not end the worker for good.
            with suppress(sa.exc.OperationalError):
                self.work_once()
            self._stop.wait(timeout=_CHECK_S)


def _addressed(conn: sa.Connection) -> list[str]:
    table = schema.contact
    mine = sa.or_(table.c.id.like("staff:%"), table.c.id.like("station:%"))
    return list(conn.execute(sa.select(table.c.id).where(mine).order_by(table.c.id)).scalars())


def _owed_lines(tx: Tx, rules: Rules, who: str) -> list[str]:
    kind, _, key = who.partition(":")
    asked = {"owner_id": key} if kind == "staff" else {"station_id": key}
    owed = list_reminders(
        tx.conn, rules, tx.now, owner_id=asked.get("owner_id"), station_id=asked.get("station_id"),
        within_days=WITHIN_DAYS,
    )  # fmt: skip
    lines = [_line(one) for one in owed]
    return lines if kind == "staff" else [*_gap_lines(tx, rules, key), *lines]


def _line(one: Reminder) -> str:
    name = KINDS[one.kind].machine.zh
    if isinstance(one.record, Dispute) and one.record.owes_follow_up:
        # The matter is settled: what is owed, or late, is the second follow-up.
        name += "第二次回访"
    when = f"逾期 {-one.days_left} 天" if one.days_left < 0 else f"剩 {one.days_left} 天"
    return f"{name} {one.record.number} {when}"


def _gap_lines(tx: Tx, rules: Rules, station_id: str) -> Iterable[str]:
    """The alarm that minimum units lack something."""
    gaps = list_station_gaps(tx.conn, tx.board, rules, station_id, tx.now)
    return [f"最小单元缺口 {len(gaps)} 个警务网格"] if gaps else []


def list_station_gaps(
    conn: sa.Connection, board: Board, rules: Rules, station_id: str, now: datetime
) -> list[str]:
    """Police grids of a station whose minimum unit lacks something."""
    mine = Filters(station_ids=(station_id,), states=("active",))
    held = list_records(conn, POLICE_GRID_KIND, mine, limit=500)
    ids = [g.id for g in held]
    return [g.grid_id for g in list_unit_gaps(conn, board, rules, ids, now)]


def _queue(tx: Tx, event_id: int, who: str, title: str, body: str) -> int:
    table = schema.delivery
    known = sa.select(table.c.id).where(table.c.event_id == event_id, table.c.channel == who)
    if tx.conn.execute(known).first() is not None:
        return 0
    tx.conn.execute(table.insert().values(delivery_row(tx, event_id, who, title, body)))
    return 1
