"""The list of open calls: gravest first, then longest waiting."""

from dataclasses import dataclass

from hubpost.model.board import Board, CallOnBoard


@dataclass(frozen=True, slots=True)
class QueueRow:
    """An open call; waiting: nobody is on it yet."""

    on_board: CallOnBoard
    area_name: str

    @property
    def waiting(self) -> bool:
        return not self.on_board.active_unit_ids


def list_queue(board: Board, area_names: dict[str, str]) -> list[QueueRow]:
    """Open calls by priority, then by the time they came in, then by number."""
    calls = sorted(
        board.calls.values(),
        key=lambda c: (int(c.call.priority), c.call.received_at, c.call.number),
    )
    return [QueueRow(c, area_names.get(c.call.area_id or "", "")) for c in calls]
