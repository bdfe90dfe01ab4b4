"""Whether a call repeats one that is open: same kind, close by, within minutes."""

from dataclasses import dataclass

from hubpost.model.board import Board
from hubpost.model.call import Call, CallMode
from hubpost.roads.geodesy import great_circle_m


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """What counts as the same matter: within_m metres or one area, within_s seconds."""

    within_m: float = 100.0
    within_s: float = 600.0


@dataclass(frozen=True, slots=True)
class DuplicateHit:
    """An open call that this one may repeat; same_area says what tied them beside the metres."""

    call_id: str
    distance_m: float
    apart_s: float
    same_area: bool


#: No degree of latitude is shorter than this, in metres.
_DEGREE_M = 110_000.0
DEFAULT_DUPLICATE = DuplicateRule()


def list_duplicates(
    board: Board, call: Call, rule: DuplicateRule = DEFAULT_DUPLICATE
) -> tuple[DuplicateHit, ...]:
    """Open calls that a call may repeat, the nearest in place and then in time first.

    Only a proposal: a person merges, and a merge can be undone.
    """
    hits = (_compare(call, other.call, rule) for other in board.calls.values())
    found = [h for h in hits if h is not None]
    return tuple(sorted(found, key=lambda h: (h.distance_m, h.apart_s)))


def _compare(call: Call, other: Call, rule: DuplicateRule) -> DuplicateHit | None:
    if other.id == call.id or other.category is not call.category:
        return None
    if other.exercise != call.exercise or CallMode.SCHEDULED in (other.mode, call.mode):
        return None
    apart_s = abs((call.received_at - other.received_at).total_seconds())
    if apart_s > rule.within_s:
        return None
    same_area = call.area_id is not None and call.area_id == other.area_id
    # Too far by latitude alone: spares the sphere for nearly every pair.
    if not same_area and abs(call.lat - other.lat) * _DEGREE_M > rule.within_m:
        return None
    distance_m = float(great_circle_m(call.lon, call.lat, [other.lon], [other.lat])[0])
    if not same_area and distance_m > rule.within_m:
        return None
    return DuplicateHit(other.id, distance_m, apart_s, same_area)
