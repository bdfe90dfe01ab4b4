"""One of each event beside those of the founding case, in an order that a board permits."""

from hubpost.model import events as ev
from hubpost.model.aid import AidSide, AidSlip
from hubpost.model.call import CallCategory, CallChange, Priority
from hubpost.model.member import GridMember, MemberRole
from hubpost.model.road_rule import (
    Light,
    RoadClosure,
    RoadConditions,
    RoadShape,
    ShapeKind,
    Weather,
)
from tests.boards import at

SLIP = AidSlip("T-7", CallCategory.TRAFFIC, Priority.ONGOING, 108.7, 29.2, "bridge", "", False, 1)
ROAD = RoadShape(ShapeKind.LINE, ((108.7, 29.2), (108.71, 29.2)))
CLOSURE = RoadClosure("r1", (ROAD,), at(23), "landslide", at(90), 0.0, "Wang", "G319")
MEMBER = GridMember("m1", MemberRole.VOLUNTEER, "g1", "Z-yantang", "Z", "138****5678")


def every_later_event() -> list[ev.Event]:
    """Each kind once; calls c1 and c2 must be open, with S1 on the scene of c1."""
    return [
        ev.CallAmended(at(13), "c1", CallChange(priority=Priority.LIFE), "worse than said"),
        ev.CallNoted(at(13), "c1", "gate is locked", "S1"),
        ev.UnitFedBack(at(14), "c1", "S1", "wall removed"),
        ev.UnitChecked(at(15), "c1", "S1"),
        ev.CallsLinked(at(15), "c2", "c1", "same wall"),
        ev.CallsUnlinked(at(15), "c2", "c1"),
        ev.CallMerged(at(15), "c2", "c1"),
        ev.CallUnmerged(at(16), "c2", "another wall"),
        ev.CallEscalated(at(16), "c2", 2, "nobody free"),
        ev.CallTransferred(at(16), "c2", "T", "nearer"),
        ev.UnitStacked(at(16), "c2", "S1"),
        ev.UnitUnstacked(at(17), "c2", "S1"),
        ev.UnitCrewed(at(17), "Z1", 3, ("first_aid",)),
        ev.UnitReserveSet(at(17), "Z1", True, "market day"),
        ev.UnitMovedUp(at(17), "T1", "S", "S is empty"),
        ev.PositionReported(at(17), "T1", 108.71, 29.31, at(18), at(17.5), 12.0),
        ev.DuressRaised(at(18), "S1"),
        ev.DuressCleared(at(19), "S1", "spoke with them"),
        ev.FieldActionRefused(at(19), "S1", "c2", "arrive", "unit_not_on_call"),
        ev.MemberJoined(at(19), MEMBER),
        ev.MemberConfirmed(at(20), "m1"),
        ev.MembersAlerted(at(20), "c2", ("m1",)),
        ev.MemberAnswered(at(21), "c2", "m1", True),
        ev.MemberArrived(at(22), "c2", "m1"),
        ev.MemberLeft(at(23), "m1"),
        ev.RoadClosed(at(23), CLOSURE),
        ev.RoadReopened(at(23), "r1", "cleared away"),
        ev.RoadConditionsSet(at(23), RoadConditions(Weather.SNOW, Light.SUN, at(600), "Wang")),
        ev.AidRequested(at(23), "a1", "next-county", AidSide.ASKED, SLIP, "c2"),
        ev.AidOffered(at(24), "a1", ("car 3",), 900.0),
        ev.AidCommitted(at(25), "a1"),
        ev.AidReleased(at(26), "a1", "done"),
        ev.AidDeclined(at(27), "a2", "no car"),
    ]
