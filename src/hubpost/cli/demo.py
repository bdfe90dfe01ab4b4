"""`hubpost demo`: import, plan, predict, and serve the console, in one command."""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

BUNDLED = ("qianjiang", "porto", "andorra")


def add_parser(subparsers: Any) -> None:
    """Say what `demo` takes."""
    parser = subparsers.add_parser("demo", help="import, plan, simulate and serve a county")
    parser.add_argument("--county", choices=BUNDLED, default="qianjiang")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, help="folder to work in (default: var/demo/COUNTY)")
    parser.add_argument(
        "--no-serve", action="store_true", help="stop once the console could be served"
    )
    parser.set_defaults(run=run)


class Steps:
    """Tells on stderr which step is running and how long each took."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.began = total, 0, time.perf_counter()

    def start(self, what: str) -> None:
        """Announce the next step."""
        self.done += 1
        seconds = time.perf_counter() - self.began
        print(f"hubpost [{self.done}/{self.total}, {seconds:4.1f} s] {what}", file=sys.stderr)

    def note(self, what: str) -> None:
        """Say something within a step."""
        print(f"        {what}", file=sys.stderr)


def run(args: argparse.Namespace) -> int:
    """Everything a newcomer wants to see, from the county's files to a working console."""
    from hubpost.actions.counties import find_setting
    from hubpost.actions.first_plan import plan_and_predict
    from hubpost.actions.opening import open_room
    from hubpost.actions.preparation import bring_into_service, prepare_ground
    from hubpost.actions.scenes import read_scenes
    from hubpost.cli.gates import DEMO, demo_lines, make_gate
    from hubpost.cli.serving import address_of, require_free_port, serve_console
    from hubpost.cli.settings import read_settings
    from hubpost.storage.store import Store
    from hubpost.tables.bundled import resolve_county
    from hubpost.tables.county import read_county

    host = "127.0.0.1"
    if not args.no_serve:
        require_free_port(host, args.port)
    folder = resolve_county(args.county)
    data = args.data or Path("var/demo") / args.county
    data.mkdir(parents=True, exist_ok=True)
    steps = Steps(4)
    steps.start(f"reading {args.county}")
    store = Store(f"sqlite:///{data / 'hubpost.sqlite'}")
    try:
        if store.read(lambda conn: find_setting(conn, "county")) is None:
            county = read_county(folder)
            steps.start("preparing travel times and the base map")
            travel = prepare_ground(county, data, steps.note)
            steps.start("planning, and predicting before and after")
            plan = plan_and_predict(county, travel, data / "report", steps.note)
            steps.start("importing and putting the plan in force")
            bring_into_service(store, county, plan, actor="demo")
            _seed_records(store, county.timezone, steps)
        room = open_room(store, data)
    except BaseException:
        store.close()
        raise
    scenes = read_scenes(folder / "scenes.toml")
    if args.no_serve:
        store.close()
        return 0
    gate = make_gate(data, read_settings(data), demo=DEMO)
    say = demo_lines(store, gate, address_of(host, args.port))
    serve_console(
        store, room, data=data, host=host, port=args.port, scenes=scenes, gate=gate, say=say
    )
    return 0


def _seed_records(store: Any, timezone: str, steps: Steps) -> None:
    """Made-up records, each marked synthetic, so that the pages of the records are not bare."""
    from zoneinfo import ZoneInfo

    from hubpost.actions.records.demo_records import seed_records
    from hubpost.actions.records.rulebook import load_rules

    rules = store.read(lambda conn: load_rules(conn, ZoneInfo(timezone)))
    made = store.write(lambda tx: seed_records(tx, rules), actor="synthetic")
    steps.note(f"{sum(made.values())} synthetic records")
