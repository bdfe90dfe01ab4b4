"""Which station is nearest in a straight line, where no record says whose territory it is."""

from collections.abc import Mapping, Sequence

from hubpost.roads.geodesy import great_circle_m


def nearest_station_id(lon: float, lat: float, stations: Sequence[Mapping[str, object]]) -> str:
    """Id of the station nearest to a point by great circle; ties go to the earlier one."""
    lons = [float(str(s["lon"])) for s in stations]
    lats = [float(str(s["lat"])) for s in stations]
    return str(stations[int(great_circle_m(lon, lat, lons, lats).argmin())]["id"])
