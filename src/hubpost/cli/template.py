"""`hubpost template`: an empty workbook to fill in."""

import argparse
import sys
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Say what `template` takes."""
    parser = subparsers.add_parser("template", help="write an empty workbook to fill in")
    parser.add_argument("file", type=Path, metavar="FILE.xlsx")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the workbook; 2 when the name is not of a workbook or the file is there already."""
    import json

    from hubpost.tables.schema import SHEETS
    from hubpost.tables.template import tab_name, write_template

    if args.file.suffix.lower() != ".xlsx":
        raise ValueError(f"Expected a file name ending in .xlsx, got {args.file}.")
    try:
        write_template(args.file)
    except FileExistsError:
        raise ValueError(
            f"{args.file} is there already and is not overwritten. Give another name."
        ) from None
    if args.json:
        written = {"file": str(args.file), "sheets": [tab_name(s) for s in SHEETS]}
        print(json.dumps(written, ensure_ascii=False))
    print(
        f"hubpost: {args.file} written; check it with: hubpost check {args.file}", file=sys.stderr
    )
    return 0
