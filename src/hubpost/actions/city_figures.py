"""What the whole city may see: counts and times of each county, never a call or a person."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

#: Fewer calls than this say more of single cases than of a county; their times are left out.
FEWEST = 5

_FIGURES = sa.text("""
WITH counted AS (
  SELECT c.county_id, count(*) AS calls,
         count(*) FILTER (WHERE c.closed_at IS NULL) AS open_calls
  FROM call c
  WHERE c.received_at >= :begin AND c.received_at < :end
    AND NOT c.exercise AND NOT c.struck_through AND c.merged_into IS NULL
  GROUP BY c.county_id
), timed AS (
  SELECT c.county_id, count(*) AS answered,
         percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP
           (ORDER BY extract(epoch FROM r.arrived_at - c.received_at)) AS response_s
  FROM call c JOIN response r
    ON r.county_id = c.county_id AND r.call_id = c.id AND r.idx = 0
  WHERE c.received_at >= :begin AND c.received_at < :end AND r.arrived_at IS NOT NULL
    AND NOT c.exercise AND NOT c.struck_through AND c.merged_into IS NULL
  GROUP BY c.county_id
), crews AS (
  SELECT county_id, count(*) AS units, count(DISTINCT station_id) AS stations,
         count(*) FILTER (WHERE activity = 'at_station') AS at_station
  FROM unit GROUP BY county_id
)
SELECT crews.county_id, stations, units, at_station, coalesce(calls, 0) AS calls,
       coalesce(open_calls, 0) AS open_calls, coalesce(answered, 0) AS answered, response_s
FROM crews LEFT JOIN counted USING (county_id) LEFT JOIN timed USING (county_id)
ORDER BY crews.county_id
""")


@dataclass(frozen=True, slots=True)
class CountyFigures:
    """One county's figures of a period; response times in seconds from call to first arrival of
    the first unit sent, None for fewer than FEWEST calls."""

    county_id: str
    stations: int
    units: int
    at_station: int
    calls: int
    open_calls: int
    answered: int
    response_median_s: float | None
    response_p90_s: float | None


def list_county_figures(conn: sa.Connection, begin: datetime, end: datetime) -> list[CountyFigures]:
    """The figures of each county the connection may see (`storage.city.city_engine`)."""
    rows = conn.execute(_FIGURES, {"begin": begin, "end": end})
    return [_figures(row) for row in rows]


def _figures(row: sa.Row) -> CountyFigures:  # type: ignore[type-arg]
    told = row.answered >= FEWEST
    median, p90 = row.response_s if told else (None, None)
    return CountyFigures(
        county_id=row.county_id,
        stations=row.stations,
        units=row.units,
        at_station=row.at_station,
        calls=row.calls,
        open_calls=row.open_calls,
        answered=row.answered,
        response_median_s=None if median is None else round(median, 1),
        response_p90_s=None if p90 is None else round(p90, 1),
    )
