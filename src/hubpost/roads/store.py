"""Prepare a road network once, keep it in a folder, open it again in under a second."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import pyroutingkit

from hubpost.roads.errors import RoadFileError
from hubpost.roads.graph import RoadGraph, graph_from_ways, strong_share
from hubpost.roads.network import SNAP_LIMIT_M, RoadNetwork
from hubpost.roads.osm import read_road_ways
from hubpost.roads.profile import SpeedProfile
from hubpost.roads.turns import apply_turn_rules

FORMAT = 1


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What came out of a road file.

    vertices: junctions, ends and copies for turn rules. edges: arcs, one per open direction.
    strong_share: share of road length in the largest part where every point reaches every
    other. unread_rules: turn rules not honoured, by reason. seconds: wall time.
    """

    vertices: int
    edges: int
    strong_share: float
    seconds: float
    length_km: float
    turn_rules: int
    unread_rules: dict[str, int]
    source: str
    source_sha256: str


def build_network(
    pbf: Path,
    out_dir: Path,
    profile: SpeedProfile | None = None,
    slope: Callable[[RoadGraph], RoadGraph] | None = None,
) -> BuildReport:
    """Read a road file, prepare it for queries and write it to out_dir.

    slope: gives the graph times that know the terrain, see `elevation.slope_speeds`.
    Raises RoadFileError for a file without usable roads; out_dir is then left as it was.
    """
    started = time.perf_counter()
    graph, rules, unread = read_road_graph(pbf, profile)
    if slope is not None:
        graph = slope(graph)
    topology = build_topology(graph)
    report = BuildReport(
        vertices=graph.vertices,
        edges=graph.arcs,
        strong_share=round(strong_share(graph), 6),
        seconds=round(time.perf_counter() - started, 3),
        length_km=round(float(graph.length_m.sum()) / 1000, 3),
        turn_rules=rules,
        unread_rules=unread,
        source=pbf.name,
        source_sha256=hashlib.sha256(pbf.read_bytes()).hexdigest(),
    )
    save_network(graph, topology, report, out_dir)
    return report


def read_road_graph(
    pbf: Path, profile: SpeedProfile | None = None
) -> tuple[RoadGraph, int, dict[str, int]]:
    """The graph of a road file, how many turn rules took effect, and those that did not.

    Raises RoadFileError where the file is no complete OSM file or has no road open to cars.
    """
    ways = read_road_ways(pbf, profile or SpeedProfile())
    plain, vertex_node = graph_from_ways(ways)
    if not plain.arcs:
        raise RoadFileError(f"{pbf}: expected roads open to cars, found only single points.")
    graph, honoured = apply_turn_rules(plain, vertex_node, ways.restrictions)
    unread = dict(ways.unread_restrictions)
    if honoured < len(ways.restrictions):
        unread["on roads closed to cars"] = len(ways.restrictions) - honoured
    return graph, honoured, unread


def build_topology(graph: RoadGraph) -> pyroutingkit.CCHTopology:
    """The contraction order of a graph: the slow step, independent of speeds."""
    topology = pyroutingkit.CCHTopology()
    lat, lon = graph.vertex_lat.astype(np.float32), graph.vertex_lon.astype(np.float32)
    topology.build(graph.tail, graph.head, lat, lon, graph.vertices)
    return topology


def save_network(
    graph: RoadGraph, topology: pyroutingkit.CCHTopology, report: BuildReport, out_dir: Path
) -> None:
    """Write a prepared network; the description goes last, so a torn write is not opened."""
    (out_dir / "topology").mkdir(parents=True, exist_ok=True)
    described = out_dir / "network.json"
    described.unlink(missing_ok=True)
    arrays = {f.name: getattr(graph, f.name) for f in fields(graph) if f.name != "names"}
    np.savez(out_dir / "graph.npz", **arrays)
    (out_dir / "names.json").write_text(json.dumps(graph.names, ensure_ascii=False), "utf-8")
    topology.save(str(out_dir / "topology"))
    text = json.dumps({"format": FORMAT, "report": asdict(report)}, ensure_ascii=False, indent=1)
    described.write_text(text, "utf-8")


def load_network(directory: Path, snap_limit_m: float = SNAP_LIMIT_M) -> RoadNetwork:
    """Open a prepared network; raises RoadFileError where directory does not hold one."""
    read_report(directory)
    with np.load(directory / "graph.npz") as arrays:
        columns = {name: arrays[name] for name in arrays.files}
    names = tuple(json.loads((directory / "names.json").read_text("utf-8")))
    graph = RoadGraph(**columns, names=names)
    topology = pyroutingkit.CCHTopology()
    topology.load(str(directory / "topology"))
    return RoadNetwork(graph, topology, snap_limit_m=snap_limit_m)


def read_report(directory: Path) -> BuildReport:
    """The build report of a prepared network; raises RoadFileError where there is none."""
    try:
        described = json.loads((directory / "network.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RoadFileError(
            f"{directory}: expected a folder made by `hubpost roads build`, found none that is "
            f"complete. Run `hubpost roads build FILE.osm.pbf --out {directory}`."
        ) from error
    if described.get("format") != FORMAT:
        raise RoadFileError(
            f"{directory}: expected road network format {FORMAT}, found "
            f"{described.get('format')}. Run `hubpost roads build` again."
        )
    return BuildReport(**described["report"])
