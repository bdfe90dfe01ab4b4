"""`hubpost verify-log`: is the audit log whole?"""

import argparse
import json
import sys
from typing import Any

from hubpost.cli.serve import add_database_options, find_existing


def add_parser(subparsers: Any) -> None:
    """Say what `verify-log` takes."""
    parser = subparsers.add_parser("verify-log", help="check the chain of the audit log")
    add_database_options(parser)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 0 when every row is as it was written, 2 when one is changed, missing or moved."""
    from hubpost.storage.audit_chain import find_broken_row, last_seal
    from hubpost.storage.engine import create_engine

    url, _ = find_existing(args)
    with create_engine(url).connect() as conn:
        broken = find_broken_row(conn)
        rows, seal = last_seal(conn)
    if args.json:
        found = None if broken is None else {"row": broken[0], "what": broken[1]}
        print(json.dumps({"ok": broken is None, "rows": rows, "seal": seal, "broken": found}))
    elif broken is None:
        print(f"audit log whole: {rows} rows, last seal {seal}")
    else:
        print(f"hubpost: audit log broken: {broken[1]}", file=sys.stderr)
    return 0 if broken is None else 2
