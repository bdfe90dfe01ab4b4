"""`hubpost checkpoint`: the log's seal written elsewhere, and every earlier one held against it."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from hubpost.cli.serve import add_database_options, find_existing


def add_parser(subparsers: Any) -> None:
    """Say what `checkpoint` takes."""
    parser = subparsers.add_parser(
        "checkpoint", help="note the audit log's seal in a folder elsewhere; check the earlier ones"
    )
    parser.add_argument(
        "--to", type=Path, required=True, metavar="FOLDER",
        help="a folder that the server's own people cannot change, such as a mount of another's",
    )  # fmt: skip
    parser.add_argument(
        "--send", metavar="ADDRESS",
        help="send it as well, and what is broken: mailtos://… or any address of docs/live.md, "
        "webhook+https://…#SECRET; env:NAME takes it from the environment",
    )  # fmt: skip
    add_database_options(parser)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 0 when the log is whole and every noted seal is still in it; 2 when one is not."""
    from hubpost.actions.audit_log import find_unmet, make_checkpoint, note_of, read_notes
    from hubpost.storage.store import Store
    from hubpost.storage.vault import keys_file

    if not args.to.is_dir():
        raise ValueError(f"Expected a folder in {args.to}, there is none. Make or mount it.")
    url, data = find_existing(args)
    noted = read_notes(args.to)
    store = Store(url, keys=keys_file(data))
    try:
        unmet = store.read(lambda conn: find_unmet(conn, noted))
        point = make_checkpoint(store, actor="terminal")
    finally:
        store.close()
    broken = [b for b in (point.broken, *unmet) if b]
    file = args.to / f"checkpoint-{point.rows:012d}.json"
    if not broken:
        with file.open("x", encoding="utf-8") as out:
            out.write(note_of(point))
    if args.send:
        _send(args.send, note_of(point, broken), broken=bool(broken))
    facts = {"ok": not broken, "rows": point.rows, "seal": point.seal, "checked": len(noted)}
    if args.json:
        print(json.dumps({**facts, "file": str(file) if not broken else None, "broken": broken}))
    else:
        for what in broken:
            print(f"hubpost: audit log broken: {what}", file=sys.stderr)
        if not broken:
            print(f"{file}: {point.rows} rows; {len(noted)} earlier checkpoints still hold")
    return 2 if broken else 0


def _send(address: str, note: str, *, broken: bool) -> None:
    """Raises ValueError when it was not taken; the note in the folder stands all the same."""
    import os

    from hubpost.actions.gateways import send_message

    named = address.removeprefix("env:") if address.startswith("env:") else ""
    to = os.environ.get(named, "") if named else address
    title = "Hubpost: audit log BROKEN" if broken else "Hubpost: checkpoint of the audit log"
    try:
        if not to:
            raise ValueError(f"{named} is not set")
        taken, why = send_message(to, title, note), "refused"
    except (OSError, ValueError) as error:
        taken, why = False, str(error)
    if not taken:
        raise ValueError(
            f"The checkpoint could not be sent ({why}). Look at --send, and run again."
        )
