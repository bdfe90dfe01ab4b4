"""Checks before any ranking: does the table of calls look like what happened?"""

from dataclasses import dataclass

import polars as pl

from hubpost.evaluation.call_frame import with_milestones
from hubpost.evaluation.finding import Finding
from hubpost.evaluation.plausible_clocks import check_clocks
from hubpost.evaluation.plausible_flow import check_flow
from hubpost.evaluation.plausible_legs import check_legs


@dataclass(frozen=True, slots=True)
class PlausibilityParams:
    """Limits of the checks; each is a judgement, so each can be set.

    overlong_min: a response longer than this is looked at. zero_share: above it, zeros bar.
    good_min, good_share, least: so good a share of at least so many calls is not believed.
    heaped_share: multiples of 5 above this bar comparison in minutes. p: chance limit.
    jump: factor between shares that counts as a changed definition. months: looked at each side.
    """

    overlong_min: float = 180.0
    zero_share: float = 0.02
    good_min: float = 5.0
    good_share: float = 0.99
    least: int = 30
    heaped_share: float = 0.4
    p: float = 1e-4
    jump: float = 1.5
    months: int = 3


def check_calls(
    calls: pl.DataFrame, timezone: str, params: PlausibilityParams | None = None
) -> tuple[Finding, ...]:
    """All findings on a table of calls as they were recorded, negative legs included.

    calls: columns of CALL_SCHEMA; a naive column such as `received_local` holds the clock as
    written and is preferred for checks on clocks. timezone: of those clocks.
    County first, then stations.
    """
    params = params or PlausibilityParams()
    frame = with_milestones(calls, timezone)
    found = (
        *check_legs(frame, params),
        *check_clocks(frame, timezone, params),
        *check_flow(frame, params),
    )
    return tuple(sorted(found, key=lambda f: (f.station_id != "", f.station_id)))
