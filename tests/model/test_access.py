"""Rights: the whole matrix, scopes that contain each other, grants that end."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubpost.model.access import (
    ALL_RIGHTS,
    OPEN_RIGHTS,
    ROLE_RIGHTS,
    Grant,
    Role,
    ScopeKind,
    Where,
    holds,
    permits,
)
from tests.boards import NOON

AT_SHUISHI = Where(hub_id="Z", station_id="S", grid_id="S-1")


def grant(role=Role.DISPATCHER, kind=ScopeKind.GROUP, scope_id="Z", start=None, end=None):
    return Grant(role, kind, scope_id, start, end)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", sorted(ALL_RIGHTS))
def test_a_role_has_exactly_the_rights_of_its_row(role, right):
    given_right = permits([grant(role, ScopeKind.COUNTY, "c")], right, AT_SHUISHI, NOON)
    assert given_right == (right in ROLE_RIGHTS[role] or right in OPEN_RIGHTS)


def test_every_role_has_a_row_and_the_public_has_nothing():
    assert set(ROLE_RIGHTS) == set(Role)
    assert ROLE_RIGHTS[Role.PUBLIC] == frozenset()


@pytest.mark.parametrize(
    ("kind", "scope_id", "covered"),
    [
        (ScopeKind.COUNTY, "any", True),
        (ScopeKind.GROUP, "Z", True),
        (ScopeKind.GROUP, "T", False),
        (ScopeKind.STATION, "S", True),
        (ScopeKind.STATION, "Z", False),
        (ScopeKind.GRID, "S-1", True),
        (ScopeKind.GRID, "S-2", False),
    ],
)
def test_a_scope_covers_what_lies_in_it_and_nothing_else(kind, scope_id, covered):
    held = [grant(Role.DISPATCHER, kind, scope_id)]
    assert permits(held, "unit.dispatch", AT_SHUISHI, NOON) is covered


def test_what_concerns_the_whole_county_needs_a_grant_for_the_whole_county():
    assert not permits([grant()], "unit.dispatch", Where(), NOON)
    assert permits([grant(kind=ScopeKind.COUNTY)], "unit.dispatch", Where(), NOON)
    assert holds([grant()], "unit.dispatch", NOON)


def test_a_secondment_that_has_not_begun_or_has_ended_gives_nothing():
    day = timedelta(days=1)
    secondment = [grant(start=NOON, end=NOON + day)]
    answers = [
        permits(secondment, "unit.dispatch", AT_SHUISHI, NOON + shift)
        for shift in (-timedelta(seconds=1), timedelta(), day - timedelta(seconds=1), day)
    ]
    assert answers == [False, True, True, False]


@given(st.lists(st.sampled_from(list(Role)), max_size=4), st.sampled_from(sorted(ALL_RIGHTS)))
def test_more_grants_never_take_a_right_away(roles, right):
    held = [grant(role, ScopeKind.COUNTY, "c") for role in roles]
    for n in range(len(held)):
        if permits(held[:n], right, AT_SHUISHI, NOON):
            assert permits(held, right, AT_SHUISHI, NOON)


def test_an_administrator_runs_the_system_but_reads_no_calls():
    held = [grant(Role.ADMINISTRATOR, ScopeKind.COUNTY, "c")]
    assert permits(held, "user.manage", Where(), NOON)
    assert not permits(held, "call.view", AT_SHUISHI, NOON)
