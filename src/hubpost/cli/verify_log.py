"""`hubpost verify-log`: is the audit log whole?"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from hubpost.cli.serve import add_database_options, find_existing


def add_parser(subparsers: Any) -> None:
    """Say what `verify-log` takes."""
    parser = subparsers.add_parser("verify-log", help="check the chain of the audit log")
    parser.add_argument(
        "--against", type=Path, metavar="FOLDER",
        help="checkpoints noted elsewhere by `hubpost checkpoint`; nothing is written",
    )  # fmt: skip
    add_database_options(parser)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 0 when every row is as it was written, 2 when one is changed, missing or moved."""
    from hubpost.actions.audit_log import find_unmet, read_notes
    from hubpost.storage.audit_chain import find_broken_row, last_seal
    from hubpost.storage.engine import create_engine

    url, _ = find_existing(args)
    if args.against and not args.against.is_dir():
        raise ValueError(f"Expected a folder of checkpoints in {args.against}, there is none.")
    notes = read_notes(args.against) if args.against else []
    with create_engine(url).connect() as conn:
        broken, unmet = find_broken_row(conn), find_unmet(conn, notes)
        rows, seal = last_seal(conn)
    ok = broken is None and not unmet
    if args.json:
        found = None if broken is None else {"row": broken[0], "what": broken[1]}
        facts = {"ok": ok, "rows": rows, "seal": seal, "broken": found}
        print(json.dumps({**facts, "checked": len(notes), "unmet": unmet} if notes else facts))
    elif ok:
        met = f"; {len(notes)} checkpoints hold" if args.against else ""
        print(f"audit log whole: {rows} rows, last seal {seal}{met}")
    else:
        for what in ([broken[1]] if broken else []) + unmet:
            print(f"hubpost: audit log broken: {what}", file=sys.stderr)
    return 0 if ok else 2
