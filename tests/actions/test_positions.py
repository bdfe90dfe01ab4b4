"""A device's position becomes the origin of an advice, with its age; doubtful ones do not."""

from datetime import timedelta

import pytest

from hubpost.actions import units
from hubpost.actions.advice import advise
from tests.boards import NOON, founding_events, received
from tests.conftest import SteppingClock
from tests.rooms import fill, toy_room


@pytest.fixture
def at_ten(store, clock: SteppingClock):
    """The founding board at ten past noon."""
    fill(store, [*founding_events(), received()])
    clock.now = NOON + timedelta(minutes=10)
    return store


def report(store, **fix):
    given = {"lon": 108.7, "lat": 29.3, "fixed_at": store.now()} | fix
    return store.write(lambda tx: units.report_position(tx, "S1", **given), actor="device")


def test_a_device_two_hours_ahead_has_the_right_age(at_ten):
    """Measured a minute before it sent, by a clock two hours fast: a minute old by ours."""
    ahead = NOON + timedelta(hours=2, minutes=10)
    assert report(at_ten, fixed_at=ahead - timedelta(minutes=1), sent_at=ahead) == "kept"
    fix = at_ten.board.units["S1"].fix
    assert (fix.received_at - fix.fixed_at, fix.sent_at) == (timedelta(minutes=1), ahead)


@pytest.mark.parametrize(
    ("fix", "said"),
    [
        ({"lon": 0.0, "lat": 0.0}, "nowhere"),
        ({"fixed_at": NOON + timedelta(hours=2)}, "ahead"),
        ({"accuracy_m": 900.0}, "inaccurate"),
    ],
)
def test_what_cannot_be_believed_is_answered_and_not_kept(at_ten, fix, said):
    assert report(at_ten, **fix) == said
    assert at_ten.board.units["S1"].fix is None


def test_an_advice_states_the_age_and_falls_back_to_the_station_with_the_reason(at_ten):
    report(at_ten, fixed_at=NOON + timedelta(minutes=8))
    room = toy_room()

    def candidate(minutes):
        advice = advise(room, at_ten.board, "c1", NOON + timedelta(minutes=minutes))
        found = next(c for c in (*advice.ranked, *advice.barred) if c.unit_id == "S1")
        return found.fix_age_s, found.fix_old

    assert candidate(10) == (120.0, False)
    assert candidate(20) == (720.0, True)
