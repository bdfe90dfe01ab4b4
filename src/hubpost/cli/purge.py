"""`hubpost purge`: delete what the retention timers say is over, and rewrite the files."""

import argparse
import json
from typing import Any

from hubpost.cli.records import open_database
from hubpost.cli.serve import add_database_options


def add_parser(subparsers: Any) -> None:
    """Say what `purge` takes."""
    parser = subparsers.add_parser("purge", help="delete what has reached the end of its time")
    add_database_options(parser)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Persons, texts and photos whose time is over; each leaves a trace. Run it at night."""
    from hubpost.actions.photos import purge_photos
    from hubpost.actions.records.purging import clean_files, purge_expired

    store, rules = open_database(args)
    persons = records = 0
    try:
        while True:
            done = store.write(lambda tx: purge_expired(tx, rules), actor="purge")
            persons, records = persons + done.persons, records + done.records
            if not done.more:
                break
        photos = store.write(purge_photos, actor="purge")
        clean_files(store)
    finally:
        store.close()
    facts = {"persons": persons, "records": records, "photos": photos}
    words = f"purged {persons} persons, {records} texts, {photos} photos"
    print(json.dumps(facts) if args.json else words)
    return 0
