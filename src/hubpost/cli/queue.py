"""`hubpost queue`: the hypercube queueing model on a file."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Say what `queue` takes."""
    parser = subparsers.add_parser("queue", help="hypercube queueing model of a JSON file")
    parser.add_argument("file", type=Path, help="JSON as in DESIGN section 3, or under `input`")
    parser.add_argument("--method", choices=("exact", "approximate"), default="exact")
    parser.add_argument(
        "--precision",
        type=float,
        default=0.004,
        metavar="SHARE",
        help="largest standard error of a workload, as a share of it (approximate only)",
    )
    parser.add_argument("--seed", type=int, default=1, help="approximate only")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Solve; 2 for a bad file, 3 when there is no steady state or no converged answer."""
    from hubpost.simulation.hypercube import solve_hypercube
    from hubpost.simulation.hypercube_approximation import (
        ApproximationParams,
        approximate_hypercube,
    )
    from hubpost.simulation.queue_json import answer_to_json, describe_answer
    from hubpost.simulation.queue_system import NoSteadyState, NotConverged, parse_queue_system

    try:
        system = parse_queue_system(_read(args.file))
        if args.method == "exact":
            answer = solve_hypercube(system)
        else:
            params = ApproximationParams(precision=args.precision, seed=args.seed)
            answer = approximate_hypercube(system, params)
    except (NoSteadyState, NotConverged) as error:
        status = "no_steady_state" if isinstance(error, NoSteadyState) else "not_converged"
        if args.json:
            print(json.dumps({"status": status, "reason": str(error)}, ensure_ascii=False))
        print(f"hubpost: {error}", file=sys.stderr)
        return 3
    if args.json:
        print(json.dumps(answer_to_json(answer), ensure_ascii=False))
    print(describe_answer(answer), file=sys.stderr if args.json else sys.stdout)
    return 0


def _read(path: Path) -> Any:
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path}: expected a readable file; {error.strerror}.") from None
    except ValueError as error:
        raise ValueError(f"{path}: expected JSON; {error}.") from None
    if not isinstance(body, dict):
        raise ValueError(f"{path}: expected a JSON object, found {type(body).__name__}.")
    return body
