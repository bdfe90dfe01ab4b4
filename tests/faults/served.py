"""Consoles of the toy county in processes of their own, which a test may kill, stop or starve.

It imports everything once and then forks a console for each line it is sent, as JSON: `url`,
`port`, `folder` (the keys of its gate lie there), `temp`, `log`, and `channels`: where messages
go, each [name, address, event]. It answers with the id of the process.
"""

import gc
import json
import os
import signal
import sys
import tempfile
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
    # Nobody waits for a child that was killed.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _send_output_to(order["log"])
            serve(order)
            os._exit(0)
        print(pid, flush=True)


def _send_output_to(log: str) -> None:
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(ours, theirs)


def serve(order: dict) -> None:
    """Serve until told to end."""
    os.environ["TMPDIR"], tempfile.tempdir = order["temp"], None
    set_up_logs(as_json=False, requests=False)
    store = Store(order["url"])
    gate = Gate(Keyring(Path(order["folder"]) / "keys"), limits=Limits(WIDE))
    app = create_app(store, toy_room(), heartbeat_s=1.0, gate=gate)
    channels = [Channel(n, a, frozenset({k})) for n, a, k in order["channels"]]
    notifier = Notifier(store, channels)
    notifier.start()
    try:
        ConsoleServer(app, host="127.0.0.1", port=order["port"]).run()
    finally:
        notifier.stop()
        store.close()


if __name__ == "__main__":
    main()
