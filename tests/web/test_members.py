"""Minimum units on pages: the member's own by a code, the chiefs' list with its gaps."""

import re

import pytest

from hubpost.actions import call_changes, member_links, minimum_units
from hubpost.actions.records.grids import draw_grid
from hubpost.actions.records.rulebook import load_rules
from hubpost.model.call import CallCategory, CallChange
from hubpost.model.member import MemberRole
from tests.rooms import toy_room
from tests.web.conftest import take_call

GRID = "Z-yantang-01"


@pytest.fixture
def listed(client, toy_store):
    """A police grid of Z over one village grid, with a cadre on the list; the code of his page."""

    def draw(tx):
        rules = load_rules(tx.conn, toy_room().zone)
        draw_grid(tx, rules, "Z", "Yantang", [GRID], area_ids=["Z-yantang"])

    toy_store.write(draw, actor="test")
    data = {"station": "Z", "member": "c1", "role": "cadre", "grid": GRID, "phone": "13812345678"}
    return code_in(client.post("/members/add", data=data))


def code_in(answer):
    assert answer.status_code == 200, answer.text
    return re.search(r'id="member-link">[^<]*/member/([0-9A-Z]+)<', answer.text)[1]


def send(client, call_id, unit_id="S1"):
    client.post(f"/calls/{call_id}/assign", data={"unit_id": unit_id, "override_reason": "test"})


def test_a_member_is_alerted_beside_the_unit_and_answers_with_one_tap(client, toy_store, listed):
    call_id = take_call(client, note="caller Zhang San")
    page = f"/member/{listed}"
    assert "No alert" in client.get(page).text
    send(client, call_id)
    shown = client.get(f"{page}/panel").text
    assert "I come" in shown
    assert "Zhang" not in shown
    client.post(page, data={"alert": call_id, "answer": "coming"})
    (alert,) = toy_store.board.calls[call_id].alerts
    assert (alert.member_id, alert.coming, alert.arrived_at) == ("c1", True, None)
    assert "comes" in client.get(f"/calls/{call_id}/more").text
    client.post(page, data={"alert": call_id, "answer": "there"})
    more = client.get(f"/calls/{call_id}/more").text
    assert "first there after" in more
    assert "138****5678" in more
    # The police's own arrival stays its own milestone.
    assert toy_store.board.calls[call_id].responses[0].arrived_at is None


@pytest.mark.parametrize("kind", ["criminal", "public_order"])
def test_nobody_is_alerted_where_violence_is_likely(client, toy_store, listed, kind):
    call_id = take_call(client, category=kind)
    send(client, call_id)
    assert toy_store.board.calls[call_id].alerts == ()
    assert "not alerted" in client.post(f"/calls/{call_id}/members").text


def test_who_was_alerted_is_held_back_once_violence_is_learnt_of(client, toy_store, listed):
    call_id = take_call(client)
    send(client, call_id)
    change = CallChange(category=CallCategory.CRIMINAL)
    toy_store.write(
        lambda tx: call_changes.amend_call(tx, toy_room(), call_id, change, "a knife"),
        actor="desk",
    )
    page = client.get(f"/member/{listed}")
    assert "do not go there" in page.text
    refused = client.post(f"/member/{listed}", data={"alert": call_id, "answer": "coming"})
    assert refused.status_code == 409
    assert toy_store.board.calls[call_id].alerts[0].coming is None


def test_a_second_unit_alerts_nobody_again(client, toy_store, listed):
    call_id = take_call(client, units_needed="2")
    send(client, call_id, "S1")
    send(client, call_id, "T1")
    assert len(toy_store.board.calls[call_id].alerts) == 1


def test_a_code_opens_its_own_page_until_it_is_renewed_or_the_member_leaves(
    client, toy_store, listed
):
    assert client.get("/member/AAAAAAAAAAAA").status_code == 404
    fresh = code_in(client.post("/members/link", data={"station": "Z", "member": "c1"}))
    assert client.get(f"/member/{listed}").status_code == 404
    assert client.get(f"/member/{fresh}").status_code == 200
    client.post("/members/remove", data={"station": "Z", "member": "c1"})
    answer = {"alert": "x", "answer": "coming"}
    assert client.post(f"/member/{fresh}", data=answer).status_code == 404
    assert toy_store.board.members == {}


def test_a_member_answers_for_nobody_else_and_to_no_call_he_was_not_alerted_to(
    client, toy_store, listed
):
    call_id = take_call(client)
    refused = client.post(f"/member/{listed}", data={"alert": call_id, "answer": "coming"})
    assert refused.status_code == 409
    assert (
        client.post(f"/member/{listed}", data={"alert": call_id, "answer": "x"}).status_code == 409
    )


def test_the_gaps_name_the_grid_and_what_it_lacks_until_it_is_filled(client, toy_store, listed):
    gaps = client.get("/members", params={"station": "Z"}).text.partition('id="unit-gaps"')[2]
    row = gaps.partition("<td>Yantang</td>")[2].partition("</tr>")[0]
    assert "volunteer" in row
    assert "village cadre" not in row
    roles = [*MemberRole, MemberRole.VOLUNTEER]
    for i, role in enumerate(r for r in roles if r is not MemberRole.CADRE):
        data = {"station": "Z", "member": f"m{i}", "role": role.value, "grid": GRID}
        assert client.post("/members/add", data=data).status_code == 200
    client.post(
        "/members/add", data={"station": "Z", "member": "m9", "role": "volunteer", "grid": GRID}
    )
    gaps = client.get("/members", params={"station": "Z"}).text.partition('id="unit-gaps"')[2]
    assert "<td>Yantang</td>" not in gaps.partition("</table>")[0]


def test_a_grid_of_another_station_or_a_mark_that_is_taken_is_refused(client, toy_store, listed):
    base = {"station": "Z", "member": "c2", "role": "cadre", "grid": GRID}
    assert client.post("/members/add", data={**base, "grid": "S-01"}).status_code == 409
    assert client.post("/members/add", data={**base, "member": "c1"}).status_code == 409
    assert client.post("/members/remove", data={"station": "S", "member": "c1"}).status_code == 409
    assert set(toy_store.board.members) == {"c1"}


def test_the_database_keeps_no_code(toy_store, listed):
    from sqlalchemy import select

    from hubpost.storage.field_tables import member_link

    rows = toy_store.read(lambda c: c.execute(select(member_link)).all())
    assert listed not in str(rows)
    found = toy_store.read(
        lambda c: member_links.find_member_id(c, listed.lower(), toy_store.now())
    )
    assert found == "c1"
    assert minimum_units.list_own_alerts(toy_store.board, "c1") == []


def test_one_of_each_role_is_alerted_before_a_second_of_any(client, toy_store):
    from hubpost.model import events as ev
    from hubpost.model.member import GridMember
    from tests.rooms import fill

    fill(
        toy_store,
        [
            ev.MemberJoined(
                toy_store.now(),
                GridMember(f"{role}{i}", role, f"Z-yantang-0{i}", "Z-yantang", "Z"),
            )
            for role in MemberRole
            for i in range(6)
        ],
    )
    call_id = take_call(client)
    send(client, call_id)
    roles = [
        toy_store.board.members[a.member_id].member.role
        for a in toy_store.board.calls[call_id].alerts
    ]
    assert len(roles) == 6
    assert set(roles[:4]) == set(MemberRole)


def test_an_exercise_alerts_nobody_by_itself_and_says_what_it_is_when_asked_to(
    client, toy_store, listed
):
    call_id = take_call(client, exercise="yes")
    send(client, call_id)
    assert toy_store.board.calls[call_id].alerts == ()
    client.post(f"/calls/{call_id}/members")
    assert "exercise" in client.get(f"/member/{listed}").text
