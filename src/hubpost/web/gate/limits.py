"""Limits on how often: signing in, programs, pages that anybody may open. Per process."""

import time
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


@dataclass(frozen=True, slots=True)
class LimitParams:
    """How often, in the words of the `limits` library, such as `30/15 minute`.

    A town may share one address, so that the limit of an address is wider than a person's.
    """

    sign_in_account: str = "10/15 minute"
    sign_in_address: str = "60/15 minute"
    public_address: str = "240/1 minute"
    program: str = "1200/1 minute"


class Limits:
    """Counts what was asked by whom; keeps nothing beyond its windows, and nothing on disk."""

    def __init__(self, params: LimitParams | None = None) -> None:
        chosen = params or LimitParams()
        self._items: dict[str, RateLimitItem] = {
            name: parse(getattr(chosen, name)) for name in chosen.__dataclass_fields__
        }
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def take(self, kind: str, who: str) -> int:
        """0 when it may go ahead, else the seconds to wait; kind is a field of LimitParams."""
        item = self._items[kind]
        if self._window.hit(item, kind, who):
            return 0
        resets_at = self._window.get_window_stats(item, kind, who).reset_time
        return max(1, round(resets_at - time.time()))
