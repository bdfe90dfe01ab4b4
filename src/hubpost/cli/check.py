"""`hubpost check`: everything wrong with a county's files, or what was read of it."""

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hubpost.tables.county import CountyCheck
    from hubpost.tables.problems import Problem


def add_parser(subparsers: Any) -> None:
    """Say what `check` takes."""
    parser = subparsers.add_parser("check", help="validate a county folder or workbook")
    parser.add_argument("county", help="folder, workbook, or the name of a bundled county")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check; 2 with the list of all problems when the county cannot be used as it is."""
    from hubpost.tables.county import check_county

    check = check_county(args.county)
    if args.json:
        print(json.dumps(check_to_json(check, args.county), ensure_ascii=False))
    else:
        print(describe_check(check, args.county))
    return 0 if check.county is not None else 2


def check_to_json(check: "CountyCheck", path: str) -> dict[str, Any]:
    """The check as a JSON object; the keys are a contract (docs/county-format.md)."""
    county = check.county
    labels = county.labels if county else None
    return {
        "ok": county is not None,
        "county": county.id if county else path,
        "name": county.name if county else None,
        "name_en": county.name_en if county else None,
        "timezone": county.timezone if county else None,
        "counts": dict(check.rows),
        "labels": {
            word: sorted(getattr(labels, word)) if labels else []
            for word in ("synthetic", "estimated", "stand_in")
        },
        "roads": county.roads.name if county and county.roads else None,
        "problems": [_problem_to_json(p) for p in check.problems],
        "problem_counts": dict(check.problem_counts),
        "checksums": dict(county.checksums) if county else {},
    }


def describe_check(check: "CountyCheck", path: str) -> str:
    """The check in lines for a person."""
    from hubpost.tables.problems import Severity, TableProblems

    warnings = [f"  {p}" for p in check.problems if p.severity is Severity.WARNING]
    noticed = [f"Noticed ({len(warnings)}), refusing nothing:", *warnings] if warnings else []
    if check.county is None:
        return "\n".join([str(TableProblems(check.problems, path)), *noticed])
    rows = ", ".join(f"{name} {count}" for name, count in check.rows.items())
    return "\n".join([*_summary(check), f"Rows: {rows}", *noticed, "No problems."])


def _summary(check: "CountyCheck") -> list[str]:
    county = check.county
    if county is None:
        return []
    labels = [
        f"{word}: {', '.join(sorted(marked))}"
        for word, marked in (
            ("synthetic", county.labels.synthetic),
            ("estimated", county.labels.estimated),
            ("stand-in", county.labels.stand_in),
        )
        if marked
    ]
    english = f" ({county.name_en})" if county.name_en else ""
    roads = county.roads.name if county.roads else "none on file"
    return [f"{county.name}{english}, {county.timezone}", *labels, f"Roads: {roads}"]


def _problem_to_json(problem: "Problem") -> dict[str, Any]:
    return {
        "file": problem.file,
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "expected": problem.expected,
        "found": problem.found,
        "fix": problem.fix,
        "severity": problem.severity.value,
        "kind": problem.kind,
        "more": problem.more,
        "message": str(problem),
    }
