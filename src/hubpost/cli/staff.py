"""`hubpost staff`: units by station and hour of week, and officers beside today's."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Say what `staff` takes."""
    parser = subparsers.add_parser(
        "staff", help="units and officers per station and hour of week, on the queueing model"
    )
    parser.add_argument("county", help="folder, workbook, or name of a bundled county")
    parser.add_argument("--plan", type=Path, metavar="FILE", help="plan.json: groups share units")
    parser.add_argument("--headcount", type=float, metavar="N", help="officers there are for cover")
    parser.add_argument("--most-wait", type=float, default=0.05, metavar="SHARE",
                        help="share of calls that may find no free unit, every hour")  # fmt: skip
    parser.add_argument("--most-p90", type=float, metavar="MIN",
                        help="minutes within which nine of ten calls are reached")  # fmt: skip
    parser.add_argument("--most-units", type=int, default=12, metavar="N",
                        help="units in a pool at any time, at most (12)")  # fmt: skip
    parser.add_argument("--least-per-station", type=int, default=1, metavar="N",
                        help="units at every station in every hour; with 0 one unit stays in a "
                        "group while its stations close in turns")  # fmt: skip
    parser.add_argument("--officers-per-unit", type=float, default=2.0, metavar="N")
    parser.add_argument("--duty-hours", type=float, default=30.0, metavar="H",
                        help="hours a week an officer is on the road")  # fmt: skip
    parser.add_argument("--productive-hours", type=float, default=1760.0, metavar="H",
                        help="hours a year an officer works on the workload")  # fmt: skip
    parser.add_argument("--headquarters", type=float, metavar="N",
                        help="officers of headquarters (default: the officers sheet)")  # fmt: skip
    parser.add_argument("--seconded", type=float, metavar="N",
                        help="of them to be seconded (default: those with a cycle)")  # fmt: skip
    parser.add_argument("--roster", type=Path, metavar="FILE",
                        help="roster.json of hubpost second: count its officers in")  # fmt: skip
    parser.add_argument("--workload", type=Path, help="TOML file of workload assumptions")
    parser.add_argument("--demand", type=float, default=1.0, help="factor on all calls")
    parser.add_argument("--casework", action="store_true",
                        help="units stay with a case after the call, as simulated")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="DIR", help="write staffing.json and .xlsx")
    parser.add_argument("--json", action="store_true", help="print staffing.json on stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Staff a county; 3 when the targets are not met everywhere, with the reason."""
    from hubpost.actions.staffing import staff_county
    from hubpost.cli.simulate import plan_of, travel_of
    from hubpost.planning.staffing_report import staffing_to_json
    from hubpost.tables.county import read_county

    county = read_county(args.county)
    report = staff_county(county, travel_of(county), plan_of(args.plan), _question(args), _say)
    body = staffing_to_json(report)
    if args.out:
        _write(report, body, args.out)
    if args.json:
        print(json.dumps(body, ensure_ascii=False))
    _summarise(report, sys.stderr if args.json else sys.stdout)
    return 0 if report.status == "met" else 3


def _question(args: argparse.Namespace) -> Any:
    from hubpost.actions.staffing import StaffingQuestion
    from hubpost.planning.roster_report import read_seconded
    from hubpost.planning.staffing import StaffingParams
    from hubpost.planning.workload import read_assumptions

    return StaffingQuestion(
        targets=StaffingParams(
            most_wait=args.most_wait,
            most_p90_s=float("inf") if args.most_p90 is None else args.most_p90 * 60,
            most=args.most_units,
            officers_per_unit=args.officers_per_unit,
            duty_h=args.duty_hours,
            headcount=args.headcount,
        ),
        productive_h=args.productive_hours,
        least_per_station=args.least_per_station,
        headquarters=args.headquarters,
        seconded=args.seconded,
        demand=args.demand,
        casework=args.casework,
        seconded_at=read_seconded(args.roster) if args.roster else None,
        workload=read_assumptions(args.workload) if args.workload else None,
    )


def _write(report: Any, body: dict[str, Any], out: Path) -> None:
    from hubpost.tables.staffing_tables import staffing_workbook

    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(body, ensure_ascii=False, indent=1)
    (out / "staffing.json").write_text(text, "utf-8")
    (out / "staffing.xlsx").write_bytes(staffing_workbook(report, datetime.now(UTC)))
    _say(f"wrote {out / 'staffing.json'} and staffing.xlsx")


def _summarise(report: Any, stream: Any) -> None:
    words = f" [{', '.join(report.labels)}]" if report.labels else ""
    print(f"{report.status}{words}" + (f": {report.reason}" if report.reason else ""), file=stream)
    for s in report.stations:
        today = "unknown" if s.today is None else f"{s.today:g}"
        over = "" if s.over is None else f", {'over by' if s.over >= 0 else 'short of'} "
        over += "" if s.over is None else f"{abs(s.over):.1f}"
        if s.seconded is not None:
            over += f" ({s.seconded:.1f} seconded come on top)"
        p90 = "" if s.p90_worst_s is None else f", p90 {s.p90_worst_s / 60:.0f} min at worst"
        print(
            f"  {s.name}: {s.units_mean:.2f} units on average, {s.units_most} at most; officers "
            f"{s.by_cover:.1f} by cover, {s.by_workload:.1f} by workload, today {today}{over}; "
            f"{s.wait_share:.1%} of calls wait{p90}",
            file=stream,
        )
    print(_share_words(report), file=stream)
    for note in report.notes:
        print(f"  note: {note}", file=stream)


def _share_words(report: Any) -> str:
    share = report.share
    words = ", ".join(report.labels_of["rural_share"])
    if share.before is None:
        return f"share of the police in rural stations: unknown ({share.reason})"
    after = f", after {share.after:.1%}" if share.after is not None else f" ({share.reason})"
    label = f" [{words}]" if words else ""
    return f"share of the police in rural stations{label}: before {share.before:.1%}{after}"


def _say(text: str) -> None:
    print(f"hubpost: {text}", file=sys.stderr)
