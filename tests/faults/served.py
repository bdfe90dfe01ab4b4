"""A console of the toy county in a process of its own, which a test may kill, stop or starve.

    python -m tests.faults.served '{"url": …, "port": …, "folder": …}'

What it knows beside the store comes from the folder: the keys of its gate; `channels`: where
messages go, each [name, address, event].
"""

import json
import sys
from pathlib import Path

from hubpost.actions.notifications import Channel, Notifier
from hubpost.storage.sealing import Keyring
from hubpost.storage.store import Store
from hubpost.web.app import create_app
from hubpost.web.gate.gate import Gate
from hubpost.web.gate.limits import LimitParams, Limits
from hubpost.web.logs import set_up_logs
from hubpost.web.server import ConsoleServer
from tests.rooms import toy_room

#: Wide enough that no test meets them.
WIDE = LimitParams(*["100000/1 minute"] * 4)


def main() -> None:
    order = json.loads(sys.argv[1])
    set_up_logs(as_json=False, requests=False)
    store = Store(order["url"])
    gate = Gate(Keyring(Path(order["folder"]) / "keys"), limits=Limits(WIDE))
    app = create_app(store, toy_room(), heartbeat_s=order.get("heartbeat_s", 1.0), gate=gate)
    channels = [Channel(n, a, frozenset({k})) for n, a, k in order.get("channels", ())]
    notifier = Notifier(store, channels)
    notifier.start()
    try:
        ConsoleServer(app, host="127.0.0.1", port=order["port"]).run()
    finally:
        notifier.stop()
        store.close()


if __name__ == "__main__":
    main()
