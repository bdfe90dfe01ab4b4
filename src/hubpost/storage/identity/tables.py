"""Tables of accounts; secrets are stored only hashed or encrypted."""

import sqlalchemy as sa

from hubpost.storage.schema import BigId, UtcTime, metadata

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("disabled_at", UtcTime),
    # argon2id, with its own salt and parameters inside; None until the person has chosen one.
    sa.Column("password_hash", sa.Text),
    # Base32 secret of the one-time codes; encrypted with the key of the installation.
    sa.Column("totp_sealed", sa.Text),
    sa.Column("totp_confirmed", sa.Boolean, nullable=False, server_default=sa.false()),
    # The last time step a code was taken for: the same code is never taken twice.
    sa.Column("totp_last_step", BigId),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("locked_until", UtcTime),
    # Subject at an OpenID provider, as "issuer subject".
    sa.Column("oidc_subject", sa.Text, unique=True),
)

access_grant = sa.Table(
    "access_grant",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("scope_kind", sa.Text, nullable=False),
    sa.Column("scope_id", sa.Text, nullable=False),
    sa.Column("valid_from", UtcTime),
    sa.Column("valid_to", UtcTime),
    sa.Column("revoked_at", UtcTime),
)

session = sa.Table(
    "session",
    metadata,
    # SHA-256 of the token: who reads the database cannot take over a session.
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("last_seen_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime),
)

sign_up_link = sa.Table(
    "sign_up_link",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("used_at", UtcTime),
)

#: What programs show instead of a session; made in the terminal, ends on a day named there.
api_token = sa.Table(
    "api_token",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("account_id", sa.Text, sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("revoked_at", UtcTime),
)
