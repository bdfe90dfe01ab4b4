"""Stations that were founded, closed, merged or split, and what may be compared for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hubpost.evaluation.period import Period, Windows, windows


@dataclass(frozen=True, slots=True)
class StationHistory:
    """founded_on: first day; closed_on: first day it no longer was; None where always or still.

    merged_into: the station that took its whole territory. split_from: the one it was cut from.
    """

    station_id: str
    founded_on: date | None = None
    closed_on: date | None = None
    merged_into: str | None = None
    split_from: str | None = None


def successor_of(history: Mapping[str, StationHistory]) -> dict[str, str]:
    """Each merged station -> the station that holds its territory today.

    Raises ValueError when mergers run in a circle.
    """
    out = {}
    for station_id in history:
        at, seen = station_id, {station_id}
        while (entry := history.get(at)) is not None and entry.merged_into:
            at = entry.merged_into
            if at in seen:
                raise ValueError(
                    f"Station {station_id} is merged in a circle; correct merged_into."
                )
            seen.add(at)
        if at != station_id:
            out[station_id] = at
    return out


def station_windows(
    station_id: str,
    period: Period,
    observed: Period,
    history: Mapping[str, StationHistory],
) -> tuple[Windows, tuple[str, ...]]:
    """What may be compared for a station, and the notes that must stand beside it.

    Where others were merged into it, its territory is followed back: both years count all of
    them, so the founding day of the merged station does not cut the period.
    """
    notes = []
    parts = [s for s, successor in successor_of(history).items() if successor == station_id]
    span = observed if parts else _span(history.get(station_id), observed)
    found = windows(period, span)
    compared = Period(found.last_year.start, found.this_year.end)
    if parts:
        notes.append("merged")
    if _was_split(station_id, compared, history.values()):
        return Windows(found.now, found.this_year, found.last_year, "territory_changed"), (*notes,)
    return found, tuple(notes)


def _span(entry: StationHistory | None, observed: Period) -> Period:
    if entry is None:
        return observed
    start, end = entry.founded_on or observed.start, entry.closed_on or observed.end
    return observed.meet(Period(start, end))


def _was_split(station_id: str, compared: Period, history: Iterable[StationHistory]) -> bool:
    return any(
        h.split_from == station_id
        and h.founded_on is not None
        and compared.start < h.founded_on < compared.end
        for h in history
    )
