"""Tables of records: what happened, how each stands, whom it concerns, what links to what."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from hubpost.storage.schema import BigId, UtcTime, metadata

#: The truth: one row for each change, `body` holding the fields it changed. No person's name or
#: number is ever in it, so that rows need not be altered when a person's data is purged.
record_event = sa.Table(
    "record_event",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("record_id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("recorded_at", UtcTime, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("move", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.UniqueConstraint("record_id", "version", name="uq_record_event_version"),
)

#: How each record stands: a projection of its events, and the columns that lists ask for.
record = sa.Table(
    "record",
    metadata,
    sa.Column("seq", BigId, primary_key=True, autoincrement=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("station_id", sa.Text, nullable=False),
    sa.Column("area_id", sa.Text),
    sa.Column("owner_id", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("opened_at", UtcTime, nullable=False),
    sa.Column("due_at", UtcTime),
    sa.Column("closed_at", UtcTime),
    sa.Column("synthetic", sa.Boolean, nullable=False),
    sa.Column("batch_id", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("ix_record_kind_opened", "kind", "opened_at"),
    sa.Index("ix_record_station", "kind", "station_id", "opened_at"),
    sa.Index("ix_record_state", "kind", "state", "opened_at"),
    sa.Index("ix_record_owner", "owner_id", "kind", "opened_at"),
    sa.Index("ix_record_area", "area_id", "kind", "opened_at"),
    sa.Index(
        "ix_record_due",
        "kind",
        "due_at",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
    sa.Index(
        "ix_record_batch",
        "batch_id",
        sqlite_where=sa.text("batch_id <> ''"),
        postgresql_where=sa.text("batch_id <> ''"),
    ),
)

#: The last number given out in a kind and year; gapless, for the writer alone counts.
record_number = sa.Table(
    "record_number",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

#: Names and contacts, apart from everything else: masked by default, purged in time.
record_person = sa.Table(
    "record_person",
    metadata,
    sa.Column("record_id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("retain_until", UtcTime, index=True),
    # Keyed hashes: the same name and number are found without being read. "" for none.
    sa.Column("name_index", sa.Text, nullable=False, server_default="", index=True),
    sa.Column("phone_index", sa.Text, nullable=False, server_default="", index=True),
)

#: Who looked at whose details, when, and why.
person_view = sa.Table(
    "person_view",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("record_id", sa.Text, nullable=False, index=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

#: What stands where something was purged: that it was there, and by which rule it went.
tombstone = sa.Table(
    "tombstone",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("record_id", sa.Text, nullable=False, index=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
)

#: Links between records, calls and areas, readable from both ends.
record_link = sa.Table(
    "record_link",
    metadata,
    sa.Column("from_kind", sa.Text, primary_key=True),
    sa.Column("from_id", sa.Text, primary_key=True),
    sa.Column("to_kind", sa.Text, primary_key=True),
    sa.Column("to_id", sa.Text, primary_key=True),
    sa.Column("relation", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Index("ix_record_link_back", "to_kind", "to_id"),
)

#: Imports of a file: previewed, done, undone.
record_batch = sa.Table(
    "record_batch",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
)

#: Pairs of neighbouring characters, for full-text search in PostgreSQL; SQLite has an FTS5 table
#: `record_text` of the same name and content.
record_text_postgresql = sa.Table(
    "record_text",
    sa.MetaData(),
    sa.Column("seq", BigId, primary_key=True, autoincrement=False),
    sa.Column("terms", postgresql.ARRAY(sa.Text), nullable=False),
)
