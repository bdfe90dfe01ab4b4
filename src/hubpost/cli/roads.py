"""`hubpost roads`: prepare a road network, compute times and reach over it."""

import argparse
import csv
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubpost.cli import roads_calibrate

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from hubpost.model.place import Place
    from hubpost.roads.network import RoadNetwork


def add_parser(subparsers: Any) -> None:
    """Say what `roads` takes."""
    parser = subparsers.add_parser("roads", help="prepare roads, compute driving times")
    steps = parser.add_subparsers(metavar="STEP", required=True)
    _add_build(steps)
    _add_matrix(steps)
    _add_reach(steps)
    roads_calibrate.add_step(steps)


def _add_build(steps: Any) -> None:
    build = steps.add_parser("build", help="prepare an OpenStreetMap file")
    build.add_argument("pbf", type=Path, metavar="FILE.osm.pbf")
    build.add_argument("--out", type=Path, required=True, metavar="DIR")
    build.add_argument(
        "--elevation",
        type=Path,
        nargs="+",
        default=[],
        metavar="TILE",
        help="SRTM tiles (.hgt, .hgt.zip): steep roads become slower",
    )
    build.add_argument("--json", action="store_true", help="print one JSON object")
    build.set_defaults(run=run_build)


def _add_matrix(steps: Any) -> None:
    matrix = steps.add_parser("matrix", help="driving seconds between two lists of places")
    matrix.add_argument("network", type=Path, metavar="DIR", help="made by `roads build`")
    matrix.add_argument("--from", dest="origins", type=Path, required=True, metavar="A.csv")
    matrix.add_argument("--to", dest="destinations", type=Path, required=True, metavar="B.csv")
    matrix.add_argument("--closed", type=Path, metavar="EDGES.geojson")
    matrix.add_argument("--at", metavar="TIME", help="closures in force then (default: now)")
    matrix.add_argument("--snap-limit", type=float, metavar="METRES", help="default 1000")
    matrix.add_argument("--out", type=Path, required=True, metavar="M.csv")
    matrix.add_argument("--json", action="store_true", help="print one JSON object")
    matrix.set_defaults(run=run_matrix)


def _add_reach(steps: Any) -> None:
    reach = steps.add_parser("reach", help="areas within minutes of places, as GeoJSON")
    reach.add_argument("network", type=Path, metavar="DIR", help="made by `roads build`")
    reach.add_argument("--from", dest="origins", type=Path, required=True, metavar="A.csv")
    reach.add_argument("--minutes", type=float, nargs="+", default=[5, 10, 20, 30])
    reach.add_argument("--closed", type=Path, metavar="EDGES.geojson")
    reach.add_argument("--at", metavar="TIME", help="closures in force then (default: now)")
    reach.add_argument("--out", type=Path, required=True, metavar="R.geojson")
    reach.add_argument("--json", action="store_true", help="print one JSON object")
    reach.set_defaults(run=run_reach)


def run_build(args: argparse.Namespace) -> int:
    """Prepare a road file; says how many vertices and edges came of it."""
    from dataclasses import asdict

    from hubpost.roads.elevation import read_tile, slope_speeds
    from hubpost.roads.store import build_network

    tiles = [read_tile(tile) for tile in args.elevation]
    slope = (lambda graph: slope_speeds(graph, tiles)) if tiles else None
    report = build_network(args.pbf, args.out, slope=slope)
    for reason, count in report.unread_rules.items():
        print(f"hubpost: {count} turn rules not honoured: {reason}", file=sys.stderr)
    _say(
        args,
        asdict(report),
        f"{report.vertices} vertices, {report.edges} edges, {report.strong_share:.1%} of the "
        f"road length mutually reachable, {report.seconds:.1f} s",
    )
    return 0


def run_matrix(args: argparse.Namespace) -> int:
    """Write the seconds of every pair; inf where there is no way."""
    import numpy as np

    from hubpost.cli.point_list import read_points
    from hubpost.roads.network import SNAP_LIMIT_M

    origins, destinations = read_points(args.origins), read_points(args.destinations)
    limit_m = SNAP_LIMIT_M if args.snap_limit is None else args.snap_limit
    network = _open(args, limit_m)
    seconds = network.matrix_s(origins, destinations)
    _write_matrix(args.out, origins, destinations, seconds)
    refused = [*_refused(network, "from", origins), *_refused(network, "to", destinations)]
    for row in refused:
        print(
            f"hubpost: {row['list']} {row['id']} is {row['distance_m']:.0f} m from any usable road "
            f"(limit {limit_m:.0f} m): no way to or from it",
            file=sys.stderr,
        )
    unreachable = int(np.isinf(seconds).sum())
    result = {
        "from": len(origins),
        "to": len(destinations),
        "unreachable": unreachable,
        "refused": refused,
        "out": str(args.out),
    }
    _say(args, result, f"{seconds.size} pairs, {unreachable} unreachable, in {args.out}")
    return 0


def run_reach(args: argparse.Namespace) -> int:
    """Write the areas within the given minutes of each place."""
    from hubpost.cli.point_list import read_points
    from hubpost.roads.isochrones import list_reach, to_geojson
    from hubpost.roads.network import SNAP_LIMIT_M

    places = read_points(args.origins)
    network = _open(args, SNAP_LIMIT_M)
    reaches = {str(p.id): list_reach(network, [p], args.minutes) for p in places}
    args.out.write_text(json.dumps(to_geojson(reaches), ensure_ascii=False), "utf-8")
    areas = [
        {"id": key, "minutes": r.minutes, "area_km2": round(r.area_km2, 2)}
        for key, several in reaches.items()
        for r in several
    ]
    _say(args, {"areas": areas, "out": str(args.out)}, f"{len(areas)} areas in {args.out}")
    return 0


def _open(args: argparse.Namespace, snap_limit_m: float) -> "RoadNetwork":
    """The prepared network with the closures of --closed in force."""
    from hubpost.roads.closures import apply_closures, place_closure, read_closures
    from hubpost.roads.ends import open_conditions
    from hubpost.roads.store import load_network

    network = load_network(args.network, snap_limit_m)
    if args.closed is not None:
        closures = read_closures(_read_json(args.closed), args.closed.name)
        placed = [place_closure(network.index, c) for c in closures]
        base = open_conditions(network.graph)
        network.apply_conditions(apply_closures(network.graph, base, placed, _moment(args.at)))
    return network


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path.name}: expected GeoJSON, found {error}.") from error


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"--at: expected a time with its zone (…T08:00+08:00), found {text}.")
    return moment


def _refused(network: "RoadNetwork", name: str, places: "Sequence[Place]") -> list[dict[str, Any]]:
    snaps = network.snap(places)
    return [
        {"list": name, "id": place.id, "distance_m": round(float(snaps.distance_m[i]), 1)}
        for i, place in enumerate(places)
        if snaps.refused[i]
    ]


def _write_matrix(
    out: Path,
    origins: "Sequence[Place]",
    destinations: "Sequence[Place]",
    seconds: "NDArray[np.float64]",
) -> None:
    with out.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["from_id", "to_id", "seconds"])
        for i, origin in enumerate(origins):
            for j, destination in enumerate(destinations):
                rows.writerow([origin.id, destination.id, f"{seconds[i, j]:.3f}"])


def _say(args: argparse.Namespace, result: dict[str, Any], words: str) -> None:
    print(json.dumps(result, ensure_ascii=False) if args.json else words)
