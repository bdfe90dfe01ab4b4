"""Driving-time matrices side by side with scipy, igraph, pandana and, where it is there, Valhalla.

    .venv/bin/python benchmarks/roads.py [--json] [--side 405] [--repeat 3]

One run, one machine, one graph for all: a generated road grid of side² vertices (405² =
164,025) and the bundled counties. Times are the best of --repeat; figures to compare are the
ratios. Every peer's answers are checked against ours before its time counts. Peers that are
not installed are named as absent, not skipped in silence (they are in the `bench` group).
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from hubpost.model.place import Place
from hubpost.roads.closures import Closure, apply_closures, place_closure
from hubpost.roads.ends import open_conditions
from hubpost.roads.graph import RoadGraph
from hubpost.roads.network import RoadNetwork
from hubpost.roads.profile import CLASS_CODE
from hubpost.roads.store import build_topology, load_network

ORIGINS, DESTINATIONS = 25, 1300
# ru_maxrss of a child would count what its parent held when it forked; the high-water mark
# of its own memory does not.
BUILD = (
    "import sys; from pathlib import Path; from hubpost.cli.main import main; "
    "code = main(sys.argv[1:]); print(Path('/proc/self/status').read_text()); sys.exit(code)"
)
DATA = Path(__file__).parents[1] / "data"
BUNDLED = {"andorra": "andorra-2025-01.osm.pbf", "porto": "porto-roads.osm.pbf"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--side", type=int, default=405)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    # Two densities, because the ratios depend on it: neither alone would be the whole truth.
    rows = [
        measure(
            f"generated, {arcs} arcs a vertex", generated_network(args.side, share), args.repeat
        )
        for arcs, share in (("2.4", 0.4), ("3.0", 0.25))
    ]
    for county, pbf in BUNDLED.items():
        with tempfile.TemporaryDirectory() as folder:
            prepared = prepare(DATA / county / pbf, Path(folder))
            rows.append(measure(county, load_network(Path(folder)), args.repeat) | prepared)
    print(json.dumps(rows) if args.json else table(rows))


def generated_network(side: int, missing: float = 0.4) -> RoadNetwork:
    """A grid of which a share of the links is missing, with three speeds, everything two-way.

    missing: 0.4 leaves 2.4 arcs a vertex, as in Porto; 0.25 leaves 3.0; a full grid has 4.
    """
    rng = np.random.default_rng(1)
    vertex = np.arange(side * side).reshape(side, side)
    across = np.column_stack([vertex[:, :-1].ravel(), vertex[:, 1:].ravel()])
    up = np.column_stack([vertex[:-1].ravel(), vertex[1:].ravel()])
    links = np.concatenate([across, up])
    links = links[rng.random(len(links)) > missing]
    lon = (vertex % side).ravel() * 0.001 + rng.normal(0, 0.0002, side * side)
    lat = (vertex // side).ravel() * 0.001 + rng.normal(0, 0.0002, side * side)
    graph = graph_of_links(lon, lat, links, rng.choice([25.0, 40.0, 65.0], len(links)))
    started = time.perf_counter()
    topology = build_topology(graph)
    network = RoadNetwork(graph, topology)
    print(f"generated: prepared in {time.perf_counter() - started:.1f} s", file=sys.stderr)
    return network


def graph_of_links(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    links: NDArray[np.int64],
    kmh: NDArray[np.float64],
) -> RoadGraph:
    """A road graph of straight two-way segments."""
    a, b = links[:, 0], links[:, 1]
    length_m = np.maximum(np.hypot(lon[b] - lon[a], lat[b] - lat[a]) * 111_195, 1.0)
    count = len(links)
    both = np.tile(np.arange(count), 2)
    return RoadGraph(
        vertex_lon=lon,
        vertex_lat=lat,
        tail=np.concatenate([a, b]).astype(np.uint32),
        head=np.concatenate([b, a]).astype(np.uint32),
        segment=both.astype(np.int32),
        forward=np.repeat([True, False], count),
        travel_s=(length_m / kmh * 3.6)[both],
        kmh=kmh[both],
        length_m=length_m,
        shape_start=np.arange(0, 2 * count + 1, 2),
        shape_lon=lon[links].ravel(),
        shape_lat=lat[links].ravel(),
        class_code=np.full(count, CLASS_CODE["residential"], dtype=np.uint8),
        tunnel=np.zeros(count, dtype=bool),
        way_id=np.arange(count),
        name_idx=np.zeros(count, dtype=np.int32),
        names=("",),
    )


def prepare(pbf: Path, out: Path) -> dict[str, float]:
    """Seconds and peak memory of `hubpost roads build` in a process of its own."""
    arguments = ["roads", "build", str(pbf), "--out", str(out)]
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", BUILD, *arguments], check=True, capture_output=True, text=True
    )
    seconds = time.perf_counter() - started
    peak_mib = int(done.stdout.split("VmHWM:")[1].split()[0]) / 1024
    started = time.perf_counter()
    load_network(out)
    return {
        "prepare_s": round(seconds, 2),
        "peak_mib": round(peak_mib),
        "reopen_s": round(time.perf_counter() - started, 3),
    }


def measure(name: str, network: RoadNetwork, repeat: int) -> dict[str, object]:
    """Matrix seconds of every peer on this network, and the time a closure takes."""
    graph = network.graph
    rng = np.random.default_rng(2)
    sources = rng.choice(graph.vertices, ORIGINS, replace=False)
    targets = rng.choice(graph.vertices, DESTINATIONS, replace=False)
    peers = {"hubpost": ours(network), "scipy": of_scipy(graph)}
    peers |= {
        peer: make(graph)
        for peer, make in (("igraph", of_igraph), ("pandana", of_pandana))
        if importlib.util.find_spec(peer)
    }
    places = places_of(graph, sources, targets)
    expected = peers["scipy"](sources, targets)
    times: dict[str, float | None] = {"igraph": None, "pandana": None}
    for peer, matrix in peers.items():
        check(peer, matrix(sources, targets), expected)
        times[peer] = best(lambda m=matrix: m(sources, targets), repeat)
    return {
        "network": name,
        "vertices": graph.vertices,
        "arcs": graph.arcs,
        "matrix_s": times,
        "ratio": {p: round(t / times["hubpost"], 1) for p, t in times.items() if t is not None},
        "places_matrix_s": best(lambda: network.matrix_s(*places), repeat),
        "closure_to_advice_s": closure_s(network, sources, targets, repeat),
    }


Matrix = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float64]]


def ours(network: RoadNetwork) -> Matrix:
    """Seconds between vertices through the contraction hierarchy of the network."""

    def matrix(sources: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float64]:
        raw = network._metric.distances_many_to_many(
            sources.astype(np.uint32), targets.astype(np.uint32)
        )
        return np.where(raw >= 2_147_483_647, np.inf, raw / 1000)

    return matrix


def of_scipy(graph: RoadGraph) -> Matrix:
    """scipy.sparse.csgraph.dijkstra over compressed rows."""
    order = np.lexsort((graph.travel_s, graph.head, graph.tail))
    tail, head, seconds = graph.tail[order], graph.head[order], graph.travel_s[order]
    first = np.concatenate([[True], (np.diff(tail) != 0) | (np.diff(head) != 0)])
    shape = (graph.vertices, graph.vertices)
    links = csr_array((seconds[first], (tail[first], head[first])), shape=shape)
    return lambda sources, targets: dijkstra(links, indices=sources)[:, targets]


def of_igraph(graph: RoadGraph) -> Matrix:
    """igraph's Dijkstra, many to many."""
    import igraph

    links = np.column_stack([graph.tail, graph.head]).astype(np.int64)
    net = igraph.Graph(n=graph.vertices, edges=links.tolist(), directed=True)
    seconds = graph.travel_s.tolist()

    def matrix(sources: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.array(net.distances(sources.tolist(), targets.tolist(), weights=seconds))

    return matrix


def of_pandana(graph: RoadGraph) -> Matrix:
    """pandana's contraction hierarchy, asked pair by pair in one call (all its threads)."""
    import pandana
    import pandas as pd

    warnings.filterwarnings("ignore", module="pandana")  # it lists every unreachable pair
    with talk_to_stderr():
        net = pandana.Network(
            pd.Series(graph.vertex_lon),
            pd.Series(graph.vertex_lat),
            pd.Series(graph.tail.astype(np.int64)),
            pd.Series(graph.head.astype(np.int64)),
            pd.DataFrame({"seconds": graph.travel_s}),
            twoway=False,
        )

    def matrix(sources: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float64]:
        a, b = np.repeat(sources, len(targets)), np.tile(targets, len(sources))
        found = np.array(net.shortest_path_lengths(a, b, imp_name="seconds"))
        found = np.where(found > 4e6, np.inf, found)  # its sign for no way
        return found.reshape(len(sources), len(targets))

    return matrix


@contextmanager
def talk_to_stderr() -> Iterator[None]:
    """Keep a library's own printing out of our standard output."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def check(peer: str, found: NDArray[np.float64], expected: NDArray[np.float64]) -> None:
    """Stop where a peer's answers are not ours: a fast wrong answer proves nothing."""
    assert np.array_equal(np.isinf(found), np.isinf(expected)), f"{peer}: other pairs unreachable"
    finite = np.isfinite(expected)
    worst = np.max(np.abs(found[finite] - expected[finite])) if finite.any() else 0.0
    assert worst < 1.5, f"{peer}: differs by {worst:.2f} s"  # ours rounds each arc to 1 ms


def closure_s(
    network: RoadNetwork, sources: NDArray[np.int64], targets: NDArray[np.int64], repeat: int
) -> float:
    """From the click on a road to new times of 25 units: place, re-weight, ask."""
    graph = network.graph
    units, calls = places_of(graph, sources, targets)
    now = datetime(2025, 1, 1, tzinfo=UTC)
    tried = []
    for segment in np.random.default_rng(3).choice(graph.segments, repeat, replace=False):
        start = graph.shape_start[segment]
        middle = shapely.Point(
            (graph.shape_lon[start] + graph.shape_lon[start + 1]) / 2,
            (graph.shape_lat[start] + graph.shape_lat[start + 1]) / 2,
        )
        started = time.perf_counter()
        placed = place_closure(network.index, Closure("slide", middle))
        network.apply_conditions(apply_closures(graph, open_conditions(graph), [placed], now))
        network.matrix_s(units, calls[:1])
        tried.append(time.perf_counter() - started)
        network.apply_conditions(open_conditions(graph))
    return round(max(tried), 4)


def places_of(
    graph: RoadGraph, sources: NDArray[np.int64], targets: NDArray[np.int64]
) -> tuple[list[Place], list[Place]]:
    """Vertices as places, so that snapping is part of the time."""
    return tuple(
        [Place(float(graph.vertex_lon[v]), float(graph.vertex_lat[v])) for v in some]
        for some in (sources, targets)
    )


def best(work: Callable[[], object], repeat: int) -> float:
    """Seconds of the quickest of several runs; short ones run often, against noise."""
    tried = []
    while len(tried) < repeat or (sum(tried) < 1.0 and len(tried) < 20 * repeat):
        started = time.perf_counter()
        work()
        tried.append(time.perf_counter() - started)
    return round(min(tried), 5)


def table(rows: list[dict]) -> str:
    """The results for a person, in Markdown."""
    lines = [
        "| network | vertices | 25 × 1,300: hubpost | scipy | igraph | pandana "
        "| with snapping | closure to advice | prepare | peak | reopen |",
        "| --- " * 11 + "|",
    ]
    for row in rows:
        peers = [
            "absent"
            if row["matrix_s"][p] is None
            else f"{row['matrix_s'][p]:.3f} s (× {row['ratio'][p]:.0f})"
            for p in ("scipy", "igraph", "pandana")
        ]
        cells = [
            row["network"],
            f"{row['vertices']:,}",
            f"{row['matrix_s']['hubpost']:.4f} s",
            *peers,
            f"{row['places_matrix_s']:.3f} s",
            f"{row['closure_to_advice_s']:.3f} s",
            *prepared_cells(row),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def prepared_cells(row: dict) -> list[str]:
    """Preparation, peak memory and reopening, of a network that came from a file."""
    if "prepare_s" not in row:
        return ["–"] * 3
    return [f"{row['prepare_s']:.1f} s", f"{row['peak_mib']} MiB", f"{row['reopen_s']:.2f} s"]


if __name__ == "__main__":
    main()
