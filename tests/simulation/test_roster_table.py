"""Rosters from a file: what a line says is what units do, and what it cannot say is refused."""

from datetime import date

import numpy as np
import pytest

from hubpost.simulation.arrays import MEAL, OFF_DUTY, ON_DUTY
from hubpost.simulation.inputs import DAY_S
from hubpost.simulation.roster_table import read_roster, seconded_all_the_time, with_roster
from hubpost.simulation.sweep import Scenario, changed_inputs
from tests.simulation.test_compare import inputs

MONDAY = date(2024, 1, 1)
HEAD = "station_id,unit_id,duty,from,to,weekdays,area_id,units"


def rostered(tmp_path, *lines, days=7):
    file = tmp_path / "roster.csv"
    file.write_text("\n".join([HEAD, *lines]), "utf-8")
    return with_roster(inputs(), read_roster(file), MONDAY, days)


def changes(found):
    r = found.roster
    return list(zip(r.duty_t, r.duty_unit, r.duty_kind, r.duty_node, strict=True))


def test_a_meal_on_weekdays_is_ten_changes_a_week(tmp_path):
    """Unit A-1 eats from 12:00 to 12:30, Monday to Friday, and is on duty at its station after."""
    found = changes(rostered(tmp_path, "A,,用餐,12:00,12:30,1-5,,"))
    noon = [day * DAY_S + 12 * 3600 for day in range(5)]
    assert found[::2] == [(t, 0, MEAL, 0) for t in noon]
    assert found[1::2] == [(t + 1800, 0, ON_DUTY, 0) for t in noon]


def test_a_night_off_ends_the_next_morning_and_a_patrol_waits_at_a_village(tmp_path):
    night = changes(rostered(tmp_path, ",B-1,off,22:00,06:00,7,,"))
    begin = 6 * DAY_S + 22 * 3600
    assert night == [(begin, 1, OFF_DUTY, 1), (begin + 8 * 3600, 1, ON_DUTY, 1)]
    patrol = changes(rostered(tmp_path, ",B-1,patrol,09:00,11:00,1,m,"))
    place = int(inputs().ground.node_of[1])
    assert patrol == [(9 * 3600, 1, ON_DUTY, place), (11 * 3600, 1, ON_DUTY, 1)]


def test_seconded_units_are_there_in_their_hours_only(tmp_path):
    found = rostered(tmp_path, "A,,支援,08:00,18:00,1,,2")
    assert [u.station_id for u in found.ground.units] == ["A", "B", "A", "A"]
    of_first = [(t, kind) for t, unit, kind, _ in changes(found) if unit == 2]
    assert of_first == [(0, OFF_DUTY), (8 * 3600, ON_DUTY), (18 * 3600, OFF_DUTY)]


def test_seconded_all_the_time_is_never_off_before_the_end():
    found = with_roster(inputs(), seconded_all_the_time({"B": 1}), MONDAY, 3)
    times = [(t, kind) for t, unit, kind, _ in changes(found) if unit == 2]
    assert [t for t, kind in times if kind == OFF_DUTY] == [3 * DAY_S]
    assert times[0] == (0, ON_DUTY)


def test_a_sweep_that_takes_units_away_keeps_the_duties_of_the_right_ones(tmp_path):
    """Station A closed: unit B-1 moves from position 1 to 0 and its night off moves along."""
    both = rostered(tmp_path, "A,,meal,12:00,13:00,1,,", "B,,off,22:00,23:00,1,,")
    left = changed_inputs(both, Scenario("own", closed_station="A"))
    assert [u.id for u in left.ground.units] == ["B-1"]
    assert left.roster.duty_unit.tolist() == [0, 0]
    np.testing.assert_array_equal(left.roster.duty_t, [22 * 3600, 23 * 3600])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A,,nap,12:00,12:30,,,", "row 2, column duty: expected one of meal"),
        ("A,A-1,meal,12:00,12:30,,,", "exactly one of the two"),
        ("A,,meal,25:00,12:30,,,", "column from: expected a time as in 07:30, found '25:00'"),
        ("A,,meal,12:00,-1:00,,,", "column to: expected a time"),
        ("A,,meal,12:00,13:00,0-9,,", "column weekdays"),
        ("A,,patrol,12:00,13:00,,,", "column area_id"),
        ("A,,seconded,12:00,13:00,,,-2", "a whole number from 1 on"),
        (
            "X,,meal,12:00,13:00,,,",
            "row 2, column station_id: expected one of this county, found X",
        ),
        (",X-9,meal,12:00,13:00,,,", "column unit_id"),
        ("A,,patrol,12:00,13:00,,zz,", "column area_id"),
    ],
)
def test_what_makes_no_sense_is_refused_by_row_and_column(tmp_path, line, expected):
    with pytest.raises(ValueError, match=expected):
        rostered(tmp_path, line)


def test_two_things_at_once_are_refused_and_all_problems_come_together(tmp_path):
    with pytest.raises(ValueError, match="row 2 and row 3"):
        rostered(tmp_path, "A,,meal,12:00,13:00,,,", ",A-1,training,12:30,14:00,,,")
    with pytest.raises(ValueError, match=r"(?s)row 2.*row 3"):
        rostered(tmp_path, "A,,nap,12:00,13:00,,,", "A,,meal,noon,13:00,,,")
    with pytest.raises(ValueError, match="expected rows under the columns"):
        rostered(tmp_path)
