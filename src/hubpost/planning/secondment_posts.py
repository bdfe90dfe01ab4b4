"""Seats for headquarters officers at the stations of a plan, in proportion to their workload."""

from collections import Counter
from collections.abc import Mapping, Sequence

import polars as pl

from hubpost.model.plan import Plan
from hubpost.model.station import StationType
from hubpost.planning.params import BadPlanInput
from hubpost.planning.secondment import SecondedOfficer, SecondmentParams, SecondmentPost
from hubpost.planning.secondment_settings import SecondmentSettings


def sustainable_seats(
    officers: Sequence[SecondedOfficer], params: SecondmentParams, keep: Mapping[str, int]
) -> int:
    """Seats that the officers could hold for the whole calendar: their months over its months, but
    no more than headquarters lets go at once.

    keep: section -> officers who stay.
    """
    at_once = sum(most_away(officers, keep).values())
    months = {
        "large": params.large_months,
        "small": min(params.segments * params.segment_months, params.months),
    }
    return min(sum(months.get(o.cycle, 0) for o in officers) // params.months, at_once)


def most_away(officers: Sequence[SecondedOfficer], keep: Mapping[str, int]) -> dict[str, int]:
    """Section -> officers with a cycle who may be away at once."""
    size = Counter(o.section for o in officers)
    going = Counter(o.section for o in officers if o.cycle != "stays")
    return {s: min(max(size[s] - keep.get(s, 0), 0), n) for s, n in sorted(going.items())}


def posts_of_plan(
    plan: Plan, seats: int, settings: SecondmentSettings
) -> tuple[SecondmentPost, ...]:
    """So many seats in proportion to workload, at least one at every hub; hubs want skills.

    Raises BadPlanInput where there are fewer seats than hubs.
    """
    hubs = {s.id for s in plan.stations if s.type is StationType.HUB}
    if seats < len(hubs):
        raise BadPlanInput([f"seats: expected at least one for each of {len(hubs)} hubs, "
                            f"got {seats}; give --seats or fewer hubs"])  # fmt: skip
    share = share_seats([s.workload_h for s in plan.stations], seats,
                        [int(s.id in hubs) for s in plan.stations])  # fmt: skip
    wanted = frozenset(settings.hub_skills) | frozenset(settings.hub_ranks)
    return tuple(
        SecondmentPost(s.id, n, wanted if s.id in hubs else frozenset())
        for s, n in zip(plan.stations, share, strict=True)
        if n
    )


def share_seats(workload_h: Sequence[float], seats: int, least: Sequence[int]) -> list[int]:
    """Each further seat to whoever is farthest below its proportional share; least first."""
    total = sum(workload_h)
    given = list(least)
    for _ in range(seats - sum(given)):
        due = [
            seats * (w / total if total > 0 else 1 / len(given)) - n
            for w, n in zip(workload_h, given, strict=True)
        ]
        given[due.index(max(due))] += 1
    return given


def posts_of_frame(frame: pl.DataFrame) -> tuple[SecondmentPost, ...]:
    """Posts as a file gives them: station_id, seats, skills and ranks as written."""
    return tuple(
        SecondmentPost(row["station_id"], row["seats"],
                       frozenset(words(row["skills"]) + words(row["ranks"])))
        for row in frame.iter_rows(named=True)
        if row["seats"]
    )  # fmt: skip


def words(cell: str | None) -> tuple[str, ...]:
    """The parts of a cell that lists several, whatever separates them."""
    text = cell or ""
    for mark in ";,、|，":
        text = text.replace(mark, ";")
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in text.split(";")))))
