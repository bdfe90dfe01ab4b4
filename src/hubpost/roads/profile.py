"""Which ways a patrol car may use, and how fast: the documented speed profile."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

CLASSES = (
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "track",
    "road",
    "ferry",
)
CLASS_CODE = {name: code for code, name in enumerate(CLASSES)}
FERRY = CLASS_CODE["ferry"]

_CLASS_KMH = {
    "motorway": 90.0,
    "motorway_link": 45.0,
    "trunk": 85.0,
    "trunk_link": 40.0,
    "primary": 65.0,
    "primary_link": 30.0,
    "secondary": 55.0,
    "secondary_link": 25.0,
    "tertiary": 40.0,
    "tertiary_link": 20.0,
    "unclassified": 35.0,
    "residential": 25.0,
    "living_street": 10.0,
    "service": 15.0,
    "track": 15.0,
    "road": 25.0,
    "ferry": 10.0,
}
_SURFACE_KMH = {
    "cement": 80.0,
    "compacted": 80.0,
    "fine_gravel": 80.0,
    "paving_stones": 60.0,
    "metal": 60.0,
    "bricks": 60.0,
    "grass": 40.0,
    "wood": 40.0,
    "sett": 40.0,
    "gravel": 40.0,
    "unpaved": 40.0,
    "ground": 40.0,
    "dirt": 40.0,
    "pebblestone": 40.0,
    "cobblestone": 30.0,
    "clay": 30.0,
    "earth": 30.0,
    "stone": 20.0,
    "rocky": 20.0,
    "sand": 20.0,
    "mud": 10.0,
}
_TRACKTYPE_KMH = {"grade1": 40.0, "grade2": 30.0, "grade3": 20.0, "grade4": 15.0, "grade5": 10.0}
_SMOOTHNESS_KMH = {
    "intermediate": 80.0,
    "bad": 40.0,
    "very_bad": 20.0,
    "horrible": 10.0,
    "very_horrible": 5.0,
}
_SERVICE_KMH = {"alley": 10.0, "parking_aisle": 8.0, "driveway": 8.0, "drive-through": 5.0}


@dataclass(frozen=True, slots=True)
class SpeedProfile:
    """Free-flow speeds in km/h and delays in seconds.

    class_kmh where no maxspeed is tagged; a tagged maxspeed counts maxspeed_share of it;
    surface, tracktype, smoothness and service cap the result. barrier_s: seconds lost at a
    barrier that opens; signal_s at a traffic signal; boarding_s at each ferry.
    Origin: OSRM's car.lua (class and surface speeds, the share 0.8), but unclassified 35 for
    25, because outside towns that class carries the through traffic, and tracks usable at
    15 km/h, because villages live on them. The delays are judgement. Calibration corrects all.
    """

    class_kmh: Mapping[str, float] = field(default_factory=lambda: dict(_CLASS_KMH))
    surface_kmh: Mapping[str, float] = field(default_factory=lambda: dict(_SURFACE_KMH))
    tracktype_kmh: Mapping[str, float] = field(default_factory=lambda: dict(_TRACKTYPE_KMH))
    smoothness_kmh: Mapping[str, float] = field(default_factory=lambda: dict(_SMOOTHNESS_KMH))
    service_kmh: Mapping[str, float] = field(default_factory=lambda: dict(_SERVICE_KMH))
    maxspeed_share: float = 0.8
    barrier_s: float = 20.0
    signal_s: float = 5.0
    boarding_s: float = 300.0
    private_roads: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """How a car uses one way: speeds along and against its direction, 0 where it may not.

    crossing_s: the whole time from one end to the other, where a ferry states it.
    """

    class_code: int
    forward_kmh: float
    backward_kmh: float
    tunnel: bool = False
    crossing_s: float | None = None


_ACCESS_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
_DENIED = {"no", "private", "agricultural", "forestry", "military", "psv", "bus", "bicycle", "foot"}
_OPENED = {"yes", "designated", "permissive", "destination", "official"}
_CLOSED_SERVICE = {"busway", "bus"}
_OPENABLE = {"pedestrian", "path", "busway", "footway", "cycleway", "bridleway"}
_YES = {"yes", "true", "1"}
_BARRIERS_OPEN = {
    "border_control",
    "cattle_grid",
    "coupure",
    "entrance",
    "gate",
    "height_restrictor",
    "hampshire_gate",
    "kerb",
    "lift_gate",
    "no",
    "rope",
    "rising_bollard",
    "sally_port",
    "spikes",
    "sump_buster",
    "swing_gate",
    "toll_booth",
}
_FREE_BARRIERS = {"cattle_grid", "entrance", "no", "height_restrictor", "kerb"}


def find_usage(tags: Mapping[str, str], profile: SpeedProfile) -> Usage | None:
    """How a car uses the way with these OSM tags, or None where it may not or cannot."""
    name = road_class(tags)
    if name is None or not may_drive(tags, profile) or tags.get("smoothness") == "impassable":
        return None
    along, against = directions(tags, name)
    forward = speed_kmh(tags, name, "forward", profile) if along else 0.0
    backward = speed_kmh(tags, name, "backward", profile) if against else 0.0
    if not (forward or backward):
        return None
    tunnel = tags.get("tunnel", "no") not in ("no", "culvert")
    crossing_s = ferry_s(tags.get("duration")) if name == "ferry" else None
    return Usage(CLASS_CODE[name], forward, backward, tunnel, crossing_s)


def road_class(tags: Mapping[str, str]) -> str | None:
    """Our class of a way, or None where cars have no business."""
    highway = tags.get("highway", "").split(";")[0]
    if not highway:
        return "ferry" if tags.get("route") == "ferry" else None
    if tags.get("area") == "yes" or tags.get("service") in _CLOSED_SERVICE:
        return None
    if highway in _OPENABLE and _opened_for_cars(tags):
        return "service"
    return highway if highway in CLASS_CODE and highway != "ferry" else None


def _opened_for_cars(tags: Mapping[str, str]) -> bool:
    return any(tags.get(key) in _OPENED for key in ("motorcar", "motor_vehicle"))


def may_drive(tags: Mapping[str, str], profile: SpeedProfile) -> bool:
    """Whether a patrol car may: the most specific access key decides; emergency=yes opens."""
    if tags.get("emergency") in _YES or tags.get("service") == "emergency_access":
        return True
    for key in _ACCESS_KEYS:
        value = tags.get(key)
        if value is not None:
            return value not in _DENIED or (value == "private" and profile.private_roads)
    return True


def directions(tags: Mapping[str, str], name: str) -> tuple[bool, bool]:
    """(along, against): which directions of the way are open to cars."""
    oneway = next(
        (tags[k] for k in ("oneway:motorcar", "oneway:motor_vehicle", "oneway") if k in tags), ""
    )
    if oneway in ("-1", "reverse"):
        return False, True
    if oneway == "reversible":
        return False, False
    round_ = tags.get("junction") in ("roundabout", "circular")
    implied = not oneway and (round_ or name == "motorway")
    return True, not (oneway in _YES or implied)


def speed_kmh(tags: Mapping[str, str], name: str, way: str, profile: SpeedProfile) -> float:
    """Free-flow speed in km/h along ('forward') or against ('backward') the way."""
    limit = parse_maxspeed(tags.get(f"maxspeed:{way}", tags.get("maxspeed")))
    base = profile.class_kmh[name] if limit is None else limit * profile.maxspeed_share
    caps = (
        profile.surface_kmh.get(tags.get("surface", "")),
        profile.tracktype_kmh.get(tags.get("tracktype", "")),
        profile.smoothness_kmh.get(tags.get("smoothness", "")),
        profile.service_kmh.get(tags.get("service", "")) if name == "service" else None,
    )
    return min([base, *(cap for cap in caps if cap is not None)])


_ZONES = {"urban": 50.0, "rural": 80.0, "trunk": 100.0, "motorway": 120.0, "living_street": 20.0}


def parse_maxspeed(text: str | None) -> float | None:
    """km/h of an OSM maxspeed value; None where absent, unlimited or not understood."""
    if not text:
        return None
    number = re.match(r"\s*(\d+(?:\.\d+)?)\s*(mph)?", text)
    if number:
        kmh = float(number[1]) * (1.609344 if number[2] else 1.0)
        return kmh if kmh >= 5 else None
    return 7.0 if text == "walk" else _ZONES.get(text.split(":")[-1])


def ferry_s(duration: str | None) -> float | None:
    """Seconds of an OSM duration (H:MM, H:MM:SS or minutes); None where not understood."""
    if not duration or not re.fullmatch(r"\d+(:\d{1,2}){0,2}", duration):
        return None
    parts = [int(p) for p in duration.split(":")]
    if len(parts) == 1:
        return parts[0] * 60.0
    return parts[0] * 3600.0 + parts[1] * 60.0 + (parts[2] if len(parts) == 3 else 0)


def node_delay_s(tags: Mapping[str, str], profile: SpeedProfile) -> float | None:
    """Seconds lost at this node; 0 where nothing; None where a car cannot pass at all."""
    barrier = tags.get("barrier")
    if barrier is None:
        return profile.signal_s if tags.get("highway") == "traffic_signals" else 0.0
    opened = tags.get("emergency") in _YES or _opened_for_cars(tags) or tags.get("access") == "yes"
    if not opened and (barrier not in _BARRIERS_OPEN or not may_drive(tags, profile)):
        return None
    return 0.0 if barrier in _FREE_BARRIERS else profile.barrier_s
