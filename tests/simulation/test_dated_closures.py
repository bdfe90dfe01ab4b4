"""Closures with dates over simulated years: when they hold, and that driving times follow."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from hubpost.cli.main import main
from hubpost.roads.closures import Closure
from hubpost.simulation.dated_closures import MOST_STATES, road_calendar

ZONE = ZoneInfo("Asia/Shanghai")
DAY_S = 86400.0
POINT = shapely.Point(108.7, 29.5)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def closed(since: str | None, until: str | None) -> Closure:
    return Closure("c", POINT, from_at=since and at(since), until_at=until and at(until))


def calendar(*closures: Closure, first=date(2023, 1, 1), days=365):
    return road_calendar(closures, first, days, ZONE)


def test_a_dated_closure_holds_on_the_same_days_of_each_simulated_year():
    """3 to 5 February 2026, given in UTC: days 33 to 35 of 2023, and again a year later."""
    made = calendar(closed("2026-02-02T16:00+00:00", "2026-02-05T00:00+08:00"), days=730)
    assert made.layers == (frozenset(), frozenset({0}))
    assert made.switches == (
        (33 * DAY_S, 1), (35 * DAY_S, 0), (398 * DAY_S, 1), (400 * DAY_S, 0),
    )  # fmt: skip


def test_over_new_year_it_holds_at_both_ends_of_the_year():
    made = calendar(closed("2025-12-30T00:00+08:00", "2026-01-03T00:00+08:00"))
    assert made.layers == (frozenset({0}), frozenset())
    assert made.switches == ((2 * DAY_S, 1), (363 * DAY_S, 0))


@pytest.mark.parametrize(
    "always",
    [
        closed(None, None),
        closed("2026-05-01T00:00+08:00", None),
        closed("2024-05-01T00:00+08:00", "2026-05-01T00:00+08:00"),
    ],
)
def test_without_an_end_or_longer_than_a_year_it_holds_all_the_time(always):
    made = calendar(always)
    assert made.layers == (frozenset({0}),)
    assert made.switches == ()


def test_with_only_an_end_it_holds_from_new_year_until_then():
    made = calendar(closed(None, "2026-02-01T00:00+08:00"))
    assert (made.layers[0], made.switches) == (frozenset({0}), ((31 * DAY_S, 1),))


def test_more_states_of_the_roads_than_can_be_held_are_refused():
    many = [
        closed(f"2026-01-{d:02}T00:00+08:00", f"2026-03-{d:02}T00:00+08:00") for d in range(1, 29)
    ]
    with pytest.raises(ValueError, match=f"at most {MOST_STATES}"):
        calendar(*many)


moments = st.datetimes(datetime(2024, 1, 1), datetime(2024, 12, 30), timezones=st.just(UTC))


@given(st.lists(st.tuples(moments, st.integers(1, 300)), min_size=1, max_size=4), st.data())
def test_at_any_moment_the_layer_in_force_holds_what_the_dates_say(spans, data):
    """Against the plain reading of the dates, moved by whole years."""
    closures = [Closure("c", POINT, 0.0, s, s + timedelta(days=d)) for s, d in spans]
    made = road_calendar(closures, date(2021, 1, 1), 365, ZONE)
    second = data.draw(st.floats(0, 364 * DAY_S))
    layer = 0
    for when, new in made.switches:
        layer = new if when <= second else layer
    wall = datetime(2021, 1, 1) + timedelta(seconds=second)
    expected = {
        k
        for k, c in enumerate(closures)
        for back in (0, 1)
        if _moved(c, back)[0] <= wall < _moved(c, back)[1]
    }
    assert made.layers[layer] == expected


def _moved(closure: Closure, back: int) -> tuple[datetime, datetime]:
    begin = closure.from_at.astimezone(ZONE).replace(tzinfo=None)
    # 2025-01-01 in Shanghai may come out of the last hours of 2024 in UTC.
    day = 28 if (begin.month, begin.day) == (2, 29) else begin.day
    moved = begin.replace(year=2021 - back, day=day)
    return moved, moved + (closure.until_at - closure.from_at)


def test_a_road_closed_for_a_season_costs_less_than_one_closed_for_good(tmp_path, capsys):
    """The whole command on real roads: open, then closed in summer, then all the time."""
    ring = [[1.50, 42.50], [1.56, 42.50], [1.56, 42.53], [1.50, 42.53], [1.50, 42.50]]
    means = []
    for dates in (None, {"from": "2025-06-01T00:00+02:00", "until": "2025-08-01T00:00+02:00"}, {}):
        path = tmp_path / "closed.geojson"
        feature = {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {"speed_factor": 0.2, **(dates or {})},
        }
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
        more = [] if dates is None else ["--closures", str(path)]
        args = ["simulate", "andorra", "--years", "1", "--replications", "2", "--json", *more]
        assert main(args) == 0
        body = json.loads(capsys.readouterr().out)
        means.append(body["scopes"]["county"]["andorra"]["mean_s"]["before"])
    assert means[0] < means[1] < means[2]
    assert np.isfinite(means).all()
