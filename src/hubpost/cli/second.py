"""`hubpost second`: headquarters officers on secondment to stations, over a calendar."""

import argparse
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

#: In a county's folder, laid over the shipped proposals.
SETTINGS_FILE = "secondment.toml"


def add_parser(subparsers: Any) -> None:
    """Say what `second` takes."""
    parser = subparsers.add_parser(
        "second", help="roster of headquarters officers seconded to stations, with a bound"
    )
    parser.add_argument("county", help="folder, workbook, or name of a bundled county")
    parser.add_argument("--plan", type=Path, metavar="FILE", help="plan.json: hubs and workload")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR",
                        help="folder for roster.json, roster.xlsx and roster.ics")  # fmt: skip
    parser.add_argument("--officers", type=Path, metavar="FILE",
                        help="instead of the county's sheet officers")  # fmt: skip
    parser.add_argument("--posts", type=Path, metavar="FILE",
                        help="station_id, seats, skills, ranks (default: by workload)")  # fmt: skip
    parser.add_argument("--seats", type=int, metavar="N",
                        help="seats to share by workload (default: as many as the officers can "
                        "hold all the time)")  # fmt: skip
    parser.add_argument("--settings", type=Path, metavar="FILE.toml",
                        help="calendar, minimum at headquarters, wishes of hubs, weights "
                        "(default: the county's secondment.toml, else proposals)")  # fmt: skip
    parser.add_argument("--former", type=Path, metavar="FILE",
                        help="roster.json that is running, to be planned again")  # fmt: skip
    parser.add_argument("--now-month", type=int, default=0, metavar="N",
                        help="with --former: months of it that have passed")  # fmt: skip
    parser.add_argument("--start", type=_month, metavar="YYYY-MM",
                        help="first month (default: of --former, else next January)")  # fmt: skip
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="SECONDS")
    parser.add_argument("--gap", type=float, default=1e-3,
                        help="relative gap to the bound that is good enough (0.001)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print roster.json on stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Plan and write; 3 when no roster exists or it is farther from the bound than asked."""
    from hubpost.actions.secondments import second_officers
    from hubpost.cli.simulate import plan_of, travel_of
    from hubpost.planning.roster_report import roster_to_json
    from hubpost.tables.county import read_county

    county = read_county(args.county)
    question = _question(args, county)
    report = second_officers(county, travel_of(county), plan_of(args.plan), question, _tell)
    body = roster_to_json(report)
    _write(report, body, args.out)
    if args.json:
        print(json.dumps(body, ensure_ascii=False))
    _summarise(report, args.out, sys.stderr if args.json else sys.stdout)
    return 0 if report.roster.gap is not None and report.roster.gap <= args.gap else 3


def _question(args: argparse.Namespace, county: Any) -> Any:
    from hubpost.actions.secondments import SecondmentQuestion
    from hubpost.planning.secondment_settings import read_settings
    from hubpost.tables.secondment_files import read_officers_file, read_posts_file
    from hubpost.tables.sources import sha256_of

    own = county.folder / SETTINGS_FILE
    settings = args.settings or (own if own.is_file() else None)
    files = [f for f in (args.officers, args.posts, settings, args.plan, args.former) if f]
    start, former = _former(args)
    return SecondmentQuestion(
        start=start,
        settings=read_settings(*([settings] if settings else [])),
        officers=read_officers_file(args.officers, county) if args.officers else None,
        posts=read_posts_file(args.posts, county) if args.posts else None,
        seats=args.seats,
        former=former,
        now_month=args.now_month,
        time_limit_s=args.time_limit,
        gap=args.gap,
        sources={f.name: sha256_of(f) for f in files},
    )


def _former(args: argparse.Namespace) -> tuple[date, Any]:
    """(first day of the calendar, tours of the running roster)."""
    from hubpost.planning.roster_report import read_former

    if args.former is None:
        if args.now_month:
            raise ValueError("--now-month: expected --former roster.json beside it.")
        return args.start or date(date.today().year + 1, 1, 1), ()
    start, tours = read_former(args.former)
    if args.start is not None and args.start != start:
        raise ValueError(
            f"--start: the former roster starts {start:%Y-%m}; leave --start out, or plan anew."
        )
    return start, tours


def _write(report: Any, body: dict[str, Any], out: Path) -> None:
    from hubpost.reporting.roster_ical import write_roster_feed
    from hubpost.tables.roster_tables import roster_workbook

    now = datetime.now(UTC)
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(body, ensure_ascii=False, indent=1)
    (out / "roster.json").write_text(text, "utf-8")
    (out / "roster.xlsx").write_bytes(roster_workbook(report, now))
    (out / "roster.ics").write_bytes(write_roster_feed(report, now))


def _summarise(report: Any, out: Path, stream: Any) -> None:
    roster = report.roster
    words = f" [{', '.join(report.labels)}]" if report.labels else ""
    for note in report.notes:
        print(f"note: {note}", file=stream)
    if roster.objective is None:
        print(f"{roster.status}{words}: {roster.reason}; written to {out}", file=stream)
        return
    seats = sum(p.seats for p in report.posts)
    going = len({t.officer_id for t in roster.tours})
    open_months = sum(n for _, _, n in roster.empty)
    print(
        f"{roster.status}{words}: {len(roster.tours)} tours of {going} officers to {seats} seats, "
        f"objective {roster.objective:.2f}, bound {roster.bound:.2f}, gap {roster.gap:.4%} in "
        f"{roster.seconds:.1f} s; {open_months} of {seats * report.params.months} seat-months "
        f"empty, {len(roster.missing_skills)} skill-months missing, longest way "
        f"{roster.longest_km:.1f} km; written to {out}",
        file=stream,
    )
    if roster.changed or report.new:
        moves = report.moves()
        print(f"moves: {moves['given_up']} tours given up, {moves['new']} new", file=stream)


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected YYYY-MM as in 2027-01, got {text!r}") from None


def _tell(best: float | None, bound: float) -> None:
    found = "none yet" if best is None else f"{best:.2f}"
    print(f"hubpost: searching; best {found}, no roster below {bound:.2f}", file=sys.stderr)
