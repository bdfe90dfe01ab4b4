"""From the click that closes a road to the new advice, over HTTP, as a console would ask.

    .venv/bin/python benchmarks/closure.py [--json] [--rounds 20] [--side 405]

A console behind its own server on a generated grid of side² vertices (405² = 164,025) and on the
roads of porto, SQLite on disk, 36 units. Each round: POST the closure, which snaps, commits and
lists it; GET the panel of the open call, which holds the new advice and is checked to have seen the
event. The same for lifting it, and for rain, which touches every road. Median and worst, seconds.
"""

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import numpy as np

from hubpost.actions.command_room import CommandRoom
from hubpost.model.events import GroupsFormed, StationOpened, UnitJoined
from hubpost.model.station import Area, HubGroup, Station
from hubpost.model.unit import Unit
from hubpost.roads.in_force import RoadsInForce
from hubpost.roads.network import RoadNetwork
from hubpost.roads.store import build_network, load_network
from hubpost.storage.store import Store
from hubpost.web.app import create_app
from hubpost.web.server import ConsoleServer
from roads import BUNDLED, DATA, generated_network

STATIONS, UNITS_EACH = 12, 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--side", type=int, default=405)
    args = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        build_network(DATA / "porto" / BUNDLED["porto"], Path(folder) / "porto")
        networks = {
            "generated": generated_network(args.side),
            "porto": load_network(Path(folder) / "porto"),
        }
        for name, network in networks.items():
            database = f"sqlite:///{Path(folder) / name}.sqlite"
            rows.append({"network": name, **measure(network, database, args.rounds)})
    print(json.dumps(rows) if args.json else table(rows))


def measure(network: RoadNetwork, database: str, rounds: int) -> dict[str, object]:
    """Seconds from click to new advice: closing, lifting, rain on every road."""
    rng = np.random.default_rng(4)
    store = Store(database)
    room = make_room(network, store, rng)
    seconds: dict[str, list[float]] = {"close": [], "lift": [], "rain": []}
    with serving(create_app(store, room)) as url, httpx.Client(base_url=url) as client:
        call = take_call(client, room.areas[0])
        for idx in range(rounds + 1):
            tried = one_round(client, store, network, call, rng, wet=idx % 2 == 0)
            if idx:  # the first warms caches up
                for step, taken in tried.items():
                    seconds[step].append(taken)
    store.close()
    return {
        "vertices": network.graph.vertices,
        "units": STATIONS * UNITS_EACH,
        **{
            step: {"median_s": round(median(s), 4), "worst_s": round(max(s), 4)}
            for step, s in seconds.items()
        },
    }


def one_round(
    client: httpx.Client,
    store: Store,
    network: RoadNetwork,
    call: str,
    rng: np.random.Generator,
    *,
    wet: bool,
) -> dict[str, float]:
    """Close the road somewhere on the advised unit's way, lift it, change the weather."""
    route = client.get(f"/api/route?unit={advised(client, call)}&call={call}").json()
    line = route["features"][0]["geometry"]["coordinates"]
    lon, lat = line[int(rng.integers(1, len(line) - 1))]
    form = {"points": f"{lon},{lat}", "reason": "landslide", "request_id": uuid4().hex}
    closed = timed(client, store, call, "/roads/closures", form)
    lifted = timed(client, store, call, f"/roads/closures/{form['request_id']}/reopen", {})
    weather = {"weather": "rain" if wet else "dry", "light": "day"}
    return {
        "close": closed,
        "lift": lifted,
        "rain": timed(client, store, call, "/roads/conditions", weather),
    }


def timed(client: httpx.Client, store: Store, call: str, path: str, form: dict) -> float:
    before = store.last_event_id
    started = time.perf_counter()
    answer = client.post(path, data=form)
    assert answer.status_code == 200, answer.text
    panel = client.get(f"/calls/{call}", headers={"HX-Request": "true"})
    seconds = time.perf_counter() - started
    assert int(panel.headers["Hubpost-Event-Id"]) > before
    return seconds


def advised(client: httpx.Client, call: str) -> str:
    panel = client.get(f"/calls/{call}", headers={"HX-Request": "true"}).text
    return panel.split('class="choice" data-unit="')[1].split('"')[0]


def make_room(network: RoadNetwork, store: Store, rng: np.random.Generator) -> CommandRoom:
    """Stations and one village at random vertices of the large part of the roads."""
    graph = network.graph
    spots = rng.choice(graph.vertices, STATIONS + 1, replace=False)
    points = [(float(graph.vertex_lon[v]), float(graph.vertex_lat[v])) for v in spots]
    ids = [f"s{i}" for i in range(STATIONS)]
    now = store.now()
    events: list = [
        StationOpened(now, Station(s, s, *point)) for s, point in zip(ids, points, strict=False)
    ]
    events += [
        UnitJoined(now, Unit(f"{s}-{k}", f"{s}-{k}", s)) for s in ids for k in range(UNITS_EACH)
    ]
    events.append(GroupsFormed(now, (HubGroup(ids[0], tuple(ids[1:])),)))
    store.write(lambda tx: [tx.record(e) for e in events], actor="benchmark")
    village = Area("v", "v", ids[0], *points[-1])
    return CommandRoom("benchmark", ZoneInfo("UTC"), RoadsInForce(network), (village,))


def take_call(client: httpx.Client, village: Area) -> str:
    form = {
        "category": "assistance",
        "priority": "2",
        "area_id": village.id,
        "units_needed": "1",
        "request_id": uuid4().hex,
    }
    answer = client.post("/calls", data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 201, answer.text
    return form["request_id"]


@contextmanager
def serving(app: object) -> Iterator[str]:
    server = ConsoleServer(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def table(rows: list[dict]) -> str:
    """The results for a person, in Markdown."""
    lines = [
        "| network | vertices | units | close: median, worst | lift | rain on every road |",
        "| --- " * 6 + "|",
    ]
    for row in rows:
        cells = [
            f"{row[s]['median_s']:.3f}, {row[s]['worst_s']:.3f} s"
            for s in ("close", "lift", "rain")
        ]
        lines.append(
            f"| {row['network']} | {row['vertices']:,} | {row['units']} | {' | '.join(cells)} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
