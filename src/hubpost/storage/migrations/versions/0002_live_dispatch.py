"""Live dispatch: amended and merged calls, reserve and crew, replies, deliveries, mutual aid.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "aid_link",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("aid_id", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_aid_link")),
    )
    op.create_table(
        "aid_message",
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("outgoing", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint(
            "partner_id", "message_id", "outgoing", name=op.f("pk_aid_message")
        ),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_table(
        "delivery",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("event_id", "channel", name="uq_delivery_event_channel"),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_waiting", ["state", "next_at"], unique=False)

    op.create_table(
        "landmark",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("road", sa.Text(), nullable=True),
        sa.Column("km", sa.Float(), nullable=True),
        sa.Column("area_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_landmark")),
    )
    op.create_table(
        "partner",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
    )
    op.create_table(
        "reply",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_reply")),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_at"), ["at"], unique=False)

    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mode", sa.Text(), server_default="live", nullable=False))
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("danger", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("source", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("caller_masked", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("caller_key", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("tier", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("room_id", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("merged_into", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("member_first_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_call_caller_key"), ["caller_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_merged_into"), ["merged_into"], unique=False)

    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.add_column(sa.Column("feedback_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("reserve", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("crew", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("covering_id", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_column("fixed_at")
        batch_op.drop_column("covering_id")
        batch_op.drop_column("crew")
        batch_op.drop_column("reserve")

    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_column("checked_at")
        batch_op.drop_column("feedback_at")

    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_merged_into"))
        batch_op.drop_index(batch_op.f("ix_call_caller_key"))
        batch_op.drop_column("member_first_at")
        batch_op.drop_column("merged_into")
        batch_op.drop_column("room_id")
        batch_op.drop_column("tier")
        batch_op.drop_column("caller_key")
        batch_op.drop_column("caller_masked")
        batch_op.drop_column("source")
        batch_op.drop_column("danger")
        batch_op.drop_column("due_at")
        batch_op.drop_column("mode")

    op.drop_table("reply")
    op.drop_table("partner")
    op.drop_table("landmark")
    op.drop_table("delivery")
    op.drop_table("contact")
    op.drop_table("aid_message")
    op.drop_table("aid_link")
