"""`hubpost city`: open counties in a city's PostgreSQL database, and see figures of all of them."""

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

_PERIOD_DAYS = 365


def add_parser(subparsers: Any) -> None:
    """Say what `city` takes."""
    parser = subparsers.add_parser("city", help="many counties in one PostgreSQL database")
    kinds = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    opened = kinds.add_parser("open", help="make room for a county: a schema and a role of its own")
    opened.add_argument("county_id", metavar="ID")
    opened.set_defaults(run=_open)
    listed = kinds.add_parser("list", help="the counties of the city")
    listed.set_defaults(run=_list)
    figures = kinds.add_parser("figures", help="counts and response times of each county")
    figures.add_argument("--from", dest="begin", type=_day, metavar="DAY", help="first day")
    figures.add_argument("--to", dest="end", type=_day, metavar="DAY", help="day after the last")
    figures.add_argument(
        "--of-county", metavar="ID", action="append", help="only these counties (default: all)"
    )
    figures.set_defaults(run=_show)
    for sub in (opened, listed, figures):
        sub.add_argument("--db", metavar="URL", required=True, help="postgresql:// address")
        sub.add_argument("--json", action="store_true")


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _open(args: argparse.Namespace) -> int:
    """The county's tables are made with its role; then the city's views take it in."""
    from hubpost.storage.city import make_city_views, open_county
    from hubpost.storage.engine import create_engine, migrate

    engine = create_engine(open_county(args.db, args.county_id))
    try:
        migrate(engine)
    finally:
        engine.dispose()
    counties = make_city_views(args.db)
    if args.json:
        print(json.dumps({"opened": args.county_id, "counties": counties}))
    else:
        print(
            f"county {args.county_id} has its schema and role; {len(counties)} in the city. Next: "
            f"hubpost import COUNTY --db URL --of-county {args.county_id}"
        )
    return 0


def _list(args: argparse.Namespace) -> int:
    import sqlalchemy as sa

    from hubpost.storage.city import list_counties

    engine = sa.create_engine(sa.make_url(args.db).set(drivername="postgresql+psycopg"))
    with engine.connect() as conn:
        counties = list_counties(conn)
    engine.dispose()
    print(json.dumps(counties) if args.json else "\n".join(counties))
    return 0


def _show(args: argparse.Namespace) -> int:
    from hubpost.actions.city_figures import list_county_figures
    from hubpost.storage.city import city_engine

    end = args.end or datetime.now(UTC)
    begin = args.begin or end - timedelta(days=_PERIOD_DAYS)
    engine = city_engine(args.db, ",".join(args.of_county) if args.of_county else "*")
    try:
        with engine.connect() as conn:
            rows = [asdict(f) for f in list_county_figures(conn, begin, end)]
    finally:
        engine.dispose()
    if args.json:
        print(json.dumps({"from": begin.isoformat(), "to": end.isoformat(), "counties": rows}))
        return 0
    for row in rows:
        print("  ".join(f"{name}={value}" for name, value in row.items() if value is not None))
    return 0
