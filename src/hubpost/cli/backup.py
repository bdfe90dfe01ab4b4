"""`hubpost backup`: an encrypted backup, while the console goes on serving."""

import argparse
import json
import os
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hubpost.cli.serve import add_database_options, find_existing


def add_parser(subparsers: Any) -> None:
    """Say what `backup` takes."""
    parser = subparsers.add_parser("backup", help="write an encrypted backup")
    parser.add_argument("--out", type=Path, help="file (default: DATA/backups/TIME.age)")
    parser.add_argument(
        "--recipient", help="age1… key to encrypt for (default: the one in DATA/backup.identity)"
    )
    add_database_options(parser)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def identity_file(data: Path) -> Path:
    """Where the identity lies that opens this installation's backups, unless it was taken away."""
    return data / "backup.identity"


def run(args: argparse.Namespace) -> int:
    """Back up; the first one makes an identity and says to keep it elsewhere."""
    from hubpost.storage.backup import make_backup
    from hubpost.storage.engine import create_engine

    url, data = find_existing(args)
    recipient = args.recipient or _own_recipient(data)
    now = datetime.now(UTC)
    out = args.out or data / "backups" / f"{now:%Y%m%dT%H%M%SZ}.age"
    began = time.perf_counter()
    engine = create_engine(url)
    try:
        manifest = make_backup(engine, out, recipient, now)
    finally:
        engine.dispose()
    seconds = round(time.perf_counter() - began, 2)
    if args.json:
        print(json.dumps({"file": str(out), "seconds": seconds, **asdict(manifest)}))
    else:
        rows = sum(manifest.rows.values())
        print(f"{out}: {rows} rows, {out.stat().st_size} bytes, {seconds} s")
    return 0


def _own_recipient(data: Path) -> str:
    import pyrage

    from hubpost.storage.backup import new_identity

    path = identity_file(data)
    if path.exists():
        return str(pyrage.x25519.Identity.from_str(path.read_text().strip()).to_public())
    identity, recipient = new_identity()
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(identity + "\n")
    print(
        f"hubpost: made {path}, which opens the backups. Keep a copy away from this machine: "
        "without it no backup can be restored.",
        file=sys.stderr,
    )
    return recipient
