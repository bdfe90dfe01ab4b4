"""The store as a viewer whose rights end somewhere sees it: without the calls out of reach."""

from dataclasses import replace
from typing import Any

from hubpost.model.board import Board
from hubpost.storage.store import Store
from hubpost.web.gate.visitor import Reach


class SeenStore(Store):
    """A store whose board holds only the calls in reach; stations and units are all there.

    A dispatcher must know that the neighbouring group's unit is free, not what its calls are about.
    Reading and writing go to the store behind it, whose actions decide on the whole board.
    """

    def __init__(self, store: Store, reach: Reach) -> None:
        self.whole = store
        self._reach = reach
        self._seen: tuple[Board, Board] | None = None

    @property
    def board(self) -> Board:
        """The board as of the last commit, without calls out of reach."""
        board = self.whole.board
        if self._seen is None or self._seen[0] is not board:
            self._seen = board, seen_board(board, self._reach)
        return self._seen[1]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.whole, name)


def seen_board(board: Board, reach: Reach) -> Board:
    """The board without calls out of reach, and without aid that is about them."""
    if reach.covers_county("call.view"):
        return board
    calls = {i: c for i, c in board.calls.items() if reach.sees_call(board, c)}
    merged = {i: c for i, c in board.merged.items() if reach.sees_call(board, c)}
    seen_aid = reach.holds("aid.view")
    aid = {
        i: a for i, a in board.aid.items() if seen_aid and (a.call_id is None or a.call_id in calls)
    }
    return replace(board, calls=calls, merged=merged, aid=aid)
