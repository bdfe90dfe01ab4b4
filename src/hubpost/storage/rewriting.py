"""Files without what was deleted or replaced in them: slow, for the night or an upgrade."""

import sqlalchemy as sa

from hubpost.storage.sealed import SEALED


def rewrite_files(engine: sa.Engine) -> None:
    """Merge the search index, rewrite the file, and empty the write-ahead log.

    SQLite keeps deleted bytes in free pages, in the index's older segments and in the log;
    PostgreSQL keeps dead rows until it is vacuumed. Takes as long as copying the database, so it
    is for the night, not for an action's transaction.
    """
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        try:
            raw.execute("INSERT INTO record_text(record_text) VALUES('optimize')")
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        for table in sorted({c.table for c in SEALED} | {"record_text"}):
            conn.execute(sa.text(f'VACUUM FULL "{table}"'))
