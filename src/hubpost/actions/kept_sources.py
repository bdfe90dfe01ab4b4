"""Sources of figures that no record of the console tells: cases, brought in as a file.

Each file kept is a setting row of its own, `figure_source.SOURCE.INSTANT`: rows as Parquet in
base64. Nothing is overwritten, so that a past day can be asked for what was known then.
"""

import base64
import io
from datetime import UTC, datetime

import polars as pl
import sqlalchemy as sa

from hubpost.storage import schema
from hubpost.storage.transaction import Tx

#: What may be kept; every other source is made of the console's own records.
KEEPABLE = ("cases",)
_PREFIX = "figure_source."


def keep_source(tx: Tx, source: str, rows: pl.DataFrame) -> str:
    """Keep the rows of a source in place of those kept before; gives the key they stand under.

    Raises ValueError for a source that the database makes itself: it would be counted twice.
    """
    if source not in KEEPABLE:
        raise ValueError(
            f"Expected {', '.join(f'{s}.csv' for s in KEEPABLE)} beside a database, came "
            f"{source}.csv: the database makes {source} of its own records."
        )
    buffer = io.BytesIO()
    rows.write_parquet(buffer, compression="zstd")
    key = f"{_PREFIX}{source}.{tx.now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    body = base64.b64encode(buffer.getvalue()).decode("ascii")
    tx.conn.execute(schema.setting.insert().values(key=key, value=body))
    return key


def last_kept(conn: sa.Connection) -> str:
    """The key kept last, "" for none: tells whether anything was kept since."""
    return max(_keys(conn), default="")


def kept_sources(conn: sa.Connection, before: datetime | None = None) -> dict[str, pl.DataFrame]:
    """Source -> the rows kept last, before an instant where one is given."""
    found: dict[str, str] = {}
    until = f"{before.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" if before else ""
    for key in sorted(_keys(conn)):
        source, _, at = key.removeprefix(_PREFIX).partition(".")
        if not until or at < until:
            found[source] = key
    return {source: _read(conn, key) for source, key in found.items()}


def _keys(conn: sa.Connection) -> list[str]:
    column = schema.setting.c.key
    return list(conn.execute(sa.select(column).where(column.startswith(_PREFIX))).scalars())


def _read(conn: sa.Connection, key: str) -> pl.DataFrame:
    query = sa.select(schema.setting.c.value).where(schema.setting.c.key == key)
    return pl.read_parquet(io.BytesIO(base64.b64decode(conn.execute(query).scalar_one())))
