"""Grids, postings, gaps of minimum units, rounds against brute force, drills, consent."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubpost.actions.minimum_units import alert_members
from hubpost.actions.records import grids
from hubpost.actions.records.filing import move_record
from hubpost.model.events import CallReceived
from hubpost.model.member import GridMember, MemberOnBoard, MemberRole
from hubpost.model.member_events import MemberJoined, MemberLeft
from hubpost.model.records.grid import POLICE_GRID_KIND
from hubpost.model.records.minimum_unit import count_gaps, list_gaps
from hubpost.model.refused import Refused
from hubpost.planning.patrol import plan_round
from hubpost.storage.records.persons import Person, list_expired, list_masked
from tests.boards import NOON, call
from tests.records.test_disputes import write
from tests.rooms import AREAS, fill, toy_room


def member(i, role, grid="g1", confirmed=NOON):
    return MemberOnBoard(GridMember(f"{grid}-m{i}", role, grid, "Z-yantang", "Z"), confirmed)


def full_unit(grid="g1", confirmed=NOON):
    roles = [*MemberRole, MemberRole.VOLUNTEER, MemberRole.VOLUNTEER]
    return [member(i, role, grid, confirmed) for i, role in enumerate(roles)]


def received(call_id="c1", area_id=None):
    return CallReceived(NOON, replace(call(call_id), area_id=area_id))


def retire_grid(tx, rules, grid_id):
    return move_record(tx, rules, POLICE_GRID_KIND, grid_id, "retire", {"reason": "并格"})


def test_a_full_unit_confirmed_of_late_has_no_gap():
    assert list_gaps(full_unit(), ["g1"], NOON - timedelta(days=90)) == []


def test_each_gap_is_named_and_an_empty_grid_lacks_everything():
    unit = full_unit()
    since = NOON
    no_cadre = [m for m in unit if m.member.role is not MemberRole.CADRE]
    stale = [*unit[1:], member(0, MemberRole.OFFICER, confirmed=NOON - timedelta(seconds=1))]
    (gap,) = list_gaps(no_cadre, ["g1"], since)
    assert (gap.too_few, gap.missing_roles) == (True, (MemberRole.CADRE,))
    (gap,) = list_gaps(stale, ["g1"], since)
    assert (gap.too_few, gap.missing_roles, gap.stale_member_ids) == (False, (), ("g1-m0",))
    gaps = list_gaps(unit, ["g1", "g2"], since)
    assert [(g.grid_id, g.members, len(g.missing_roles)) for g in gaps] == [("g2", 0, 4)]
    assert count_gaps(gaps) == {"grids": 1, "too_few": 1, "missing_role": 1, "stale": 0}


def test_gaps_on_the_board_use_the_ninety_day_clock(light_store, rules, clock):
    """A police grid over two village grids has one unit, listed for either or for all of it."""
    drawn = write(light_store, grids.draw_grid, rules, "Z", "一格", ["g1", "g2"])
    of = ["g1", "g2", drawn.id] * 2
    unit = [replace(m.member, grid_id=g) for m, g in zip(full_unit(), of, strict=True)]
    fill(light_store, [MemberJoined(NOON, m) for m in unit])

    def gaps():
        board = light_store.board
        return light_store.read(
            lambda c: grids.list_unit_gaps(c, board, rules, [drawn.id], clock.now)
        )

    assert gaps() == []
    clock.now += timedelta(days=90)
    (gap,) = gaps()
    assert len(gap.stale_member_ids) == 6
    cadre = next(m.id for m in unit if m.role is MemberRole.CADRE)
    fill(light_store, [MemberLeft(clock.now, cadre)])
    assert gaps()[0].missing_roles == (MemberRole.CADRE,)


def test_a_call_in_a_village_alerts_the_unit_of_its_police_grid(records_store, rules):
    """Also the members of the grid's other village, beyond 3 km; a retired grid's no longer."""
    far = replace(AREAS[1], id="S-far", lon=109.9)
    room = replace(toy_room(), areas=(*AREAS, far))
    covers = {"area_ids": ["Z-yantang", "S-far"]}
    drawn = write(records_store, grids.draw_grid, rules, "Z", "一格", ["g1", "g2"], **covers)
    unit = [
        GridMember("near", MemberRole.CADRE, "g1", "Z-yantang", "Z"),
        GridMember("far", MemberRole.GRID_WORKER, "g2", "S-far", "Z"),
    ]
    fill(records_store, [*(MemberJoined(NOON, m) for m in unit), received(area_id="Z-yantang")])
    first = write(records_store, alert_members, room, "c1")
    assert first.member_ids == ("near", "far")
    write(records_store, retire_grid, rules, drawn.id)
    fill(records_store, [received(call_id="c2", area_id="Z-yantang")])
    assert write(records_store, alert_members, room, "c2").member_ids == ("near",)


def test_a_village_grid_belongs_to_one_police_grid(records_store, rules):
    one = write(records_store, grids.draw_grid, rules, "Z", "一格", ["g1", "g2"])
    with pytest.raises(Refused, match="lies in 一格"):
        write(records_store, grids.draw_grid, rules, "Z", "二格", ["g2"])
    led = write(records_store, grids.assign_lead, rules, one.id, "w1")
    assert led.owner_id == "w1"
    posted = write(records_store, grids.appoint_officer, rules, "w1", "Z-yantang", "Z")
    assert posted.state == "serving"


def test_a_drill_is_timed_and_needs_members(light_store, rules):
    with pytest.raises(Refused, match="no members"):
        write(light_store, grids.call_out, rules, "g1")
    fill(light_store, [MemberJoined(NOON, m.member) for m in full_unit()])
    drawn = write(light_store, grids.draw_grid, rules, "Z", "一格", ["g1", "g2"])
    drill = write(light_store, grids.call_out, rules, "g2")
    assert (drill.grid_id, len(drill.member_ids)) == (drawn.id, 6)
    write(light_store, grids.answer_call_out, rules, drill.id, "g1-m0")
    there = write(light_store, grids.answer_call_out, rules, drill.id, "g1-m0", arrived=True)
    assert there.on_scene_at > there.acknowledged_at > drill.opened_at
    assert write(light_store, grids.review_call_out, rules, drill.id, "路远").state == "reviewed"


def test_a_volunteer_s_withdrawal_starts_the_clock_of_the_details(light_store, rules, clock):

    person = Person("", "张三", "13800138000")
    with pytest.raises(Refused, match="fill in"):
        write(
            light_store, grids.give_consent, rules, "g1", "Z", person, text_version="1", adult=False
        )
    given_ = write(
        light_store, grids.give_consent, rules, "g1", "Z", person, text_version="1", adult=True
    )
    assert light_store.read(lambda c: list_masked(c, given_.id))[0].name == "张*"
    assert write(light_store, grids.withdraw_consent, rules, given_.id).state == "withdrawn"
    later = clock.now + timedelta(days=31, hours=5)
    expired = light_store.read(lambda c: list_expired(c, later))
    assert [key for _, _, key in expired] == ["volunteer"]


def best_by_hand(travel, need, stop_s, budget_s):
    """Most need met, then least driving, by trying every order of every subset."""
    n, best = len(need), (0.0, 0.0)
    for size in range(1, n + 1):
        for order in permutations(range(n), size):
            path = [0, *(v + 1 for v in order), 0]
            drive = sum(travel[a, b] for a, b in pairwise(path))
            if drive + size * stop_s <= budget_s:
                met = sum(1 + round(100 * need[v] / (max(need) or 1)) for v in order)
                best = max(best, (met, -drive))
    return best


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000))
def test_a_round_of_few_villages_is_the_best_there_is(seed):
    """Against brute force over all orders of all subsets, on whole seconds."""
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 3000, size=(6, 2))
    travel = np.ceil(np.abs(points[:, None] - points[None]).sum(-1)).astype(float)
    need = [float(x) for x in rng.integers(0, 9, size=5)]
    found = plan_round(travel, need, stop_s=600, budget_s=9_000)
    assert found.status in {"optimal", "infeasible"}
    met = sum(1 + round(100 * need[v] / (max(need) or 1)) for v in found.stops)
    assert (met, -found.drive_s) == best_by_hand(travel, need, 600, 9_000)
    assert found.drive_s + 600 * len(found.stops) <= 9_000
    assert sorted((*found.stops, *found.left_out)) == list(range(5))


def test_a_village_that_cannot_be_reached_is_left_out_and_nothing_reachable_is_infeasible():
    travel = np.array([[0, 60, np.inf], [60, 0, np.inf], [np.inf, np.inf, 0]])
    found = plan_round(travel, [1, 9], stop_s=10, budget_s=3_600, seconds=0.1)
    assert (found.stops, found.left_out) == ((0,), (1,))
    far = plan_round(np.full((2, 2), 9e9), [1], stop_s=1, budget_s=100, seconds=0.1)
    assert (far.status, far.stops) == ("infeasible", ())
    assert plan_round(np.zeros((1, 1)), [], stop_s=1, budget_s=1).status == "optimal"


def test_the_officer_s_own_round_is_final(light_store, rules):
    room = toy_room()
    places = {"Z": 0.0, "Z-yantang": 600.0}

    class Flat:
        estimated = True

        def matrix_s(self, origins, destinations):
            return np.array(
                [
                    [abs(places[o.id or "Z"] - places[d.id or "Z"]) for d in destinations]
                    for o in origins
                ]
            )

    room = replace(room, travel=Flat())
    plan = write(light_store, grids.propose_beat, rules, room, "Z")
    assert [s.area_id for s in plan.proposed] == ["Z-yantang"]
    assert (plan.drive_s, plan.estimated, plan.week) == (1200.0, True, "2026-W09")
    chosen = write(light_store, grids.choose_beat, rules, plan.id, ["elsewhere"], actor="w1")
    assert (chosen.chosen, chosen.owner_id) == (("elsewhere",), "w1")
    with pytest.raises(Refused, match="no villages"):
        write(light_store, grids.propose_beat, rules, room, "F")
