"""Requests by chance to every route, on both databases, as each of several roles.

    .venv/bin/python -m tests.fuzz.long_requests --seconds 600

Prints how often each status was answered; every 5xx with what was asked, and then exits with 1.
"""

import argparse
import json
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hubpost.model.access import Role
from hubpost.storage.store import Store
from tests.boards import founding_events, received
from tests.fuzz.requests import Requests
from tests.rooms import fill
from tests.soak.crash import _new_postgres

ROLES = [r.value for r in Role if r is not Role.BORDER_PARTNER]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    stumbled = 0
    for kind in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="hubpost-fuzz-") as name:
            folder, server = Path(name), None
            url = f"sqlite:///{folder / 'fuzz.sqlite'}"
            if kind == "postgresql":
                server, url = _new_postgres(folder / "pg")
            store = Store(url)
            fill(store, [*founding_events(), received(), received(call_id="c2")])
            for role in ROLES:
                stumbled += _ask(store, folder, role, options.seconds / 2 / len(ROLES), kind)
            store.close()
            if server is not None:
                server.cleanup()
    sys.exit(1 if stumbled else 0)


def _ask(store: Store, folder: Path, role: str, seconds: float, kind: str) -> int:
    """How many 5xx came."""
    seen: Counter[int] = Counter()
    seed, until = random.SystemRandom().randrange(10**9), time.monotonic() + seconds
    with Requests(store, folder, role, seed=seed) as requests:
        while time.monotonic() < until:
            requests.ask_some(1)
            seen[requests.last] += 1
            if requests.last >= 500:
                print(requests.worst[:1000], flush=True)
                requests.forget()
    line = {"database": kind, "role": role, "seed": seed, "asked": sum(seen.values())}
    print(json.dumps({**line, "statuses": dict(sorted(seen.items()))}), flush=True)
    return sum(n for status, n in seen.items() if status >= 500)


if __name__ == "__main__":
    main()
