"""`hubpost plan`: propose hub groups for a county, proven best."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

COUNTY_HELP = (
    "folder, workbook, name of a bundled county, folder of county folders, "
    "or synthetic:COUNTIESxSTATIONS"
)


def add_parser(subparsers: Any) -> None:
    """Say what `plan` takes."""
    parser = subparsers.add_parser("plan", help="group a county's stations around hubs")
    parser.add_argument("county", help=COUNTY_HELP)
    parser.add_argument("--out", type=Path, required=True, help="folder that plan.json goes to")
    parser.add_argument("--hubs", type=int, help="number of hubs (default: county.toml, else best)")
    parser.add_argument("--bases-per-hub", type=_size_range, metavar="MIN..MAX")
    parser.add_argument("--border-stations", type=int, help="number of border stations")
    parser.add_argument(
        "--border-joins", action="store_true", help="border stations join a hub's group"
    )
    parser.add_argument("--weights", type=Path, help="TOML file of indicator weights")
    parser.add_argument("--workload", type=Path, help="TOML file of workload assumptions")
    for name in ("alpha", "beta", "gamma"):
        parser.add_argument(f"--{name}", type=float, default=1.0, help="weight of a term")
    parser.add_argument(
        "--objective", choices=("proxy", "response"), default="proxy",
        help="response: the least simulated mean response among the best plans by proxy",
    )  # fmt: skip
    parser.add_argument(
        "--plans-tried", type=int, default=200, help="with --objective response: how many"
    )
    parser.add_argument(
        "--draws", type=int, default=1000, help="weight draws for the hub probability (0: none)"
    )
    parser.add_argument(
        "--trade-off", action="store_true", help="add every plan that no other beats in all terms"
    )
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="SECONDS")
    parser.add_argument(
        "--gap", type=float, default=0.0, help="relative gap that is good enough over 63 stations"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes for a province")
    parser.add_argument("--dask", metavar="ADDRESS", help="Dask scheduler for a province")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print plan.json on stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read, plan, write; 3 when no plan exists or none was found, with the reason."""
    from hubpost.cli.plan_province import is_province, run_province
    from hubpost.planning.grouping import make_plan
    from hubpost.planning.plan_json import plan_to_json, write_plan

    if is_province(args.county):
        return run_province(args)
    params = params_of(args)
    if args.objective == "response":
        inputs, plan = _plan_by_response(args, params)
    else:
        inputs = read_inputs(args, args.county)
        plan = make_plan(inputs, params, progress=tell_search)
    plan = _around_the_best(inputs, params, plan, args)
    args.out.mkdir(parents=True, exist_ok=True)
    write_plan(plan, args.out / "plan.json")
    if args.json:
        print(json.dumps(plan_to_json(plan), ensure_ascii=False))
    _summarise(plan, args.out / "plan.json")
    return exit_code(plan, args.gap)


def exit_code(plan: Any, gap: float) -> int:
    """0 for a proven plan, or one within the gap asked for; else 3."""
    good = plan.status == "feasible" and plan.gap is not None and plan.gap <= gap
    return 0 if plan.status == "optimal" or good else 3


def read_inputs(args: argparse.Namespace, path: Any) -> Any:
    """One county as the planner sees it, with the weights and assumptions asked for."""
    from hubpost.tables.county import read_county

    county = read_county(path)
    return _inputs_of(args, county, _travel(county))


def _inputs_of(args: argparse.Namespace, county: Any, travel: Any) -> Any:
    from hubpost.planning.inputs import make_inputs
    from hubpost.planning.scores import read_weights
    from hubpost.planning.workload import read_assumptions

    weights = read_weights(args.weights) if args.weights else None
    assumptions = read_assumptions(args.workload) if args.workload else None
    return make_inputs(county, travel, weights, assumptions)


def _plan_by_response(args: argparse.Namespace, params: Any) -> tuple[Any, Any]:
    """(inputs, plan): the simulator predicts, every plan on the very same synthetic calls."""
    from hubpost.planning.response import ResponseParams, plan_by_response
    from hubpost.simulation.inputs import SimulationParams, make_simulation_inputs
    from hubpost.simulation.prediction import response_predictor
    from hubpost.tables.county import read_county

    county = read_county(args.county)
    travel = _travel(county)
    inputs = _inputs_of(args, county, travel)
    simulated = SimulationParams(replications=1, seed=args.seed)
    predict = response_predictor(make_simulation_inputs(county, travel, simulated), simulated)
    wanted = ResponseParams(args.plans_tried, args.time_limit, "simulated")
    return inputs, plan_by_response(inputs, params, predict, wanted, progress=_tell_tried)


def _tell_tried(tried: int, best_s: float) -> None:
    if tried % 25 == 0:
        _say(f"{tried} plans tried; least simulated mean response {best_s:.1f} s")


def _travel(county: Any) -> Any:
    """Travel times of the county; its roads are prepared once and kept in the user's cache."""
    from hubpost.actions.preparation import prepared_travel

    return prepared_travel(county, _say)


def _around_the_best(inputs: Any, params: Any, plan: Any, args: argparse.Namespace) -> Any:
    """Alternatives, hub probability and trade-off, where there is an optimum to stand on."""
    from hubpost.planning.alternatives import with_alternatives
    from hubpost.planning.exact_search import MOST_STATIONS
    from hubpost.planning.robustness import DrawParams, hub_probability, with_hub_probability
    from hubpost.planning.trade_off import find_trade_off, with_trade_off

    plan = with_alternatives(inputs, params, plan)
    if plan.status != "optimal" or len(inputs.station_ids) > MOST_STATIONS:
        return plan
    if args.draws > 0:
        wanted = DrawParams(draws=args.draws, seed=args.seed)
        found = hub_probability(inputs, params, wanted, progress=_tell_draws)
        plan = with_hub_probability(plan, found)
    if args.trade_off:
        plan = with_trade_off(inputs, plan, find_trade_off(inputs, params))
    return plan


def _tell_draws(done: int, draws: int) -> None:
    if done % 250 == 0 or done == draws:
        _say(f"weight draws {done}/{draws}")


def params_of(args: argparse.Namespace) -> Any:
    """The grouping parameters of the command line."""
    from hubpost.planning.params import GroupingParams

    return GroupingParams(
        hubs=args.hubs,
        bases_per_hub=args.bases_per_hub,
        border_stations=args.border_stations,
        border_joins=args.border_joins,
        alpha=args.alpha,
        beta=args.beta,
        gamma=args.gamma,
        time_limit_s=args.time_limit,
        gap=args.gap,
        seed=args.seed,
    )


def _size_range(text: str) -> tuple[int, int]:
    """MIN..MAX, or one number for both."""
    low, _, high = text.partition("..")
    try:
        return int(low), int(high or low)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected MIN..MAX as in 1..2, got {text!r}") from None


def tell_search(best: float | None, bound: float) -> None:
    """The search so far, on stderr."""
    found = "none yet" if best is None else f"{best:.6f}"
    _say(f"searching; best {found}, no plan below {bound:.6f}")


def _summarise(plan: Any, path: Path) -> None:
    words = f" [{', '.join(plan.labels)}]" if plan.labels else ""
    if not plan.stations:
        _say(f"{plan.status}: {plan.reason}; written to {path}")
        return
    gap = "no bound" if plan.gap is None else f"gap {plan.gap:.2%}"
    terms = ", ".join(f"{name} {value:.4f}" for name, value in plan.terms.items())
    _say(
        f"{plan.status}{words}: {len(plan.groups)} hubs, objective {plan.objective:.6f} "
        f"({gap}; {terms}) in {plan.seconds:.2f} s; written to {path}"
    )


def _say(text: str) -> None:
    print(f"hubpost: {text}", file=sys.stderr)
