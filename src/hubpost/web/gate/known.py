"""Who was found for a proof a moment ago, so that the next request need not ask the database."""

import hashlib
from datetime import datetime, timedelta

from starlette.requests import Request

from hubpost.storage.store import Store
from hubpost.web.gate.cookies import ROLE_COOKIE, read_cookie
from hubpost.web.gate.visitor import Visitor

#: How long an answer is believed. What this process changes about accounts counts at once; what
#: another process changes, or the command line, after this at the latest.
BELIEVED = timedelta(seconds=1)
_MOST = 2_000


class KnownVisitors:
    """Visitors by a hash of what they showed. On a busy console a look-up at every request costs
    four times what the request itself does."""

    def __init__(self) -> None:
        self._held: dict[bytes, tuple[int, datetime, Visitor]] = {}

    def find(self, store: Store, request: Request) -> Visitor | None:
        """Who showed the same a moment ago, when nothing about accounts has been written since."""
        held = self._held.get(_shown(request))
        if held is None or held[0] != store.other_writes:
            return None
        return held[2] if timedelta(0) <= store.now() - held[1] < BELIEVED else None

    def keep(self, store: Store, request: Request, visitor: Visitor, other_writes: int) -> None:
        """Remember who showed this; other_writes: as it was before the look-up."""
        if len(self._held) >= _MOST:
            self._held.clear()
        self._held[_shown(request)] = (other_writes, store.now(), visitor)


def _shown(request: Request) -> bytes:
    shown = (
        request.headers.get("authorization", ""),
        read_cookie(request, "session"),
        request.cookies.get(ROLE_COOKIE, ""),
    )
    return hashlib.sha256("\0".join(shown).encode()).digest()
