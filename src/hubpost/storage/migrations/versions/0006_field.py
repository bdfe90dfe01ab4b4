"""Photos from the scene; links of members of minimum units.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "photo",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    op.create_index(op.f("ix_photo_call_id"), "photo", ["call_id"], unique=False)
    op.create_index(op.f("ix_photo_expires_at"), "photo", ["expires_at"], unique=False)
    op.create_table(
        "member_link",
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_member_link")),
    )
    op.create_index(op.f("ix_member_link_member_id"), "member_link", ["member_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_member_link_member_id"), table_name="member_link")
    op.drop_table("member_link")
    op.drop_index(op.f("ix_photo_expires_at"), table_name="photo")
    op.drop_index(op.f("ix_photo_call_id"), table_name="photo")
    op.drop_table("photo")
