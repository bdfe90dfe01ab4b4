"""The arrays of a board's units: patched from the last ones, they are what they would be anew."""

from dataclasses import fields

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hubpost.dispatch.unit_view import make_view, view_units
from hubpost.model import events as ev
from hubpost.model.apply import Refused, apply
from hubpost.model.unit import UnitActivity
from tests.boards import at, founding_board, received, unit

UNITS = ("Z1", "S1", "T1", "F1")
STEPS = st.one_of(
    st.builds(
        lambda u, a: ev.UnitActivitySet(at(1), u, a),
        st.sampled_from(UNITS),
        st.sampled_from([UnitActivity.CASEWORK, UnitActivity.MEAL, UnitActivity.RETURNING]),
    ),
    st.builds(lambda u: ev.UnitAssigned(at(2), "c1", u), st.sampled_from(UNITS)),
    st.builds(lambda u: ev.UnitReleased(at(3), "c1", u), st.sampled_from(UNITS)),
    st.builds(lambda u, r: ev.UnitReserveSet(at(4), u, r), st.sampled_from(UNITS), st.booleans()),
    st.builds(
        lambda u, s: ev.UnitMovedUp(at(5), u, s), st.sampled_from(UNITS), st.sampled_from("ZS")
    ),
    st.just(ev.UnitJoined(at(6), unit("S2", "S", None))),
)


@given(st.lists(STEPS, max_size=12), st.lists(st.booleans(), min_size=12, max_size=12))
def test_a_patched_view_equals_one_made_anew_whatever_happened_between(steps, looked):
    """Looked at after some events and not after others, in any order of any events."""
    board = founding_board(received())
    view_units(board.units)
    for step, look in zip(steps, looked, strict=False):
        try:
            board = apply(board, step)
        except Refused:
            continue
        if look:
            view_units(board.units)
    patched, anew = view_units(board.units), make_view(board.units)
    for f in fields(anew):
        one, other = getattr(patched, f.name), getattr(anew, f.name)
        if isinstance(other, np.ndarray):
            np.testing.assert_array_equal(one, other)
        else:
            assert one == other
