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
    sa.Column("mode", sa.Text, nullable=False, server_default="live"),
    sa.Column("due_at", UtcTime),
    sa.Column("danger", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("source", sa.Text, nullable=False, server_default=""),
    sa.Column("caller_masked", sa.Text),
    sa.Column("caller_key", sa.Text, index=True),
    sa.Column("tier", sa.Integer, nullable=False, server_default="0"),
    sa.Column("room_id", sa.Text),
    sa.Column("merged_into", sa.Text, index=True),
    # When the first member of a minimum unit was there; the police have their own arrival.
    sa.Column("member_first_at", UtcTime),
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
    sa.Column("feedback_at", UtcTime),
    sa.Column("checked_at", UtcTime),
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
    sa.Column("reserve", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("crew", sa.Integer),
    sa.Column("covering_id", sa.Text),
    sa.Column("fixed_at", UtcTime),
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

#: Replies given to requests with an idempotency key, so that a request sent twice acts once.
reply = sa.Table(
    "reply",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False, index=True),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

#: Messages to be sent and what became of them; written with the event they speak of.
delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("event_id", BigId, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("queued_at", UtcTime, nullable=False),
    sa.Column("next_at", UtcTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
    sa.Column("done_at", UtcTime),
    sa.Column("error", sa.Text),
    sa.UniqueConstraint("event_id", "channel", name="uq_delivery_event_channel"),
    sa.Index("ix_delivery_waiting", "state", "next_at"),
)

#: How members and crews are reached; apart from the board, and removable.
contact = sa.Table(
    "contact",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("address", sa.Text, nullable=False),
)

#: Partners across the border: their key, their address, the agreement and its end.
partner = sa.Table(
    "partner",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("station_id", sa.Text, nullable=False),
    sa.Column("public_key", sa.Text),
    sa.Column("address", sa.Text),
    sa.Column("agreed_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("withdrawn_at", UtcTime),
    sa.Column("agreed_by", sa.Text, nullable=False),
)

#: Signed messages that came and went: the record of sharing, and the guard against replay.
aid_message = sa.Table(
    "aid_message",
    metadata,
    sa.Column("partner_id", sa.Text, primary_key=True),
    sa.Column("message_id", sa.Text, primary_key=True),
    sa.Column("outgoing", sa.Boolean, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("sent_at", UtcTime),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("error", sa.Text),
)

#: Shared links for partners without a server: only the hash of the token is kept.
aid_link = sa.Table(
    "aid_link",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("aid_id", sa.Text, nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("revoked_at", UtcTime),
    sa.Column("opened", sa.Integer, nullable=False, server_default="0"),
)

#: Landmarks and kilometre posts the call taker may name.
landmark = sa.Table(
    "landmark",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("lon", sa.Float, nullable=False),
    sa.Column("lat", sa.Float, nullable=False),
    sa.Column("road", sa.Text),
    sa.Column("km", sa.Float),
    sa.Column("area_id", sa.Text),
)
