"""Tables. State tables are projections of the event table, written in the same transaction."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class UtcTime(sa.types.TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database, on SQLite as well as PostgreSQL."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"Expected a time with a zone, came {value!r}. Attach the zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        read: datetime = value
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


#: SQLite gives rowids only to INTEGER keys; PostgreSQL wants room for billions.
BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

setting = sa.Table(
    "setting",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

event = sa.Table(
    "event",
    metadata,
    # Given by the writer under its lock, so that ids follow the order of commits.
    sa.Column("id", BigId, primary_key=True, autoincrement=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("recorded_at", UtcTime, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("call_id", sa.Text, index=True),
    sa.Column("unit_id", sa.Text),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

snapshot = sa.Table(
    "snapshot",
    metadata,
    sa.Column("event_id", BigId, primary_key=True, autoincrement=False),
    sa.Column("format", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

call = sa.Table(
    "call",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("number_in_day", sa.Integer, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("received_at", UtcTime, nullable=False, index=True),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("lon", sa.Float, nullable=False),
    sa.Column("lat", sa.Float, nullable=False),
    sa.Column("station_id", sa.Text, nullable=False),
    sa.Column("area_id", sa.Text),
    sa.Column("place_text", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("confirmed", sa.Boolean, nullable=False),
    sa.Column("units_needed", sa.Integer, nullable=False),
    sa.Column("exercise", sa.Boolean, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("closed_at", UtcTime),
    sa.Column("outcome", sa.Text),
    sa.Column("struck_through", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("day", "number_in_day", name="uq_call_number_in_day"),
)

response = sa.Table(
    "response",
    metadata,
    sa.Column("call_id", sa.Text, primary_key=True),
    sa.Column("idx", sa.Integer, primary_key=True),
    sa.Column("unit_id", sa.Text, nullable=False),
    sa.Column("assigned_at", UtcTime, nullable=False),
    sa.Column("predicted_arrival_at", UtcTime),
    sa.Column("acknowledged_at", UtcTime),
    sa.Column("enroute_at", UtcTime),
    sa.Column("arrived_at", UtcTime),
    sa.Column("cleared_at", UtcTime),
    # The board refuses a second call for a unit; the database refuses it once more.
    sa.Index(
        "ux_response_unit_active",
        "unit_id",
        unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    ),
)

unit = sa.Table(
    "unit",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("station_id", sa.Text, nullable=False),
    sa.Column("activity", sa.Text, nullable=False),
    sa.Column("since", UtcTime, nullable=False),
    sa.Column("call_id", sa.Text),
    sa.Column("lon", sa.Float, nullable=False),
    sa.Column("lat", sa.Float, nullable=False),
)

area = sa.Table(
    "area",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("station_id", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

decision = sa.Table(
    "decision",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("call_id", sa.Text, nullable=False, index=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    # The last event the advice had seen: the board it was given is that event's board.
    sa.Column("seen_event_id", BigId, nullable=False),
    sa.Column("chosen_unit_id", sa.Text),
    sa.Column("body", sa.Text, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("previous_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)

plan = sa.Table(
    "plan",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("signed_at", UtcTime, nullable=False),
    sa.Column("signed_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
