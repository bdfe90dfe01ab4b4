"""The list of open calls: gravest first, then longest waiting; what is scheduled for later last."""

from dataclasses import dataclass
from datetime import datetime

from hubpost.dispatch.timers import TimerParams, is_due, queue_order
from hubpost.model.board import Board, CallOnBoard


@dataclass(frozen=True, slots=True)
class QueueRow:
    """An open call; later: it is scheduled, and its time has not come."""

    on_board: CallOnBoard
    area_name: str
    later: bool = False

    @property
    def waiting(self) -> bool:
        """Nobody is on it yet, and somebody should be."""
        return not self.later and not self.on_board.active_unit_ids


def list_queue(
    board: Board, area_names: dict[str, str], now: datetime, params: TimerParams
) -> list[QueueRow]:
    """Open calls in the order they should be worked on, the same on every screen."""
    return [
        QueueRow(c, area_names.get(c.call.area_id or "", ""), not is_due(c, now, params))
        for c in queue_order(board, now, params)
    ]
