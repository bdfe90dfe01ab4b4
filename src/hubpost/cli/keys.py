"""`hubpost keys`: which key seals how much, a new key, and an old one taken away."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from hubpost.cli.serve import add_database_options, find_existing


def add_parser(subparsers: Any) -> None:
    """Say what `keys` takes."""
    parser = subparsers.add_parser("keys", help="the keys of personal data: list, rotate, retire")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="each key, and how many values it seals")
    rotate = actions.add_parser(
        "rotate", help="a new key, and everything resealed with it; serving goes on"
    )
    rotate.add_argument("--step", type=int, default=500, help="values in one transaction")
    retire = actions.add_parser("retire", help="take an old key away that seals nothing any more")
    retire.add_argument("key", help="its id, as `hubpost keys list` shows it")
    for one, run in ((listing, _list), (rotate, _rotate), (retire, _retire)):
        add_database_options(one)
        one.add_argument("--json", action="store_true")
        one.set_defaults(run=_with_store(run))


def _with_store(action: Callable[[Any, argparse.Namespace], Any]) -> Any:
    def run(args: argparse.Namespace) -> int:
        from hubpost.storage.store import Store
        from hubpost.storage.vault import keys_file

        url, data = find_existing(args)
        store = Store(url, keys=keys_file(data))
        try:
            lines, facts = action(store, args)
        finally:
            store.close()
        print(json.dumps(facts) if args.json else "\n".join(lines))
        return 0

    return run


def _list(store: Any, args: argparse.Namespace) -> Any:
    from hubpost.actions.keys import list_key_uses

    uses = list_key_uses(store)
    facts = [{"id": u.id, "newest": u.newest, "values": dict(u.values)} for u in uses]
    words = [f"{u.id}  {'newest' if u.newest else 'old':6}  {u.total} values" for u in uses]
    return words, {"keys": facts}


def _rotate(store: Any, args: argparse.Namespace) -> Any:
    from hubpost.actions.keys import list_key_uses, rotate_keys

    if args.step < 1:
        raise ValueError("Expected --step of 1 or more.")

    def told(column: str, values: int) -> None:
        print(f"hubpost: {column}: {values} resealed", file=sys.stderr, flush=True)

    new = rotate_keys(store, actor="terminal", told=told, step=args.step)
    old = [u.id for u in list_key_uses(store) if not u.newest]
    words = [f"everything is sealed with key {new}"]
    words += [f"to take the old one away: hubpost keys retire {key}" for key in old]
    return words, {"newest": new, "old": old}


def _retire(store: Any, args: argparse.Namespace) -> Any:
    from hubpost.actions.keys import retire_key

    aside = retire_key(store, args.key, actor="terminal")
    words = (
        f"key {args.key} is retired; it lies in {aside} alone. Take that file away from this "
        "machine, and keep it as long as a backup of before is kept."
    )
    return [words], {"retired": args.key, "file": str(aside)}
