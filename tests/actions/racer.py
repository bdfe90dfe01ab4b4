"""The processes of the race, forked from one: their dispatchers all want the same units."""

import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from hubpost.actions import assignments, calls
from hubpost.actions.advice import advise
from hubpost.model.apply import Refused
from hubpost.storage.store import Store
from tests.rooms import report, toy_room

UNITS = ("S1", "Z1", "T1", "F1")


def main() -> None:
    url, *sizes = sys.argv[1:]
    go_read, go_write = os.pipe()
    children = [_fork(url, f"p{i}", int(n), go_read) for i, n in enumerate(sizes)]
    for pipe in (pipe for _, pipe in children):
        assert pipe.readline() == "ready\n"
    os.write(go_write, b"g" * len(children))
    racers = [r for _, pipe in children for r in json.loads(pipe.readline())]
    for pid, _ in children:
        os.waitpid(pid, 0)
    print(json.dumps(racers))


def _fork(url: str, name: str, dispatchers: int, go: int):
    """A process of its own, with its own store; what it says comes through the pipe."""
    said_read, said_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        with os.fdopen(said_write, "w") as said:
            _run(url, name, dispatchers, go, said)
        os._exit(0)
    os.close(said_write)
    return pid, os.fdopen(said_read)


def _run(url: str, name: str, dispatchers: int, go: int, said) -> None:
    store, room = Store(url), toy_room()
    together = threading.Barrier(dispatchers)

    def race(i: int) -> dict:
        taken = store.write(lambda tx: calls.receive_call(tx, room, report()), actor=f"{name}-{i}")
        together.wait()
        outcomes = [_try(store, room, taken.call.id, u, f"{name}-{i}") for u in UNITS]
        return {"number": taken.call.number, "call": taken.call.id, "outcomes": outcomes}

    print("ready", file=said, flush=True)
    os.read(go, 1)
    with ThreadPoolExecutor(dispatchers) as pool:
        print(json.dumps(list(pool.map(race, range(dispatchers)))), file=said, flush=True)
    store.close()


def _try(store: Store, room, call_id: str, unit_id: str, actor: str) -> list:
    try:
        store.write(
            lambda tx: assignments.assign_unit(tx, room, call_id, unit_id, override_reason="race"),
            actor=actor,
        )
    except Refused as refused:
        now = advise(room, store.board, call_id)
        next_one = now.choice.unit_id if now.choice else None
        return [unit_id, refused.code, refused.detail.get("call_id", ""), next_one]
    return [unit_id, "won", "", None]


if __name__ == "__main__":
    main()
