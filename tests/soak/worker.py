"""A process under load that may be killed at any moment; run by `tests.soak.crash`.

It imports everything once, then forks a child for each round: the child opens the store and lets
several threads take calls, send units and follow them. What was acknowledged goes to a file, one
JSON line each, written only after the commit has answered.
"""

import json
import os
import random
import sys
import threading
from collections.abc import Callable

from hubpost.actions import assignments, call_changes, calls
from hubpost.model.apply import Refused
from hubpost.storage.store import Store
from tests.rooms import report, toy_room

THREADS = 6
STEPS = list(assignments.STEPS.items())


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _child(order)
            os._exit(0)
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("gone", flush=True)


def _child(order: dict) -> None:
    store = Store(order["url"])
    out = os.open(order["acks"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def acknowledged(**what: object) -> None:
        os.write(out, (json.dumps(what) + "\n").encode())

    threads = [
        threading.Thread(target=_dispatch, args=(store, acknowledged, order["seed"] * 100 + i))
        for i in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _dispatch(store: Store, acknowledged: Callable[..., None], seed: int) -> None:
    rng, room = random.Random(seed), toy_room()
    while True:
        taken = store.write(lambda tx: calls.receive_call(tx, room, report()), actor=f"d{seed}")
        acknowledged(call=taken.call.id, number=taken.call.number)
        choice = taken.advice.choice
        if choice is None:
            _close_something(store, acknowledged, rng, taken.call.id)
            continue
        try:
            _see_through(store, acknowledged, rng, taken.call.id, choice.unit_id)
        except Refused:
            continue  # another thread was first


def _see_through(
    store: Store, acknowledged: Callable[..., None], rng: random.Random, call_id: str, unit_id: str
) -> None:
    room = toy_room()
    store.write(
        lambda tx: assignments.assign_unit(tx, room, call_id, unit_id, override_reason="soak"),
        actor="soak",
    )
    acknowledged(assigned=unit_id, call=call_id)
    for name, step in STEPS[: rng.randint(1, len(STEPS))]:
        store.write(lambda tx, s=step: s(tx, call_id, unit_id), actor="soak")
        acknowledged(step=name, unit=unit_id, call=call_id)


def _close_something(
    store: Store, acknowledged: Callable[..., None], rng: random.Random, call_id: str
) -> None:
    """Nobody is free: merge, close, or clear a unit, so that the board goes on moving."""
    others = [c for c in store.board.calls.values() if c.call.id != call_id]
    try:
        if others and rng.random() < 0.3:
            into = rng.choice(others).call.id
            store.write(lambda tx: call_changes.merge_calls(tx, call_id, into), actor="soak")
            acknowledged(merged=call_id, into=into)
            return
        busy = [(c.call.id, u) for c in others for u in c.active_unit_ids]
        if busy:
            at_call, unit_id = rng.choice(busy)
            clear = assignments.STEPS["clear"]
            store.write(lambda tx: clear(tx, at_call, unit_id), actor="soak")
            acknowledged(step="clear", unit=unit_id, call=at_call)
            return
        store.write(lambda tx: calls.close_call(tx, call_id, "soak"), actor="soak")
        acknowledged(closed=call_id)
    except Refused:
        pass


if __name__ == "__main__":
    main()
