"""`hubpost roads calibrate`: driving speeds from a county's own records, with their error."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hubpost.actions.calibration import CountyCalibration


def add_step(steps: Any) -> None:
    """Say what `roads calibrate` takes."""
    step = steps.add_parser("calibrate", help="learn driving speeds from recorded calls")
    step.add_argument("county", help="folder, workbook, or the name of a bundled county")
    step.add_argument("--calls", type=Path, help="another call list (calls.csv)")
    step.add_argument(
        "--origin",
        choices=("station", "quickest"),
        default="station",
        help="where units set off: the call's station (default), or the one quickest by road",
    )
    step.add_argument("--most", type=int, default=3000, help="random sample of at most this many")
    step.add_argument("--seed", type=int, default=1)
    step.add_argument(
        "--accept",
        default="",
        metavar="REASON",
        help="use the factors in spite of the doubts that are listed, and say why",
    )
    step.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE.json",
        help="calibration.json in the data folder of `serve` puts it in force",
    )
    step.add_argument("--json", action="store_true", help="print one JSON object")
    step.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Fit, measure on held-out calls, write; the doubts are told and kept with the factors."""
    from hubpost.actions.calibration import calibrate_county
    from hubpost.actions.preparation import prepared_travel
    from hubpost.roads.calibration_file import write_calibration
    from hubpost.roads.network import RoadNetwork
    from hubpost.tables.county import read_county

    county = read_county(args.county, calls=args.calls)
    network = prepared_travel(county, lambda words: print(f"hubpost: {words}", file=sys.stderr))
    if not isinstance(network, RoadNetwork):
        raise ValueError(
            f"{county.id}: expected a county with roads, found one without. Name an OpenStreetMap "
            "file under roads in county.toml; estimated times cannot be calibrated."
        )
    found = calibrate_county(county, network, origin=args.origin, most=args.most, seed=args.seed)
    document = write_calibration(
        args.out,
        found.report,
        coverage=0.8,
        from_departure=found.from_departure,
        accepted=args.accept,
        labels=found.labels,
        source=f"{county.id}, {found.sampled} of {found.calls} calls, origin {args.origin}",
    )
    print(json.dumps(document, ensure_ascii=False) if args.json else describe(found, args))
    return 0


def describe(found: "CountyCalibration", args: argparse.Namespace) -> str:
    """The error table and the doubts, for a person."""
    report = found.report
    begun = "wheels turning" if found.from_departure else "the alert, turnout included"
    refused = ", ".join(f"{count} {why}" for why, count in report.check.refused.items() if count)
    words = f" ({', '.join(found.labels)})" if found.labels else ""
    lines = [
        f"{int(report.check.kept.sum())} of {found.sampled} records used{words}; times from {begun}"
        + (f"; left out: {refused}" if refused else ""),
        f"{'held-out calls':<18}{'MAE':>9}{'bias':>9}{'in 80 %':>9}{'width':>9}",
        *(
            f"{row.predictor:<18}{row.mae_s:>7.0f} s{row.bias_s:>7.0f} s"
            f"{row.interval_coverage:>9.0%}{row.interval_width_s:>7.0f} s"
            for row in report.rows
        ),
        *(f"doubt: {doubt}" for doubt in report.doubts),
    ]
    if report.doubts and not args.accept.strip():
        lines.append("not put in force while doubts stand; --accept REASON says why all the same")
    return "\n".join([*lines, f"written to {args.out}"])
