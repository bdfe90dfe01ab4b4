"""`hubpost schema`: which schema a database has, and the way back to an earlier one."""

import argparse
import json
from typing import Any

from hubpost.cli.serve import add_database_options, find_existing


def add_parser(subparsers: Any) -> None:
    """Say what `schema` takes."""
    parser = subparsers.add_parser(
        "schema", help="the schema of a database; --to takes it back for an earlier version"
    )
    parser.add_argument(
        "--to", metavar="REVISION",
        help="an earlier revision, such as 0006; stop the console and make a backup before",
    )  # fmt: skip
    add_database_options(parser)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Say the revision; with --to step back first. Upgrades happen when the console starts."""
    from hubpost.storage.engine import create_engine, revision_of, step_back
    from hubpost.storage.vault import keys_file

    url, data = find_existing(args)
    engine = create_engine(url, keys_file(data))
    try:
        if args.to:
            step_back(engine, args.to)
        found = revision_of(engine)
    finally:
        engine.dispose()
    print(json.dumps({"revision": found}) if args.json else f"schema {found or 'empty'}")
    return 0
