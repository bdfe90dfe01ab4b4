"""`hubpost simulate`: a plan against the present, by paired replications of drawn calls."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Say what `simulate` takes."""
    parser = subparsers.add_parser("simulate", help="what a plan will do, before anyone moves")
    parser.add_argument("county", help="folder, workbook, or the name of a bundled county")
    parser.add_argument("--plan", type=Path, help="plan.json with the hub groups")
    parser.add_argument(
        "--policy",
        choices=("own", "group", "mutual_aid", "nearest"),
        help="compared with `own`; default: group with a plan, nearest without one",
    )
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--years", type=float, default=1.0, help="counted in each replication")
    parser.add_argument("--precision", type=float, metavar="SECONDS", help="stop when so precise")
    parser.add_argument("--demand", type=float, default=1.0, help="factor on the calls")
    parser.add_argument("--target", type=float, default=900.0, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--keep", type=Path, metavar="DATA", help="keep it for the console's before | after page"
    )
    sweep = parser.add_argument_group("sweep over many scenarios")
    sweep.add_argument("--sweep", action="store_true", help="demand, staffing, closures")
    sweep.add_argument("--out", type=Path, help="folder of the results; a sweep resumes from it")
    sweep.add_argument(
        "--demands", type=_numbers, default=(1.0, 1.1, 1.2, 1.3, 1.4, 1.5), metavar="F,F,..."
    )
    sweep.add_argument("--extra-units", type=_numbers, default=(0.0,), metavar="N,N,...")
    sweep.add_argument(
        "--closed", default="", metavar="ID,ID,...", help="stations to close, singly"
    )
    sweep.add_argument("--workers", type=int, help="processes (default: one a core)")
    sweep.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Simulate; 3 when some units have more work than hours, so that there is no steady state."""
    from hubpost.simulation.compare import compare
    from hubpost.simulation.compare_json import comparison_to_json, describe_comparison
    from hubpost.simulation.inputs import SimulationParams, check_params, make_simulation_inputs
    from hubpost.simulation.policy import Policy, check_plan_fits, get_policy
    from hubpost.tables.county import read_county

    params = SimulationParams(
        years=args.years,
        replications=args.replications,
        seed=args.seed,
        precision_s=args.precision,
        target_s=args.target,
        demand=args.demand,
    )
    check_params(params)
    county = read_county(args.county)
    plan = plan_of(args.plan)
    if plan is not None:
        check_plan_fits(plan, [s.id for s in county.stations])
    after = get_policy(args.policy or ("group" if plan else "nearest"), plan)
    inputs = make_simulation_inputs(county, travel_of(county), params)
    if args.sweep:
        return _sweep(args, inputs, {"own": Policy(), after.name: after}, params)
    result = compare(inputs, Policy(), after, params)
    if args.keep is not None:
        _keep(args.keep, county, inputs, after, params, result)
    if args.json:
        print(json.dumps(comparison_to_json(result), ensure_ascii=False))
    print(describe_comparison(result), file=sys.stderr if args.json else sys.stdout)
    return 3 if result.warnings else 0


def _keep(data: Path, county: Any, inputs: Any, after: Any, params: Any, result: Any) -> None:
    """Put the prediction where `hubpost serve --data DATA` finds it."""
    from hubpost.actions.before_after import keep_before_after
    from hubpost.actions.opening import before_after_file
    from hubpost.simulation.policy import Policy

    path = before_after_file(data)
    keep_before_after(path, county, inputs, (Policy(), after), params, result)
    print(f"hubpost: kept for the console: {path}", file=sys.stderr)


def _sweep(args: argparse.Namespace, inputs: Any, policies: Any, params: Any) -> int:
    """Run or resume a sweep; 3 when some scenario has no steady state."""
    from hubpost.simulation.sweep import list_scenarios, run_sweep

    if args.out is None:
        raise ValueError("--sweep: expected --out FOLDER, where the results are kept.")
    after = list(policies)[-1]
    closed = [None, *(i for i in args.closed.split(",") if i)]
    scenarios = list_scenarios((after,), args.demands, [int(n) for n in args.extra_units], closed)
    results = run_sweep(
        inputs,
        policies,
        scenarios,
        params,
        args.out,
        workers=args.workers,
        scheduler=args.scheduler,
        progress=lambda done, of: print(f"hubpost: {done} of {of} scenarios", file=sys.stderr),
    )
    if args.json:
        print(json.dumps({"labels": list(inputs.labels), "scenarios": results}, ensure_ascii=False))
    for body in results:
        mean = body["scopes"]["county"][inputs.county_id]["mean_s"]
        words = ", ".join(f"{k} {v}" for k, v in body["scenario"].items() if v is not None)
        print(
            f"[{', '.join(body['labels'])}] {words}: mean response {mean['before']:.0f} s own, "
            f"{mean['after']:.0f} s {body['after']}, {body['status']}",
            file=sys.stderr if args.json else sys.stdout,
        )
    return 3 if any(body["warnings"] for body in results) else 0


def _numbers(text: str) -> tuple[float, ...]:
    """Numbers with commas between."""
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected numbers as in 1,1.2, got {text!r}") from None


def plan_of(path: Path | None) -> Any:
    """The plan in a file, or None where no file is named."""
    from hubpost.planning.plan_json import read_plan

    return None if path is None else read_plan(path)


def travel_of(county: Any) -> Any:
    """Travel times of the county; its roads are prepared once and kept in the user's cache."""
    from hubpost.actions.preparation import prepared_travel

    return prepared_travel(county, lambda text: print(f"hubpost: {text}", file=sys.stderr))
