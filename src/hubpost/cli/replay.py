"""`hubpost replay`: real calls through a dispatch policy, predicted against recorded."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

POLICIES = ("own", "group", "mutual_aid", "nearest")


def add_parser(subparsers: Any) -> None:
    """Say what `replay` takes."""
    parser = subparsers.add_parser("replay", help="real calls through a dispatch policy")
    parser.add_argument("county", help="folder, workbook, or the name of a bundled county")
    parser.add_argument("--calls", type=Path, help="another call list (calls.csv)")
    parser.add_argument("--plan", type=Path, help="plan.json with the hub groups")
    parser.add_argument(
        "--policy", choices=POLICIES, help="default: group with a plan, nearest without one"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Replay; 2 when there is nothing to replay or the plan is of another county."""
    from hubpost.cli.simulate import plan_of, travel_of
    from hubpost.simulation.policy import get_policy
    from hubpost.simulation.replay import replay_calls
    from hubpost.simulation.replay_json import describe_replay, replay_to_json
    from hubpost.tables.county import read_county

    county = read_county(args.county, calls=args.calls)
    plan = plan_of(args.plan)
    policy = get_policy(args.policy or ("group" if plan else "nearest"), plan)
    result = replay_calls(county, travel_of(county), policy.rule, plan)
    if args.json:
        print(json.dumps(replay_to_json(result), ensure_ascii=False))
    print(describe_replay(result), file=sys.stderr if args.json else sys.stdout)
    return 0
