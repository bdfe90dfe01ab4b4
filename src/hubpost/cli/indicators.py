"""`hubpost indicators`: the 29 indicators of every station, and what its score is made of."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Say what `indicators` takes."""
    parser = subparsers.add_parser(
        "indicators", help="the 29 indicators, weights, scores and why, workload by part"
    )
    parser.add_argument("county", help="folder, workbook, or name of a bundled county")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="TOML of indicator weights")
    parser.add_argument("--workload", type=Path, metavar="FILE",
                        help="TOML of workload assumptions")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FILE.xlsx", help="write a workbook")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read, compute, write."""
    from hubpost.cli.simulate import travel_of
    from hubpost.planning.indicator_report import indicators_to_json, report_indicators
    from hubpost.planning.scores import read_default_weights, read_weights
    from hubpost.planning.workload import read_assumptions, read_default_assumptions
    from hubpost.tables.county import read_county

    weights = read_weights(args.weights) if args.weights else read_default_weights()
    assumed = read_assumptions(args.workload) if args.workload else read_default_assumptions()
    county = read_county(args.county)
    report = report_indicators(county, travel_of(county), weights, assumed)
    if args.out:
        from hubpost.tables.indicator_tables import indicator_workbook

        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_bytes(indicator_workbook(report, datetime.now(UTC)))
        print(f"hubpost: wrote {args.out}", file=sys.stderr)
    if args.json:
        print(json.dumps(indicators_to_json(report), ensure_ascii=False))
    _summarise(report, sys.stderr if args.json else sys.stdout)
    return 0


def _summarise(report: Any, stream: Any) -> None:
    words = f" [{', '.join(report.labels)}]" if report.labels else ""
    print(f"scores{words}, scaling {report.weights.scaling}, weights {report.weights.source}:",
          file=stream)  # fmt: skip
    order = sorted(range(len(report.names)), key=lambda k: -report.card.scores[k])
    for k in order:
        why = report.reasons[report.table.station_ids[k]][:3]
        parts = ", ".join(f"{r.code} {r.value:g} adds {r.adds:.3f}" for r in why)
        print(
            f"  {report.names[k]}: {report.card.scores[k]:.3f} ({parts}, …); "
            f"{report.workload.total_h[k]:,.0f} officer-hours a year",
            file=stream,
        )
    for basis in report.codes:
        mark = f" [{', '.join(basis.labels)}]" if basis.labels else ""
        weights = ", ".join(
            f"{name} {value:.3f}"
            for name, value in (("declared", basis.declared), ("entropy", basis.entropy),
                                ("CRITIC", basis.critic))
            if value is not None
        ) or "no weight"  # fmt: skip
        print(
            f"  {basis.code.code} {basis.code.name_en}: {basis.read} read, {basis.computed} "
            f"computed, {basis.missing} missing{mark}; {weights}",
            file=stream,
        )
    for note in (*report.table.notes, *report.workload.notes):
        print(f"  note: {note}", file=stream)
