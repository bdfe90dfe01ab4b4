"""`hubpost plan` on many counties: every county planned, on processes or Dask workers."""

import argparse
import json
import re
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

_SYNTHETIC = re.compile(r"synthetic:(\d+)x(\d+)")


def is_province(county: str) -> bool:
    """Whether the argument names several counties: synthetic ones, or a folder of folders."""
    return bool(_SYNTHETIC.fullmatch(county)) or bool(_county_folders(county))


def run_province(args: argparse.Namespace) -> int:
    """Plan every county into OUT/COUNTY/plan.json; 3 when one of them has no proven plan."""
    from hubpost.cli.plan import exit_code, params_of, tell_search
    from hubpost.planning.plan_json import write_plan
    from hubpost.planning.province import ProvinceParams, plan_province

    started = perf_counter()
    counties = _counties(args)
    where = ProvinceParams(workers=args.workers, dask=args.dask)
    plans = plan_province(counties, params_of(args), where, progress=_tell, search=tell_search)
    for plan in plans:
        folder = args.out / plan.county_id
        folder.mkdir(parents=True, exist_ok=True)
        write_plan(plan, folder / "plan.json")
    body = _summary(plans, perf_counter() - started)
    if args.json:
        print(json.dumps(body, ensure_ascii=False))
    print(
        f"hubpost: {body['optimal']} of {len(plans)} counties proven optimal in "
        f"{body['seconds']:.1f} s; plans in {args.out}",
        file=sys.stderr,
    )
    return max(exit_code(plan, args.gap) for plan in plans)


def _counties(args: argparse.Namespace) -> list[Any]:
    from hubpost.cli.plan import read_inputs
    from hubpost.planning.synthetic import synthetic_inputs

    wanted = _SYNTHETIC.fullmatch(args.county)
    if wanted is None:
        return [read_inputs(args, folder) for folder in _county_folders(args.county)]
    count, stations = int(wanted[1]), int(wanted[2])
    if not count or stations < 4:
        raise ValueError("synthetic:COUNTIESxSTATIONS needs at least 1 county of 4 stations")
    return [
        synthetic_inputs(args.seed + k, stations, f"synthetic-{k + 1:02d}-") for k in range(count)
    ]


def _county_folders(county: str) -> list[Path]:
    folder = Path(county)
    if not folder.is_dir() or (folder / "county.toml").is_file():
        return []
    return sorted(p.parent for p in folder.glob("*/county.toml"))


def _summary(plans: list[Any], seconds: float) -> dict[str, Any]:
    return {
        "optimal": sum(plan.status == "optimal" for plan in plans),
        "seconds": seconds,
        "labels": sorted({word for plan in plans for word in plan.labels}),
        "counties": [
            {
                "county_id": plan.county_id,
                "status": plan.status,
                "objective": plan.objective,
                "bound": plan.bound,
                "gap": plan.gap,
                "seconds": plan.seconds,
                "reason": plan.reason,
            }
            for plan in plans
        ],
    }


def _tell(done: int, count: int) -> None:
    print(f"hubpost: {done}/{count} counties", file=sys.stderr)
