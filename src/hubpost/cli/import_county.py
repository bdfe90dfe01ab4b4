"""`hubpost import`: bring a county folder or workbook into a database."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from hubpost.cli.serve import add_database_options, find_data


def add_parser(subparsers: Any) -> None:
    """Say what `import` takes."""
    parser = subparsers.add_parser("import", help="import a county into a database")
    parser.add_argument("county", help="folder, workbook, or the name of a bundled county")
    parser.add_argument("--plan", type=Path, help="plan.json to put in force")
    add_database_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check everything first; a county with problems leaves the database untouched."""
    from hubpost.actions.preparation import bring_into_service, prepare_ground
    from hubpost.planning.plan_json import plan_from_json
    from hubpost.storage.store import Store
    from hubpost.storage.vault import keys_file
    from hubpost.tables.county import read_county

    county = read_county(args.county)
    plan = plan_from_json(json.loads(args.plan.read_text("utf-8"))) if args.plan else None
    url, data = find_data(args)
    prepare_ground(county, data, lambda text: print(f"hubpost: {text}", file=sys.stderr))
    store = Store(url, keys=keys_file(data))
    try:
        new = bring_into_service(store, county, plan, actor="import")
    finally:
        store.close()
    if not new:
        raise ValueError(f"The database at {url} already holds {county.name}. Nothing was changed.")
    print(f"hubpost: {county.name} imported; serve it with: hubpost serve", file=sys.stderr)
    return 0
