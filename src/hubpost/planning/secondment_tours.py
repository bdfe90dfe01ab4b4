"""Every tour that officers could do, and what becomes of those under way."""

from collections.abc import Sequence

from hubpost.planning.secondment import SecondedOfficer, SecondmentParams, Tour


def possible_tours(
    officers: tuple[SecondedOfficer, ...],
    params: SecondmentParams,
    former: Sequence[Tour],
    now_month: int,
) -> list[Tour]:
    """Every tour an officer could do, former ones included, in a fixed order."""
    of = {o.id: o for o in officers}
    found = {t for t in former if _available(t, of)} | _cut_short(former, of, now_month)
    for officer in officers:
        if officer.cycle == "stays":
            continue
        length = params.large_months if officer.cycle == "large" else params.segment_months
        for start in range(0, params.months - length + 1, params.start_step_months):
            if start < now_month:
                continue
            end = start + length
            over = min(end + params.overlap_months, params.months)
            if officer.away.isdisjoint(range(start, over)):
                found |= {Tour(officer.id, p, start, end, over) for p in officer.distance_km}
    return sorted(found)


def _available(tour: Tour, officers: dict[str, SecondedOfficer]) -> bool:
    officer = officers.get(tour.officer_id)
    months = range(tour.start, tour.handed_over)
    possible = officer is not None and tour.post_id in officer.distance_km
    return possible and officer is not None and officer.away.isdisjoint(months)


def _cut_short(
    former: Sequence[Tour], officers: dict[str, SecondedOfficer], now_month: int
) -> set[Tour]:
    """Tours under way whose officer becomes unavailable: as far as they were or can be done."""
    cut = set()
    for tour in former:
        officer = officers.get(tour.officer_id)
        if officer is None or tour.start >= now_month or _available(tour, officers):
            continue
        if tour.post_id in officer.distance_km:
            gone = [m for m in officer.away if m >= now_month]
            end = min([tour.end, *gone]) if gone else now_month
            over = min(tour.handed_over, end)
            cut.add(Tour(tour.officer_id, tour.post_id, tour.start, end, over))
    return cut
