"""What a staffing adds to its figures: the words beside them, and the officers of a roster."""

from dataclasses import replace

from hubpost.model.county import County
from hubpost.planning.roster_report import SecondedAtStations
from hubpost.planning.staffing_report import StationStaffing
from hubpost.roads.travel_times import TravelTimes


def with_secondments(
    stations: tuple[StationStaffing, ...], seconded: SecondedAtStations | None
) -> tuple[StationStaffing, ...]:
    """The stations with the officers a roster puts there, on the mean of its months."""
    if seconded is None:
        return stations
    rows = []
    for station in stations:
        there = seconded.officers.get(station.id, 0.0)
        over = None if station.over is None else station.over + there
        rows.append(replace(station, seconded=there, over_with_seconded=over))
    return tuple(rows)


def labels_of_report(
    county: County, travel: TravelTimes, seconded: SecondedAtStations | None
) -> tuple[str, ...]:
    """The words of the whole: of every sheet it rests on, of the times, of the roster."""
    words = set(
        county.labels.words_for(
            "stations", "areas", "calls", "indicators", "officers", "travel_times"
        )
    )
    words |= set(seconded.labels if seconded else ())
    return tuple(sorted(words | ({"estimated"} if travel.estimated else set())))


def labels_by_kind(
    county: County, travel: TravelTimes, seconded: SecondedAtStations | None
) -> dict[str, tuple[str, ...]]:
    """The words of each kind of figure on its own."""
    of = county.labels.words_for
    drive = ("estimated",) if travel.estimated else ()
    place = of("calls", "areas", "stations.lon", "stations.lat", "travel_times")
    return {
        "today": of("stations.officers"),
        "by_cover": tuple(dict.fromkeys((*place, *drive))),
        "by_workload": of("calls", "indicators", "areas.population", "areas.grids"),
        "rural_share": of("stations.officers", "officers"),
        "units_today": of("stations.units"),
        "seconded": seconded.labels if seconded else (),
    }
