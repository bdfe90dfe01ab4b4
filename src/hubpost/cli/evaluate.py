"""`hubpost evaluate`: what happened in a period, how sure it is, and whether the reform did it."""

import argparse
import json
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo


def add_parser(subparsers: Any) -> None:
    """Say what `evaluate` takes."""
    parser = subparsers.add_parser(
        "evaluate", help="figures with their uncertainty, checks, and the effect of the reform"
    )
    parser.add_argument("county", nargs="?", help="folder, workbook, or a bundled county's name")
    parser.add_argument("--db", metavar="URL", help="a Hubpost database instead of a county")
    parser.add_argument("--as-of", type=_day, metavar="D", help="with --db: as known on that day")
    parser.add_argument("--import", dest="importer", metavar="SET",
                        choices=("portugal", "lancaster", "montgomery"),
                        help="COUNTY is the folder of a published set: portugal, …")  # fmt: skip
    parser.add_argument("--from", dest="first", type=_day, required=True, metavar="D",
                        help="first day counted, such as 2024-01-01")  # fmt: skip
    parser.add_argument("--to", dest="last", type=_day, required=True, metavar="D",
                        help="last day counted")  # fmt: skip
    parser.add_argument("--records", type=Path, metavar="DIR", help="cases.csv, disputes.csv, …")
    parser.add_argument("--keep", action="store_true",
                        help="with --db and --records: keep cases.csv in the database")  # fmt: skip
    parser.add_argument("--catalogue", type=Path, metavar="FILE", help="KPI catalogue (CSV)")
    parser.add_argument("--reform", type=_day, metavar="D", help="day the reform came into force")
    parser.add_argument("--joined", type=Path, metavar="FILE",
                        help="CSV station_id, joined_on: who joined, and when")  # fmt: skip
    parser.add_argument("--prediction", type=Path, metavar="FILE",
                        help="JSON: source, response_min by station, figures by KPI")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="DIR", help="write reports here")
    parser.add_argument("--formats", default="json,html,xlsx,docx,pdf", metavar="LIST")
    parser.add_argument("--briefs", action="store_true", help="also one page for each station")
    parser.add_argument("--site", default="", metavar="URL",
                        help="address of the console, to which each number then leads")  # fmt: skip
    parser.add_argument("--share", action="store_true",
                        help="withhold counts of 1 to 4, for outside the county")  # fmt: skip
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Evaluate and write; 3 when the period holds no record at all."""
    import numpy as np

    from hubpost.evaluation.evaluate import evaluate_frame, with_month
    from hubpost.evaluation.evaluation_json import evaluation_to_json
    from hubpost.evaluation.kpi_catalogue import read_catalogue
    from hubpost.evaluation.period import period_of

    formats = _formats(args.formats)
    source, period = _source(args), period_of(args.first, args.last)
    catalogue = read_catalogue(args.catalogue)
    evaluation = evaluate_frame(
        **source,
        period=period,
        rng=np.random.default_rng(args.seed),
        catalogue=catalogue,
        reform=_reform(args),
        prediction=_prediction(args.prediction),
    )
    if period.is_month:
        records = source["records"]
        evaluation = with_month(evaluation, records, _until(args, records.timezone), catalogue)
    if args.share:
        from hubpost.evaluation.sharing import shared_evaluation

        evaluation = shared_evaluation(evaluation)
    if args.out:
        from hubpost.reporting.evaluation_report import write_evaluation

        for path in write_evaluation(evaluation, args.out, formats, args.briefs, args.site):
            _say(f"wrote {path}")
    if args.json:
        print(json.dumps(evaluation_to_json(evaluation), ensure_ascii=False))
    _summarise(evaluation, sys.stderr if args.json else sys.stdout)
    return 0 if any(r.now.known and r.now.value for r in evaluation.results) else 3


def _until(args: argparse.Namespace, timezone: str) -> datetime:
    """The instant up to which the records tell."""
    if args.as_of is None:
        return datetime.now(UTC)
    night = datetime.combine(args.as_of + timedelta(days=1), time(), ZoneInfo(timezone))
    return min(night, datetime.now(UTC))


def _source(args: argparse.Namespace) -> dict[str, Any]:
    if bool(args.county) == bool(args.db):
        raise ValueError("Expected a county or --db URL, one of the two. See hubpost evaluate -h.")
    if args.keep and not (args.db and args.records):
        raise ValueError("Expected --db and --records beside --keep: cases.csv goes to a database.")
    if args.db:
        if args.records:
            _keep(args)
        return _database(args.db, args.as_of)
    if args.as_of:
        raise ValueError("Expected --db beside --as-of: a folder keeps no history.")
    if args.importer:
        return _imported(args)
    from hubpost.evaluation.county_records import records_of_county
    from hubpost.tables.county import read_county
    from hubpost.tables.importers.record_files import read_records

    county = read_county(args.county)
    more = read_records(args.records, county.timezone) if args.records else {}
    return {
        "records": records_of_county(county, more), "name": county.name,
        "name_en": county.name_en or county.name, "checksums": county.checksums,
    }  # fmt: skip


def _database(url: str, as_of: date | None) -> dict[str, Any]:
    """The keyword arguments of evaluate_frame that the action gives for a database."""
    import importlib

    name = "hubpost.actions.evaluation"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ValueError("This build reads no database yet; evaluate a county folder.") from None
    return dict(module.evaluation_source(url, as_of=as_of))


def _keep(args: argparse.Namespace) -> None:
    """Put the files of --records into the database, where page and later runs find them."""
    from hubpost.actions.evaluation import evaluation_source
    from hubpost.actions.kept_sources import keep_source
    from hubpost.storage.store import Store
    from hubpost.tables.importers.record_files import read_records

    if not args.keep:
        raise ValueError(
            "Expected --keep beside --db and --records: figures of a database are made of what "
            "it holds, so that they can be asked for again."
        )
    zone = evaluation_source(args.db)["records"].timezone
    tables = read_records(args.records, zone)
    store = Store(args.db)
    try:
        keep = lambda tx: [keep_source(tx, s, t) for s, t in tables.items()]  # noqa: E731
        for key in store.write(keep, actor="hubpost evaluate --keep"):
            _say(f"kept {key}")
    finally:
        store.close()


def _imported(args: argparse.Namespace) -> dict[str, Any]:
    from hubpost.evaluation.records import Records
    from hubpost.tables.importers import import_calls

    found = import_calls(args.importer, Path(args.county))
    stations = sorted(found.calls["station_id"].drop_nulls().unique())
    records = Records(
        {"calls": found.calls}, found.timezone, {"calls": found.labels},
        station_names={s: s for s in stations},
    )  # fmt: skip
    return {"records": records, "name": found.name, "findings": found.findings}


def _reform(args: argparse.Namespace) -> Any:
    from hubpost.evaluation.evaluate import Reform

    if args.reform is None:
        if args.joined:
            raise ValueError("Expected --reform D beside --joined: the first day in force.")
        return None
    return Reform(args.reform, _joined(args.joined) if args.joined else {})


def _joined(path: Path) -> dict[str, date]:
    import csv

    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not rows or not {"station_id", "joined_on"} <= rows[0].keys():
        raise ValueError(f"{path.name}: expected columns station_id, joined_on and a row or more.")
    out = {}
    for number, row in enumerate(rows, 2):
        try:
            out[row["station_id"]] = date.fromisoformat(row["joined_on"])
        except ValueError:
            raise ValueError(
                f"{path.name} row {number}, column joined_on: expected a day such as 2024-01-01, "
                f"came {row['joined_on']!r}."
            ) from None
    return out


def _prediction(path: Path | None) -> Any:
    import numpy as np

    from hubpost.evaluation.prediction import Prediction

    if path is None:
        return None
    body = json.loads(path.read_text("utf-8"))
    if not isinstance(body, dict) or not isinstance(body.get("response_min"), dict):
        raise ValueError(f"{path.name}: expected an object with response_min by station, see docs.")
    response, figures = (
        {k: np.asarray(v, dtype=float) for k, v in body.get(key, {}).items()}
        for key in ("response_min", "figures")
    )
    return Prediction(str(body.get("source", path.stem)), response, figures)


def _formats(text: str) -> tuple[str, ...]:
    from hubpost.reporting.evaluation_report import FORMATS

    chosen = tuple(text.split(","))
    unknown = [f for f in chosen if f not in FORMATS]
    if unknown:
        raise ValueError(f"Expected formats of {', '.join(FORMATS)}, came {', '.join(unknown)}.")
    return chosen


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"expected a day such as 2024-01-31, got {text!r}"
        ) from None


def _summarise(evaluation: Any, stream: Any) -> None:
    from hubpost.evaluation.kpi_counts import COUNTY
    from hubpost.reporting.evaluation_account import make_account

    account = make_account(evaluation, "zh")
    print(f"{account.title}{account.period} {account.labels}", file=stream)
    for section in account.sections:
        print(f"\n{section.heading}", file=stream)
        for line in (
            *section.sentences,
            *(" | ".join(c for c in row if c) for row in section.rows),
        ):
            print(f"  {line}", file=stream)
    more = sum(f.station_id != COUNTY for f in evaluation.findings)
    if more:
        print(f"\n（另有派出所层面的核查发现 {more} 条，见 figures.xlsx 或 --json）", file=stream)


def _say(text: str) -> None:
    print(f"hubpost: {text}", file=sys.stderr)
