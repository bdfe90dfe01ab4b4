"""Sending the outbox of mutual aid: beside the work, in order, again and again until taken."""

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from hubpost.actions.aid_messages import renew
from hubpost.actions.mutual_aid import AidServer, WaitingMessage, list_outbox, note_sending
from hubpost.storage.store import Store

#: Seconds until the next try, by how many have failed; the last goes on.
RETRY_S = (1.0, 5.0, 15.0, 60.0, 300.0)
#: A message that nobody took for this long is given up: the call is long over.
OLDEST = timedelta(hours=24)
#: How often the outbox is looked at when nothing is committed here (another process may have).
_LOOK_S = 2.0
#: Refusals that trying again cannot mend.
FINAL = frozenset(
    {
        "message_unreadable", "message_version", "message_stale", "aid_unknown", "aid_wrong_side",
        "aid_known", "aid_out_of_order", "agreement_over",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What a partner's server said: "" taken, else the code of its refusal or what went wrong."""

    error: str = ""
    final: bool = False


#: Sends one message to an address.
Post = Callable[[str, str], Answer]


class AidOutbox:
    """The worker: it lives beside the server, and no call waits for it.

    One message that a partner does not take holds back those after it, since an offer means
    nothing before its request; other partners are not held back.
    """

    def __init__(self, store: Store, me: AidServer, post: "Post | None" = None) -> None:
        self._store, self._me, self._post = store, me, post or post_message
        self._wake, self._stop = threading.Event(), False
        self._failed: dict[str, int] = {}
        self._not_before: dict[str, float] = {}
        self._thread = threading.Thread(target=self._run, name="hubpost-aid-outbox", daemon=True)

    def start(self) -> None:
        """Begin with what waits."""
        self._unlisten = self._store.listen(lambda _id: self._wake.set())
        self._thread.start()

    def stop(self) -> None:
        """End after the message being sent."""
        self._stop = True
        self._wake.set()
        self._unlisten()
        self._thread.join(timeout=15)

    def work_once(self) -> int:
        """Send what is due; how many were taken."""
        taken, held = 0, set[str]()
        for row in self._store.read(list_outbox):
            if row.partner_id in held or self._stop:
                continue
            if time.monotonic() < self._not_before.get(row.partner_id, 0.0):
                held.add(row.partner_id)
            elif self._send(row):
                taken += 1
            else:
                held.add(row.partner_id)
        return taken

    def _run(self) -> None:
        while not self._stop:
            # A database that is away for a moment must not end the worker for good.
            with suppress(sa.exc.OperationalError):
                self.work_once()
            self._wake.wait(timeout=_LOOK_S)
            self._wake.clear()

    def _send(self, row: WaitingMessage) -> bool:
        now = self._store.now()
        answer = self._post(row.address, renew(row.body, self._me.key, now))
        partner = row.partner_id
        if answer.error and not answer.final and now - row.at < OLDEST:
            failed = self._failed[partner] = self._failed.get(partner, 0) + 1
            self._not_before[partner] = time.monotonic() + RETRY_S[min(failed, len(RETRY_S)) - 1]
        else:
            self._failed.pop(partner, None)
            self._not_before.pop(partner, None)
        over = bool(answer.error) and partner not in self._failed
        self._store.write(
            lambda tx: note_sending(tx, partner, row.message_id, answer.error or None, over=over),
            actor="aid-outbox",
        )
        return not answer.error


def post_message(address: str, body: str) -> Answer:
    """Send a signed message to a partner's server; never raises."""
    request = urllib.request.Request(  # noqa: S310 - the settings let only http(s) through
        address, body.encode(), {"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310 - as above
            return Answer() if 200 <= reply.status < 300 else Answer(f"http {reply.status}")
    except urllib.error.HTTPError as error:
        code = _code_of(error)
        return Answer(code or f"http {error.code}", final=code in FINAL)
    except Exception as error:
        # Whatever a network does wrong is written down; it must not end the worker.
        return Answer(f"{type(error).__name__}: {error}"[:500])


def _code_of(error: urllib.error.HTTPError) -> str:
    with suppress(Exception):
        read: Any = msgspec.json.decode(error.read(16 * 1024))
        return str(read.get("code", ""))[:100]
    return ""
