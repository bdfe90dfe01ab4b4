"""Every state machine, exhaustively: each permitted move is permitted, each other one refused."""

from collections import deque
from datetime import timedelta

import pytest

from hubpost.model.records.change import Kind, plain_record
from hubpost.model.records.kinds import KINDS
from hubpost.model.records.machine import NOTHING
from hubpost.model.refused import Refused
from tests.boards import NOON
from tests.records.rules import make_move

#: How long each step waits: long enough that a period, a consent or an agreement can run out.
WAITS = {"volunteer": timedelta(days=367)}
HOUR = timedelta(hours=1)


def samples(kind: Kind) -> dict:
    """Records in every reachable state: one for each edge of the graph, found breadth first.

    A move that leaves the state may be what lets the next one through, so it is an edge too.
    """
    found: dict = {(NOTHING, NOTHING, NOTHING): (None, NOON)}
    waiting = deque(found)
    while waiting:
        record, at = found[waiting.popleft()]
        state = record.state if record else NOTHING
        for move in kind.machine.list_moves(state):
            try:
                after = make_move(kind, record, move.name, at)
            except Refused:
                continue
            edge = (state, move.name, after.state)
            if edge not in found:
                found[edge] = (after, at + WAITS.get(kind.name, HOUR))
                waiting.append(edge)
    return found


@pytest.fixture(scope="module")
def reached():
    return {name: samples(kind) for name, kind in KINDS.items()}


@pytest.mark.parametrize("name", KINDS)
def test_every_state_of_the_table_is_reachable(name, reached):
    states = {state for _, _, state in reached[name]} - {NOTHING}
    assert states == set(KINDS[name].machine.states)


@pytest.mark.parametrize("name", KINDS)
def test_every_permitted_move_can_be_made_and_leads_where_the_table_says(name, reached):
    kind, made = KINDS[name], set()
    for record, at in reached[name].values():
        state = record.state if record else NOTHING
        for move in kind.machine.list_moves(state):
            try:
                after = make_move(kind, record, move.name, at)
            except Refused:
                continue
            assert after.state == (move.target or state)
            assert after.version == (record.version if record else 0) + 1
            made.add((state, move.name))
    permitted = {(s, m.name) for m in kind.machine.moves for s in m.sources}
    assert made == permitted


@pytest.mark.parametrize("name", KINDS)
def test_every_other_move_is_refused_by_name_and_leaves_the_record_as_it_was(name, reached):
    kind, tried = KINDS[name], 0
    for record, at in reached[name].values():
        state = record.state if record else NOTHING
        before = plain_record(record) if record else None
        for move in kind.machine.moves:
            if state in move.sources:
                continue
            with pytest.raises(Refused) as caught:
                make_move(kind, record, move.name, at)
            assert caught.value.code == "move_not_permitted"
            assert (plain_record(record) if record else None) == before
            tried += 1
    assert tried > 0


@pytest.mark.parametrize("name", KINDS)
def test_the_table_names_only_its_own_states_and_real_fields(name):
    kind = KINDS[name]
    known = {*kind.machine.states, NOTHING}
    fields = set(kind.type.__dataclass_fields__)
    names = [m.name for m in kind.machine.moves]
    assert len(names) == len(set(names))
    for move in kind.machine.moves:
        assert set(move.sources) <= known
        assert move.target is None or move.target in known
        assert set(move.needs) <= fields
    assert {*kind.texts, *kind.private} <= fields


@pytest.mark.parametrize("name", KINDS)
def test_each_needed_field_is_asked_for_when_it_is_missing(name, reached):
    """Blanking a needed field of a good change refuses it, naming the field."""
    kind, checked = KINDS[name], 0
    for record, at in reached[name].values():
        for move in kind.machine.list_moves(record.state if record else NOTHING):
            for field in move.needs:
                default = kind.type.__dataclass_fields__[field].default
                if default not in ("", False, None):
                    continue
                try:
                    make_move(kind, record, move.name, at)
                except Refused:
                    continue
                with pytest.raises(Refused):
                    make_move(kind, record, move.name, at, **{field: default})
                checked += 1
    assert checked > 0 or not any(m.needs for m in kind.machine.moves)
