"""One of the processes of the race: eleven dispatchers who all want the same units."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

from hubpost.actions import assignments, calls
from hubpost.actions.advice import advise
from hubpost.model.apply import Refused
from hubpost.storage.store import Store
from tests.rooms import report, toy_room


def main() -> None:
    url, name, dispatchers = sys.argv[1], sys.argv[2], int(sys.argv[3])
    store, room = Store(url), toy_room()

    def race(i: int) -> dict:
        actor = f"{name}-{i}"
        taken = store.write(lambda tx: calls.receive_call(tx, room, report()), actor=actor)
        outcomes = []
        for unit_id in ("S1", "Z1", "T1", "F1"):
            try:
                store.write(
                    lambda tx, u=unit_id: assignments.assign_unit(
                        tx, room, taken.call.id, u, override_reason="race"
                    ),
                    actor=actor,
                )
                outcomes.append([unit_id, "won", "", None])
            except Refused as refused:
                now = advise(room, store.board, taken.call.id)
                next_one = now.choice.unit_id if now.choice else None
                outcomes.append(
                    [unit_id, refused.code, refused.detail.get("call_id", ""), next_one]
                )
        return {"number": taken.call.number, "call": taken.call.id, "outcomes": outcomes}

    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(dispatchers) as pool:
        print(json.dumps(list(pool.map(race, range(dispatchers)))))
    store.close()


if __name__ == "__main__":
    main()
