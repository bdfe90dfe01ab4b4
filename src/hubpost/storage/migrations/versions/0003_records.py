"""Records: events and how each stands, persons apart, links, imports, full-text pairs.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "person_view",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_view")),
    )
    op.create_index(op.f("ix_person_view_record_id"), "person_view", ["record_id"], unique=False)
    op.create_table(
        "record",
        sa.Column("seq", _BIG, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_record")),
        sa.UniqueConstraint("id", name=op.f("uq_record_id")),
    )
    op.create_index("ix_record_area", "record", ["area_id", "kind", "opened_at"], unique=False)
    op.create_index(
        "ix_record_batch",
        "record",
        ["batch_id"],
        unique=False,
        sqlite_where=sa.text("batch_id <> ''"),
        postgresql_where=sa.text("batch_id <> ''"),
    )
    op.create_index(
        "ix_record_due",
        "record",
        ["kind", "due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_record_kind_opened", "record", ["kind", "opened_at"], unique=False)
    op.create_index("ix_record_owner", "record", ["owner_id", "kind", "opened_at"], unique=False)
    op.create_index("ix_record_state", "record", ["kind", "state", "opened_at"], unique=False)
    op.create_index(
        "ix_record_station", "record", ["kind", "station_id", "opened_at"], unique=False
    )
    op.create_table(
        "record_batch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_batch")),
    )
    op.create_table(
        "record_event",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_event")),
        sa.UniqueConstraint("record_id", "version", name="uq_record_event_version"),
    )
    op.create_table(
        "record_link",
        sa.Column("from_kind", sa.Text(), nullable=False),
        sa.Column("from_id", sa.Text(), nullable=False),
        sa.Column("to_kind", sa.Text(), nullable=False),
        sa.Column("to_id", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "from_kind", "from_id", "to_kind", "to_id", name=op.f("pk_record_link")
        ),
    )
    op.create_index("ix_record_link_back", "record_link", ["to_kind", "to_id"], unique=False)
    op.create_table(
        "record_number",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "year", name=op.f("pk_record_number")),
    )
    op.create_table(
        "record_person",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("retain_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("record_id", "key", name=op.f("pk_record_person")),
    )
    op.create_index(
        op.f("ix_record_person_retain_until"), "record_person", ["retain_until"], unique=False
    )
    op.create_table(
        "tombstone",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
    )
    op.create_index(op.f("ix_tombstone_record_id"), "tombstone", ["record_id"], unique=False)
    _create_text_index()


def _create_text_index() -> None:
    """Pairs of characters: FTS5 on SQLite, a GIN index over arrays on PostgreSQL."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE record_text USING fts5"
            "(terms, detail=none, tokenize='unicode61 remove_diacritics 0')"
        )
        return
    op.create_table(
        "record_text",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terms", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_record_text")),
    )
    op.create_index("ix_record_text_terms", "record_text", ["terms"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_table("record_text")
    op.drop_index(op.f("ix_tombstone_record_id"), table_name="tombstone")
    op.drop_table("tombstone")
    op.drop_index(op.f("ix_record_person_retain_until"), table_name="record_person")
    op.drop_table("record_person")
    op.drop_table("record_number")
    op.drop_index("ix_record_link_back", table_name="record_link")
    op.drop_table("record_link")
    op.drop_table("record_event")
    op.drop_table("record_batch")
    op.drop_index("ix_record_station", table_name="record")
    op.drop_index("ix_record_state", table_name="record")
    op.drop_index("ix_record_owner", table_name="record")
    op.drop_index("ix_record_kind_opened", table_name="record")
    op.drop_index(
        "ix_record_due",
        table_name="record",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_record_batch",
        table_name="record",
        sqlite_where=sa.text("batch_id <> ''"),
        postgresql_where=sa.text("batch_id <> ''"),
    )
    op.drop_index("ix_record_area", table_name="record")
    op.drop_table("record")
    op.drop_index(op.f("ix_person_view_record_id"), table_name="person_view")
    op.drop_table("person_view")
