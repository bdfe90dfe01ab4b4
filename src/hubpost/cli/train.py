"""`hubpost train`: an exercise at a console of its own, and its score sheet."""

import argparse
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Say what `train` takes."""
    parser = subparsers.add_parser("train", help="an exercise with drawn calls, and a score sheet")
    parser.add_argument("county", nargs="?", help="folder, workbook, or a bundled county's name")
    parser.add_argument(
        "--data", type=Path, help="data folder of a served county; its calls stay untouched"
    )
    parser.add_argument("--minutes", type=float, default=20.0, help="at the console")
    parser.add_argument(
        "--speed", type=float, default=10.0, help="how much faster calls come and units move"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--play", action="store_true", help="no console: follow the advice, then print the sheet"
    )
    parser.add_argument("--json", action="store_true", help="print the score sheet on stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Lay out a room to train in, draw calls for it, and run the exercise."""
    from hubpost.actions.opening import open_room
    from hubpost.actions.plan_basis import find_plan_basis
    from hubpost.actions.training import begin_training
    from hubpost.simulation.exercise import draw_exercise
    from hubpost.storage.store import Store

    if (args.county is None) == (args.data is None):
        raise ValueError("Expected a county or --data, one of them. Name what to train on.")
    if not 0 < args.minutes <= 24 * 60 or not 0 < args.speed <= 1000:
        raise ValueError("Expected --minutes above 0 and up to 1440, --speed up to 1000.")
    data = args.data or Path("var/train") / Path(args.county).stem
    data.mkdir(parents=True, exist_ok=True)
    file = data / "training.sqlite"
    for old in data.glob(f"{file.name}*"):
        old.unlink()
    clock = _Clock(args.speed) if args.play else None
    store = Store(f"sqlite:///{file}", clock) if clock else Store(f"sqlite:///{file}")
    try:
        _lay_out(args, store, data)
        room = open_room(store, data)
        county = store.read(find_plan_basis)
        if county is None:
            raise ValueError(f"{data} holds no planning records. Import the county again.")
        calls = draw_exercise(county, args.minutes * 60 * args.speed, args.seed)
        known = {"minutes": args.minutes, "speed": args.speed, "seed": args.seed}
        store.write(lambda tx: begin_training(tx, calls, **known), actor="training")
    except BaseException:
        store.close()
        raise
    _say(f"{len(calls)} exercise calls, drawn from {county.name}")
    if clock is not None:
        _play(store, room, clock)
        _print_sheet(store, args, room.time_words)
        store.close()
        return 0
    _serve(args, store, room, data)
    return 0


def _lay_out(args: argparse.Namespace, store: Any, data: Path) -> None:
    """A fresh room: from the county's files, else from what a served folder holds."""
    from hubpost.actions.first_plan import plan_and_predict
    from hubpost.actions.preparation import bring_into_service, prepare_ground
    from hubpost.actions.training_room import copy_command_room
    from hubpost.storage.store import Store
    from hubpost.tables.bundled import resolve_county
    from hubpost.tables.county import read_county

    if args.data is not None:
        served = args.data / "hubpost.sqlite"
        if not served.is_file():
            raise ValueError(f"Expected a database in {served}, there is none. Name it: --data.")
        source = Store(f"sqlite:///{served}")
        try:
            copy_command_room(source, store)
        finally:
            source.close()
        return
    county = read_county(resolve_county(args.county))
    travel = prepare_ground(county, data, _say)
    plan = plan_and_predict(county, travel, data / "report", _say)
    bring_into_service(store, county, plan, actor="training")


class _Clock:
    """A clock that runs when it is told to: an exercise without people takes no time."""

    def __init__(self, speed: float) -> None:
        self._now, self._step = datetime.now(UTC), timedelta(seconds=10 / speed)

    def __call__(self) -> datetime:
        return self._now

    def tick(self) -> None:
        self._now += self._step


def _play(store: Any, room: Any, clock: _Clock) -> None:
    """Ten seconds of the exercise's own time at each step; the advice is followed at once."""
    from hubpost.actions.training import PLAYER, play_training
    from hubpost.actions.training_room import follow_advice

    while store.write(lambda tx: play_training(tx, room), actor=PLAYER):
        store.write(lambda tx: follow_advice(tx, room), actor="advice")
        clock.tick()


def _serve(args: argparse.Namespace, store: Any, room: Any, data: Path) -> None:
    from hubpost.actions.training_room import TrainingPlayer
    from hubpost.cli.gates import DEMO, demo_lines, make_gate
    from hubpost.cli.serving import address_of, require_free_port, serve_console
    from hubpost.cli.settings import read_settings

    require_free_port("127.0.0.1", args.port)
    _say(f"score sheet: http://127.0.0.1:{args.port}/training")
    player = TrainingPlayer(store, room, lambda: _print_sheet(store, args, room.time_words))
    gate = make_gate(data, read_settings(data), demo=DEMO)
    say = demo_lines(store, gate, address_of("127.0.0.1", args.port))
    serve_console(
        store, room, data=data, host="127.0.0.1", port=args.port, gate=gate, say=say,
        beside=(player,),
    )  # fmt: skip


def _print_sheet(store: Any, args: argparse.Namespace, labels: tuple[str, ...]) -> None:
    from hubpost.actions.training import find_training
    from hubpost.actions.training_score import score_training, sheet_to_json

    training = store.read(find_training)
    sheet = store.read(lambda conn: score_training(conn, training))
    if args.json:
        print(json.dumps(sheet_to_json(training, sheet, labels), ensure_ascii=False), flush=True)
    else:
        state = "is over" if training.ended_at else "was broken off"
        _say(
            f"the exercise {state}: {sheet.answered} of {sheet.calls} calls answered, advice "
            f"followed {sheet.followed} of {sheet.sendings} times, {sheet.waiting} left waiting"
        )


def _say(what: str) -> None:
    print(f"hubpost: {what}", file=sys.stderr)
