"""`hubpost solve`: general location models on a file."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

MODELS = ("p-median", "districting", "max-cover")


def add_parser(subparsers: Any) -> None:
    """Say what `solve` takes."""
    parser = subparsers.add_parser("solve", help="solve a p-median, districting or covering file")
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("file", type=Path, help="OR-Library p-median text, or a JSON instance")
    parser.add_argument("--p", type=int, help="number of sites (default: the file's)")
    parser.add_argument("--shape", help="districting: C0 to C3 (default: the file's, or C0)")
    parser.add_argument("--radius", type=float, help="max-cover: reach (default: the file's)")
    parser.add_argument("--backup", type=float, help="max-cover: share counted for a second cover")
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Solve and print; 3 when nothing was found or it could not be proven in time."""
    solvers = {"p-median": _p_median, "districting": _districting, "max-cover": _max_cover}
    result = solvers[args.model](args)
    body = {
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "status": result.status,
        "seconds": result.seconds,
        "chosen": (result.chosen + 1).tolist(),
        "assigned": (result.assigned + 1).tolist(),
        "reason": result.reason,
    }
    if args.json:
        print(json.dumps(body))
    else:
        print(f"{result.status}: objective {result.objective}, bound {result.bound}", end=", ")
        print(f"{result.seconds:.2f} s; chosen {' '.join(map(str, body['chosen']))}")
    return 0 if result.status == "optimal" else 3


def _p_median(args: argparse.Namespace) -> Any:
    from hubpost.planning.location_files import matrix_of, read_instance, read_pmed
    from hubpost.planning.p_median import PMedianParams, solve_p_median

    if args.file.suffix == ".json":
        body = read_instance(args.file)
        cost, p = matrix_of(body, "cost", args.file.parent), body.get("p")
    else:
        cost, p = read_pmed(args.file)
    params = PMedianParams(time_limit_s=args.time_limit, seed=args.seed)
    return solve_p_median(cost, _number(args.p, p), params, progress=_tell)


def _districting(args: argparse.Namespace) -> Any:
    import numpy as np

    from hubpost.planning.district_solver import solve_districting
    from hubpost.planning.districting import DistrictProblem, adjacent_by_distance
    from hubpost.planning.location_files import matrix_of, read_instance
    from hubpost.planning.p_median import PMedianParams

    body, folder = read_instance(args.file), args.file.parent
    cost, distance = matrix_of(body, "cost", folder), matrix_of(body, "distance", folder)
    given = body.get("adjacent")
    adjacent = (
        adjacent_by_distance(distance)
        if given is None
        else matrix_of(body, "adjacent", folder).astype(bool)
    )
    eligible = np.ones(len(cost), dtype=bool)
    if "eligible" in body:
        eligible[:] = False
        eligible[np.asarray(body["eligible"], dtype=int) - 1] = True
    problem = DistrictProblem(
        cost, eligible, distance, adjacent, _number(args.p, body.get("p")),
        args.shape or body.get("shape", "C0"),
    )  # fmt: skip
    params = PMedianParams(time_limit_s=args.time_limit, seed=args.seed)
    return solve_districting(problem, params, progress=_tell)


def _max_cover(args: argparse.Namespace) -> Any:
    import numpy as np

    from hubpost.planning.covering import solve_backup_covering, solve_max_covering
    from hubpost.planning.location_files import matrix_of, read_instance, read_pmed

    body: dict[str, Any] = {}
    if args.file.suffix == ".json":
        body = read_instance(args.file)
        distance = matrix_of(body, "distance", args.file.parent)
    else:
        distance, body["p"] = read_pmed(args.file)
    radius = args.radius if args.radius is not None else body.get("radius")
    if not isinstance(radius, int | float):
        raise ValueError("max-cover needs a reach: --radius, or `radius` in the file")
    weight = (
        matrix_of(body, "weight", args.file.parent)
        if "weight" in body
        else np.ones(distance.shape[1])
    )
    covers, p = distance <= radius, _number(args.p, body.get("p"))
    if args.backup is None:
        return solve_max_covering(covers, weight, p, time_limit_s=args.time_limit)
    return solve_backup_covering(
        covers, weight, p, backup=args.backup, time_limit_s=args.time_limit
    )


def _number(asked: int | None, given: object) -> int:
    number = asked if asked is not None else given
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError(f"the number of sites: expected --p N, or `p` in the file, got {number!r}")
    return number


def _tell(best: float | None, bound: float) -> None:
    found = "none yet" if best is None else f"{best:.6g}"
    print(f"hubpost: best {found}, bound {bound:.6g}", file=sys.stderr)
