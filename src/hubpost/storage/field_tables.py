"""Photos a crew sent from the scene, and the links by which members of minimum units answer."""

import sqlalchemy as sa

from hubpost.storage.schema import UtcTime, metadata

#: A photo of a call. The picture itself goes at `expires_at`; that it was there stays.
photo = sa.Table(
    "photo",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("call_id", sa.Text, nullable=False, index=True),
    sa.Column("unit_id", sa.Text, nullable=False),
    sa.Column("taken_at", UtcTime, nullable=False),
    sa.Column("received_at", UtcTime, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary),
    sa.Column("expires_at", UtcTime, nullable=False, index=True),
    sa.Column("purged_at", UtcTime),
)

#: A member's own page; only the hash of its code is kept.
member_link = sa.Table(
    "member_link",
    metadata,
    sa.Column("code_hash", sa.Text, primary_key=True),
    sa.Column("member_id", sa.Text, nullable=False, index=True),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("revoked_at", UtcTime),
)
