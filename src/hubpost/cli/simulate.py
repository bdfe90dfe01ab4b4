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
    parser.add_argument(
        "--plan",
        type=Path,
        action="append",
        default=[],
        help="plan.json with the hub groups; a sweep takes several",
    )
    parser.add_argument(
        "--policy",
        choices=("own", "group", "mutual_aid", "nearest"),
        help="compared with `own`; default: group with a plan, nearest without one",
    )
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--years", type=float, default=1.0, help="counted in each replication")
    parser.add_argument("--precision", type=float, metavar="SECONDS", help="stop when so precise")
    parser.add_argument("--demand", type=float, default=1.0, help="factor on the calls")
    parser.add_argument(
        "--bootstrap-days",
        action="store_true",
        help="draw whole recorded days again instead of calls from the fitted demand",
    )
    parser.add_argument(
        "--roster", type=Path, help="CSV of meals, training, nights off, patrols, secondments"
    )
    parser.add_argument(
        "--seconded",
        type=_lent,
        action="append",
        default=[],
        metavar="STATION=N",
        help="N units more at a station, day and night; may be repeated",
    )
    parser.add_argument(
        "--closures",
        type=Path,
        metavar="EDGES.geojson",
        help="roads closed or slowed, before and after; with dates: on these days of each year",
    )
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
    from hubpost.simulation.queue_system import NoSteadyState

    try:
        return _run(args)
    except NoSteadyState as error:
        if args.json:
            body = {"status": "no_steady_state", "reason": str(error)}
            print(json.dumps(body, ensure_ascii=False))
        print(f"hubpost: {error}", file=sys.stderr)
        return 3


def _run(args: argparse.Namespace) -> int:
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
        bootstrap_days=args.bootstrap_days,
    )
    check_params(params)
    if len(args.plan) > 1 and not args.sweep:
        raise ValueError("--plan: expected one plan; several are compared with --sweep.")
    county = read_county(args.county)
    plans = {path: plan_of(path) for path in args.plan}
    for plan in plans.values():
        check_plan_fits(plan, [s.id for s in county.stations])
    travel = travel_of(county)
    inputs = make_simulation_inputs(county, travel, params)
    if args.closures is not None:
        inputs = _with_closures(args.closures, inputs, county, travel, params)
    inputs = _with_lines(args, inputs, params)
    name = args.policy or ("group" if plans else "nearest")
    if args.sweep:
        return _sweep(args, inputs, _policies(name, plans), params)
    after = get_policy(name, next(iter(plans.values()), None))
    result = compare(inputs, Policy(), after, params)
    if args.keep is not None:
        _keep(args.keep, county, inputs, after, params, result)
    under = _under(args)
    if args.json:
        body = {**comparison_to_json(result), "under": under}
        print(json.dumps(body, ensure_ascii=False))
    said = [f"under {name}: {value}" for name, value in under.items() if value]
    print("\n".join([describe_comparison(result), *said]), file=_beside(args))
    return 3 if result.warnings else 0


def _under(args: argparse.Namespace) -> dict[str, Any]:
    """What was changed by the files and options of the command, for whoever reads the result."""
    return {
        "roster": args.roster and args.roster.name,
        "seconded": dict(args.seconded),
        "closures": args.closures and args.closures.name,
    }


def _beside(args: argparse.Namespace) -> Any:
    """Where lines for a person go: beside the JSON where there is one."""
    return sys.stderr if args.json else sys.stdout


def _with_lines(args: argparse.Namespace, inputs: Any, params: Any) -> Any:
    """The inputs under --roster and --seconded."""
    from hubpost.simulation.inputs import first_day_of
    from hubpost.simulation.roster_table import (
        read_roster,
        seconded_all_the_time,
        with_roster,
    )

    lines = read_roster(args.roster) if args.roster else ()
    lines += seconded_all_the_time(dict(args.seconded))
    return with_roster(inputs, lines, first_day_of(inputs), params.days) if lines else inputs


def _with_closures(path: Path, inputs: Any, county: Any, travel: Any, params: Any) -> Any:
    """The inputs under --closures; those with dates hold on the same days of each year."""
    from hubpost.roads.network import RoadNetwork
    from hubpost.simulation.dated_closures import with_closures

    if not isinstance(travel, RoadNetwork):
        raise ValueError("--closures: expected a county with roads; this one has no road file.")
    return with_closures(inputs, county, travel, _closures_of(path), params)


def _policies(name: str, plans: Any) -> dict[str, Any]:
    """Own station only, then the policy over each plan, called by its file where there are more."""
    from hubpost.simulation.policy import Policy, get_policy

    found = {"own": Policy()}
    for path, plan in plans.items() or [(None, None)]:
        found[name if len(plans) < 2 else f"{name} {path}"] = get_policy(name, plan)
    return found


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
    after = tuple(name for name in policies if name != "own") or ("own",)
    closed = [None, *(i for i in args.closed.split(",") if i)]
    scenarios = list_scenarios(after, args.demands, [int(n) for n in args.extra_units], closed)
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
        whole = {"labels": list(inputs.labels), "under": _under(args), "scenarios": results}
        print(json.dumps(whole, ensure_ascii=False))
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


def _lent(text: str) -> tuple[str, int]:
    """A station and a number of units, as S03=2."""
    station, _, units = text.rpartition("=")
    if not station or not units.isdigit() or int(units) < 1:
        raise argparse.ArgumentTypeError(f"expected a station and units as in S03=2, got {text!r}")
    return station, int(units)


def plan_of(path: Path | None) -> Any:
    """The plan in a file, or None where no file is named."""
    from hubpost.planning.plan_json import read_plan

    return None if path is None else read_plan(path)


def travel_of(county: Any) -> Any:
    """Travel times of the county; its roads are prepared once and kept in the user's cache."""
    from hubpost.actions.preparation import prepared_travel

    return prepared_travel(county, lambda text: print(f"hubpost: {text}", file=sys.stderr))


def _closures_of(path: Path) -> Any:
    """The closures in a file."""
    from hubpost.roads.closures import read_closures

    try:
        return read_closures(json.loads(path.read_text("utf-8")), path.name)
    except OSError as why:
        raise ValueError(f"{path}: expected a readable file; {why.strerror}.") from None
    except json.JSONDecodeError as why:
        raise ValueError(f"{path.name}: expected GeoJSON; {why}.") from None
