"""What a console that asks for sign-in knows beside the store: keys, limits, one-time links."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from hubpost.actions.identity.oidc import OidcParams
from hubpost.actions.identity.sessions import SessionParams
from hubpost.actions.identity.tokens import new_token
from hubpost.storage.sealing import Keyring
from hubpost.web.gate.known import KnownVisitors
from hubpost.web.gate.limits import Limits


class OneTimeLink:
    """A token that is printed in the terminal and opens something once."""

    def __init__(self, on_used: Callable[[], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._token = ""
        self.on_used = on_used

    def renew(self) -> str:
        """A fresh token; the one before opens nothing any more."""
        with self._lock:
            self._token = new_token()
            return self._token

    def fits(self, token: str) -> bool:
        """Whether this is the token, without using it up."""
        # As bytes: texts with Chinese in them cannot be compared so.
        given = token.encode("utf-8", "replace")
        return bool(self._token) and secrets.compare_digest(self._token.encode(), given)

    def take(self, token: str) -> bool:
        """Use the token up; False when it is not the one, or was used."""
        with self._lock:
            right = self.fits(token)
            if right:
                self._token = ""
        if right and self.on_used is not None:
            self.on_used()
        return right


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """The settings of signing in, for one process.

    demo: the account that the link of the demo signs in, "" outside the demo; its user may act
    under any name. enter: that link. set_up: the link by which the first account is made.
    """

    keyring: Keyring
    sessions: SessionParams = field(default_factory=SessionParams)
    limits: Limits = field(default_factory=Limits)
    known: KnownVisitors = field(default_factory=KnownVisitors)
    oidc: OidcParams | None = None
    demo: str = ""
    enter: OneTimeLink = field(default_factory=OneTimeLink)
    set_up: OneTimeLink = field(default_factory=OneTimeLink)
