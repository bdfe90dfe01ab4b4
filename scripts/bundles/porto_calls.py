"""The real calls around Porto: the published register with zones added, nothing invented."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bundles.drive import nearest_station_ids
from bundles.tables import Row
from hubpost.model.place import Place
from hubpost.roads.travel_times import TravelTimes

ZONE = ZoneInfo("Europe/Lisbon")
KEPT = ["tipo", "distrito", "concelho", "freguesia", "local", "area_total_ha", "codigo_anpc"]
COLUMNS = [
    "id",
    "received_at",
    "lon",
    "lat",
    "station_id",
    "category",
    "arrived_at",
    "cleared_at",
    "extinction_published",
    "note",
    *KEPT,
]


def call_rows(
    incidents: list[Row], stations: list[dict[str, object]], times: TravelTimes
) -> list[dict[str, object]]:
    """The calls inside the road box, by alert time."""
    inside = [r for r in incidents if r["in_porto_roads"] == "1"]
    homes = home_station_ids(inside, stations, times)
    rows = [_row(r, home) for r, home in zip(inside, homes, strict=True)]
    return sorted(rows, key=lambda r: (_instant(str(r["received_at"])), r["id"]))


def home_station_ids(
    incidents: list[Row], stations: list[dict[str, object]], times: TravelTimes
) -> list[str]:
    """The stand-in of the call's municipality, or the one quickest by road where it has none.

    Six of the seventeen municipalities with calls have their seat outside the box. The register
    writes one of them in two ways (Trofa, TROFA).
    """
    seat_of = {str(s["concelho"]).casefold(): str(s["id"]) for s in stations}
    places = [Place(float(r["lon"]), float(r["lat"]), None, r["codigo_sgif"]) for r in incidents]
    nearest = nearest_station_ids(stations, places, times)
    return [
        seat_of.get(r["concelho"].casefold(), quickest)
        for r, quickest in zip(incidents, nearest, strict=True)
    ]


def _row(raw: Row, home: str) -> dict[str, object]:
    """One call. A fire out before the first crew came keeps its arrival and loses its clearing.

    The contract has milestones in order, and response time is what this set is for.
    """
    cleared = aware(raw["extinction_time"], None)
    received = aware(raw["alert_time"], cleared)
    arrived = aware(raw["first_response_time"], cleared)
    out_of_order = bool(arrived and cleared and cleared < arrived)
    note = "published extinction lies before first response; cleared_at left blank"
    return {
        "id": raw["codigo_sgif"],
        "received_at": _iso(received),
        "lon": raw["lon"],
        "lat": raw["lat"],
        "station_id": home,
        "category": "fire_disaster",
        "arrived_at": _iso(arrived),
        "cleared_at": "" if out_of_order else _iso(cleared),
        "extinction_published": _iso(cleared),
        "note": note if out_of_order else "",
        **{k: raw[k] for k in KEPT},
    }


def aware(wall: str, later: datetime | None) -> datetime | None:
    """A wall-clock time with its zone; None for blank.

    In the hour that comes twice in October the reading nearer before `later` is taken.
    Raises ValueError for a wall time that never was (the hour skipped in March).
    """
    if not wall:
        return None
    early = datetime.fromisoformat(wall).replace(tzinfo=ZONE, fold=0)
    if early.astimezone(UTC).astimezone(ZONE).replace(tzinfo=None) != early.replace(tzinfo=None):
        raise ValueError(f"{wall} does not exist in {ZONE.key}: the clock skipped that hour")
    late = early.replace(fold=1)
    fits = later is None or late.astimezone(UTC) <= later.astimezone(UTC)
    return (late if fits else early).astimezone(UTC)


def _iso(at: datetime | None) -> str:
    return at.astimezone(ZONE).isoformat() if at else ""


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
