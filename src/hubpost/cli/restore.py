"""`hubpost restore`: from a backup into an empty database, or as a drill."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hubpost.cli.backup import identity_file
from hubpost.cli.serve import add_database_options, find_data


def add_parser(subparsers: Any) -> None:
    """Say what `restore` takes."""
    parser = subparsers.add_parser("restore", help="restore a backup, or rehearse it with --drill")
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--drill", action="store_true", help="restore into a scratch database, verify, throw away"
    )
    parser.add_argument(
        "--identity", type=Path, help="file with the identity (default: DATA/backup.identity)"
    )
    add_database_options(parser)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Restore and verify counts, audit chain and board; exit 2 when anything differs."""
    from hubpost.storage.restore import drill_restore, restore_backup
    from hubpost.storage.vault import keys_file

    url, data = find_data(args)
    if not args.file.is_file():
        raise ValueError(f"Expected a backup file, {args.file} is none.")
    where = args.identity or identity_file(data)
    if not where.is_file():
        raise ValueError(f"Expected the identity of the backups in {where}. Name it: --identity.")
    identity = where.read_text("ascii")
    if args.drill:
        server = url if url.startswith("postgresql") else None
        report = drill_restore(args.file, identity, server, keys_file(data))
    else:
        report = restore_backup(args.file, identity, url, keys_file(data))
    what = "drill: restored into a scratch database" if args.drill else f"restored into {url}"
    if args.json:
        print(json.dumps({"ok": True, "drill": args.drill, **asdict(report)}))
    else:
        print(
            f"{what}: {report.rows} rows, audit chain and board verified; "
            f"open {report.open_s:.1f} s, load {report.load_s:.1f} s, "
            f"verify {report.verify_s:.1f} s"
        )
    return 0
