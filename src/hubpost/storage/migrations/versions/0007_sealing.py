"""Personal columns sealed; blind indexes of persons; the text index by keyed hashes.

Needs the key file of the database, which is made when nothing was sealed before.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from hubpost.storage.sealed_indexes import hash_pairs, hash_persons, open_pairs
from hubpost.storage.sealed_rows import open_rows, seal_rows

revision = "0007"
down_revision = "0006"

#: Each: table, column, what makes up a row's place. As of this revision; the list of today is
#: storage/sealed.py.
COLUMNS = (
    ("record_person", "name", ("record_id", "key")),
    ("record_person", "phone", ("record_id", "key")),
    ("record_person", "address", ("record_id", "key")),
    ("record", "body", ("id",)),
    ("record_event", "body", ("record_id", "version")),
    ("person_view", "reason", ("record_id", "key", "actor")),
    ("call", "note", ("id",)),
    ("call", "place_text", ("id",)),
    ("call", "caller_masked", ("id",)),
    ("call", "outcome", ("id",)),
    ("event", "body", ("id",)),
    ("snapshot", "body", ("event_id",)),
    ("decision", "body", ("call_id", "seen_event_id")),
    ("reply", "body", ("key",)),
    ("delivery", "title", ("event_id", "channel")),
    ("delivery", "body", ("event_id", "channel")),
    ("contact", "address", ("id",)),
    ("aid_message", "body", ("partner_id", "message_id")),
    ("photo", "body", ("id",)),
    ("account", "display_name", ("id",)),
    ("setting", "value", ("key",)),
)
INDEXES = ("name_index", "phone_index")


def upgrade() -> None:
    for name in INDEXES:
        column = sa.Column(name, sa.Text(), nullable=False, server_default="")
        op.add_column("record_person", column)
        op.create_index(f"ix_record_person_{name}", "record_person", [name], unique=False)
    conn = op.get_bind()
    # Before their texts are sealed: names and pairs are hashed from what can still be read.
    hash_persons(conn)
    hash_pairs(conn)
    seal_rows(conn, COLUMNS)


def downgrade() -> None:
    conn = op.get_bind()
    open_rows(conn, COLUMNS)
    open_pairs(conn)
    for name in INDEXES:
        op.drop_index(f"ix_record_person_{name}", table_name="record_person")
        with op.batch_alter_table("record_person") as table:
            table.drop_column(name)
