"""`hubpost records`: workbooks of records in and out, undo, and the made-up records of a demo."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from hubpost.cli.serve import add_database_options, find_data


def add_parser(subparsers: Any) -> None:
    """Say what `records` takes."""
    parser = subparsers.add_parser("records", help="bring records in and out by workbook")
    kinds = parser.add_subparsers(metavar="WHAT", required=True)
    template = kinds.add_parser("template", help="an empty workbook of one kind of record")
    template.add_argument("kind")
    template.add_argument("file", type=Path)
    template.set_defaults(run=write_template)
    _add_import(kinds)
    export = kinds.add_parser("export", help="records of one kind as a workbook; no persons")
    export.add_argument("kind")
    export.add_argument("file", type=Path)
    undo = kinds.add_parser("undo", help="take an import back")
    undo.add_argument("batch")
    seed = kinds.add_parser("seed", help="made-up records, marked synthetic, for a demo")
    seed.add_argument("--seed", type=int, default=7)
    for one, run in ((export, export_kind), (undo, undo_batch), (seed, seed_demo)):
        add_database_options(one)
        one.add_argument("--json", action="store_true")
        one.set_defaults(run=run)


def _add_import(kinds: Any) -> None:
    parser = kinds.add_parser("import", help="show what a workbook would change; --yes does it")
    parser.add_argument("kind")
    parser.add_argument("file", type=Path)
    parser.add_argument("--yes", action="store_true", help="bring it in, not only show it")
    add_database_options(parser)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=import_file)


def write_template(args: argparse.Namespace) -> int:
    """An empty workbook; an existing file is never overwritten."""
    from hubpost.tables.records_book import write_record_template

    data = write_record_template(args.kind)
    with args.file.open("xb") as stream:
        stream.write(data)
    return 0


def import_file(args: argparse.Namespace) -> int:
    """Exit 0 when it could be (or was) brought in, 2 with every problem otherwise."""
    from hubpost.actions.records.imports import import_rows, preview_import
    from hubpost.tables.records_book import read_record_book
    from hubpost.tables.sources import sha256_of

    store, rules = open_database(args)
    try:
        book = read_record_book(args.file, args.kind, rules.zone)
        if book.problem_count:
            return _tell(args, {"problems": [str(p) for p in book.problems]}, book.problem_count)
        shown = store.read(
            lambda c: preview_import(c, rules, args.kind, book.rows, book.numbers, store.now())
        )
        facts: dict[str, Any] = {
            "new": shown.new,
            "changed": [{"row": c.row, "id": c.id, "fields": c.fields} for c in shown.changed],
            "same": shown.same,
            "problems": [f"row {row}: {text}" for row, text in shown.problems],
        }
        if args.yes and not shown.problem_count:
            done = import_rows(
                lambda job: store.write(job, actor="import"), rules, shown, book.rows,
                file=args.file.name, sha256=sha256_of(args.file),
            )  # fmt: skip
            facts |= {"batch": done.batch_id, "conflicts": done.conflicts}
        return _tell(args, facts, shown.problem_count)
    finally:
        store.close()


def export_kind(args: argparse.Namespace) -> int:
    """Write the workbook; that it was taken out is logged."""
    from hubpost.actions.records.exports import export_records

    store, rules = open_database(args)
    try:
        data = store.write(lambda tx: export_records(tx, rules, args.kind), actor="export")
        with args.file.open("xb") as stream:
            stream.write(data)
    finally:
        store.close()
    return 0


def undo_batch(args: argparse.Namespace) -> int:
    """Take an import back; what was worked on since is named and stays."""
    from hubpost.actions.records.imports import undo_import

    store, rules = open_database(args)
    try:
        done = undo_import(lambda job: store.write(job, actor="import"), rules, args.batch)
    finally:
        store.close()
    return _tell(
        args, {"removed": done.new, "restored": done.changed, "conflicts": done.conflicts}, 0
    )


def seed_demo(args: argparse.Namespace) -> int:
    """Made-up records for a county that has none."""
    from hubpost.actions.records.demo_records import seed_records

    store, rules = open_database(args)
    try:
        made = store.write(lambda tx: seed_records(tx, rules, seed=args.seed), actor="synthetic")
    finally:
        store.close()
    return _tell(args, {"synthetic": made}, 0)


def open_database(args: argparse.Namespace) -> tuple[Any, Any]:
    from zoneinfo import ZoneInfo

    from hubpost.actions.counties import find_setting
    from hubpost.actions.records.rulebook import load_rules
    from hubpost.storage.store import Store
    from hubpost.storage.vault import keys_file

    url, data = find_data(args)
    store = Store(url, keys=keys_file(data))
    county = store.read(lambda conn: find_setting(conn, "county"))
    if county is None:
        store.close()
        raise ValueError("The database holds no county yet. Import one: hubpost import COUNTY.")
    zone = ZoneInfo(county["timezone"])
    return store, store.read(lambda conn: load_rules(conn, zone))


def _tell(args: argparse.Namespace, facts: dict[str, Any], problems: int) -> int:
    if args.json:
        print(json.dumps({"ok": not problems, **facts}, ensure_ascii=False, default=str))
    else:
        stream = sys.stderr if problems else sys.stdout
        for name, value in facts.items():
            print(f"{name}: {value}", file=stream)
    return 2 if problems else 0
