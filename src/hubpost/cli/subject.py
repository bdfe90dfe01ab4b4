"""`hubpost subject`: one person's request about his or her own data, from the terminal."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hubpost.cli.records import open_database
from hubpost.cli.serve import add_database_options


def add_parser(subparsers: Any) -> None:
    """Say what `subject` takes."""
    parser = subparsers.add_parser(
        "subject", help="a person asks to see, put right or delete what is held of him or her"
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    register = actions.add_parser("register", help="take a request; prints its id and time limit")
    register.add_argument("category", choices=("access", "correct", "erase"))
    register.add_argument("--name", required=True)
    register.add_argument("--phone", default="", help="as it may be kept")
    register.add_argument("--number", default="", help="of one record, where no phone is kept")
    register.add_argument("--proof", required=True, help="how identity was checked; no card number")
    register.add_argument("--asked", default="", help="what is asked, in the person's words")
    gather = actions.add_parser("gather", help="write everything held into a workbook")
    gather.add_argument("request")
    gather.add_argument("file", type=Path)
    correct = actions.add_parser("correct", help="put details right in every place")
    correct.add_argument("request")
    for field in ("name", "phone", "address"):
        correct.add_argument(f"--{field}", default="")
    erase = actions.add_parser("erase", help="delete details where the matter is over")
    refuse = actions.add_parser("refuse", help="answer that nothing is done, and why")
    for one in (erase, refuse):
        one.add_argument("request")
    for one in (correct, erase, refuse):
        one.add_argument("--reason", required=True)
    runs = ((register, _register), (gather, _gather), (correct, _correct), (erase, _erase))
    for one, run in (*runs, (refuse, _refuse)):
        one.add_argument("--actor", required=True, help="who does it; stands in the log")
        add_database_options(one)
        one.add_argument("--json", action="store_true")
        one.set_defaults(run=_with_database(run))


def _with_database(action: Callable[[Any, Any, argparse.Namespace], dict[str, Any]]) -> Any:
    def run(args: argparse.Namespace) -> int:
        store, rules = open_database(args)
        try:
            facts = action(store, rules, args)
        finally:
            store.close()
        plain = "\n".join(f"{name}: {value}" for name, value in facts.items())
        print(json.dumps(facts, ensure_ascii=False) if args.json else plain)
        return 0

    return run


def _register(store: Any, rules: Any, args: argparse.Namespace) -> dict[str, Any]:
    from hubpost.actions.records.subjects import SubjectAsk, register_request
    from hubpost.storage.records.persons import Person

    person = Person("", args.name, args.phone)
    ask = SubjectAsk(args.category, person, args.proof, args.asked, args.number)
    done = store.write(lambda tx: register_request(tx, rules, ask), actor=args.actor)
    return {"request": done.id, "number": done.number, "due": done.due_at.isoformat()}


def _gather(store: Any, rules: Any, args: argparse.Namespace) -> dict[str, Any]:
    from hubpost.actions.records.subjects import gather
    from hubpost.tables.subject_sheet import write_subject_sheet

    if args.file.exists():
        raise ValueError(f"{args.file} is there already; it is not overwritten. Name another.")
    found = store.write(lambda tx: gather(tx, rules, args.request), actor=args.actor)
    args.file.write_bytes(write_subject_sheet(found, rules.zone))
    return {"file": str(args.file), "places": len(found.held), "calls": len(found.calls)}


def _correct(store: Any, rules: Any, args: argparse.Namespace) -> dict[str, Any]:
    from hubpost.actions.records.subjects import correct
    from hubpost.storage.records.persons import Person

    right = Person("", args.name, args.phone, args.address)
    _, places = store.write(
        lambda tx: correct(tx, rules, args.request, right, args.reason), actor=args.actor
    )
    return {"corrected": places}


def _erase(store: Any, rules: Any, args: argparse.Namespace) -> dict[str, Any]:
    from hubpost.actions.records.subjects import erase

    done, still = store.write(
        lambda tx: erase(tx, rules, args.request, args.reason), actor=args.actor
    )
    return {"erased": done.places, "still_needed": list(still)}


def _refuse(store: Any, rules: Any, args: argparse.Namespace) -> dict[str, Any]:
    from hubpost.actions.records.subjects import refuse

    done = store.write(lambda tx: refuse(tx, rules, args.request, args.reason), actor=args.actor)
    return {"refused": done.number}
