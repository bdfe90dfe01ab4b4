"""The founding case in thirty lines: who is sent when home is busy and far?

Run: .venv/bin/python examples/founding_case.py
"""

from datetime import UTC, datetime

from hubpost.dispatch.recommend import recommend_unit
from hubpost.dispatch.rule import HUB_GROUP, OWN_STATION
from hubpost.model.apply import replay
from hubpost.model.call import Call, CallCategory, Priority
from hubpost.model.events import GroupsFormed, StationOpened, UnitActivitySet, UnitJoined
from hubpost.model.station import HubGroup, Station
from hubpost.model.unit import Unit, UnitActivity

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)

board = replay(
    [
        StationOpened(NOW, Station("Z", "濯水派出所", 108.770, 29.303), ("S",)),
        StationOpened(NOW, Station("S", "水市派出所", 108.698, 29.243), ("Z",)),
        UnitJoined(NOW, Unit("Z1", "濯水1", "Z")),
        UnitJoined(NOW, Unit("S1", "水市1", "S")),
        GroupsFormed(NOW, (HubGroup("Z", ("S",)),)),
        UnitActivitySet(NOW, "Z1", UnitActivity.CASEWORK, "one case binds the station"),
    ]
)
call = Call("c1", NOW, CallCategory.ASSISTANCE, Priority.CAN_WAIT, 108.70, 29.26, "Z")
travel_s = {"Z1": 33 * 60, "S1": 10 * 60}

for rule in (OWN_STATION, HUB_GROUP):
    advice = recommend_unit(board, call, travel_s, rule)
    sent = advice.choice.unit_id if advice.choice else "nobody"
    print(f"{rule.name}: {sent}; because {', '.join(r.code for r in advice.reasons)}")
