"""`hubpost landmarks`: what callers name that is no village, from a CSV file."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from hubpost.cli.serve import add_database_options, find_existing


def add_parser(subparsers: Any) -> None:
    """Say what `landmarks` takes."""
    parser = subparsers.add_parser("landmarks", help="import landmarks or kilometre posts (CSV)")
    parser.add_argument(
        "file", type=Path, help="columns id,name,kind,lon,lat or road,km,lon,lat; Chinese too"
    )
    parser.add_argument("--datum", choices=("wgs84", "gcj02"), default="wgs84")
    add_database_options(parser)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check the whole file first; one with problems leaves the database untouched."""
    from hubpost.actions.landmarks import import_landmarks
    from hubpost.storage.store import Store
    from hubpost.storage.vault import keys_file
    from hubpost.tables.landmarks_file import read_landmarks_file

    url, data = find_existing(args)
    if not args.file.is_file():
        raise ValueError(f"Expected a CSV file, there is none at {args.file}.")
    rows = read_landmarks_file(args.file, args.datum)
    store = Store(url, keys=keys_file(data))
    try:
        landmarks, posts = store.write(lambda tx: import_landmarks(tx, rows), actor="import")
    finally:
        store.close()
    if args.json:
        print(json.dumps({"landmarks": landmarks, "posts": posts}))
    else:
        print(
            f"hubpost: {landmarks} landmarks and {posts} kilometre posts are kept; "
            "a server that runs shows them after its next start.",
            file=sys.stderr,
        )
    return 0
