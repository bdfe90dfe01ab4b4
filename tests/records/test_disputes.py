"""Disputes in both databases: the whole life, links with calls, races, what is kept and found."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hubpost.actions.calls import receive_call
from hubpost.actions.records import disputes
from hubpost.model.call import CallCategory
from hubpost.model.records.change import plain_record
from hubpost.model.records.dispute import Body, DisputeCategory, DisputeLevel, Mediation
from hubpost.model.records.dispute_rule import DISPUTE_KIND
from hubpost.model.refused import Refused
from hubpost.storage import schema
from hubpost.storage.audit_chain import find_broken_row
from hubpost.storage.records.links import list_links
from hubpost.storage.records.persons import Person
from hubpost.storage.records.reading import (
    Filters,
    count_by,
    find_record,
    get_record,
    list_due,
    list_history,
    list_records,
    replay_record,
    search_records,
)
from hubpost.storage.records.tables import record, record_event
from tests.opening import open_rows_of
from tests.rooms import report, toy_room


def write(store, action, *args, actor="anna", **more):
    return store.write(lambda tx: action(tx, *args, **more), actor=actor)


def new_report(title="院墙倒塌引起的纠纷", **more):
    fields = {"station_id": "Z", "category": DisputeCategory.NEIGHBOURS, "area_id": "Z-yantang"}
    return disputes.DisputeReport(**{**fields, "title": title, **more})


def register(store, rules, title="院墙倒塌引起的纠纷", **more):
    return write(store, disputes.register_dispute, rules, new_report(title, **more))


def count(store, table):
    return store.read(lambda c: c.execute(sa.select(sa.func.count()).select_from(table)).scalar())


def test_a_dispute_lives_from_a_call_to_the_archive(records_store, rules, clock):
    """Registered from a call, mediated with the court's confirmation, followed up, filed away."""
    store, do = records_store, lambda f, *a, **m: write(records_store, f, rules, case.id, *a, **m)
    taken = store.write(
        lambda tx: receive_call(tx, toy_room(), report(category=CallCategory.DISPUTE, note="吵架")),
        actor="anna",
    )
    case = write(store, disputes.register_from_call, rules, taken.call.id)
    assert (case.station_id, case.area_id, case.title) == ("Z", "Z-yantang", "吵架")
    assert case.number == "纠2026-00001"
    do(disputes.grade_dispute, DisputeLevel.COMPLEX)
    do(disputes.triage_dispute, Body.STATION, "w1")
    do(disputes.add_handler, Body.COURT)
    do(disputes.accept_dispute, "w1")
    do(disputes.start_mediation, consented=True)
    do(disputes.hold_sitting, Mediation.PEOPLE)
    do(disputes.reach_agreement, "各修一半")
    do(disputes.note_confirmation, "applied")
    do(disputes.note_confirmation, "confirmed")
    do(disputes.advance_dispute, "performed")
    clock.now += timedelta(days=7)
    do(disputes.follow_up, passed=True)
    do(disputes.advance_dispute, "settle")
    clock.now += timedelta(days=23)
    do(disputes.follow_up, passed=True)
    closed = do(disputes.advance_dispute, "archive")
    assert closed.state == "archived"
    assert store.read(lambda c: replay_record(c, DISPUTE_KIND, case.id)) == closed
    moves = [h.move for h in store.read(lambda c: list_history(c, case.id))]
    assert moves[:2] == ["register", "grade"]
    assert moves[-1] == "archive"
    assert store.read(find_broken_row) is None


def test_call_and_dispute_lead_to_each_other(records_store, rules):
    taken = records_store.write(lambda tx: receive_call(tx, toy_room(), report()), actor="a")
    other = records_store.write(lambda tx: receive_call(tx, toy_room(), report()), actor="a")
    case = write(records_store, disputes.register_from_call, rules, taken.call.id)
    write(records_store, disputes.link_call, case.id, other.call.id)
    write(records_store, disputes.link_call, case.id, other.call.id)
    forward = records_store.read(lambda c: list_links(c, "dispute", case.id))
    assert forward == [
        ("arose_from", ("call", taken.call.id)),
        ("concerns", ("call", other.call.id)),
    ]
    back = records_store.read(lambda c: list_links(c, "call", taken.call.id))
    assert back == [("arose_from", ("dispute", case.id))]
    with pytest.raises(Refused, match="no call"):
        write(records_store, disputes.link_call, case.id, "c9")


def test_a_report_sent_twice_from_a_phone_is_taken_once(records_store, rules):
    one = register(records_store, rules, id="phone-1")
    assert register(records_store, rules, id="phone-1") == one
    assert count(records_store, record) == count(records_store, record_event) == 1


def test_a_refused_move_leaves_no_trace(records_store, rules):
    case = register(records_store, rules)
    before = (count(records_store, record_event), count(records_store, schema.audit))
    with pytest.raises(Refused, match="Permitted now"):
        write(records_store, disputes.advance_dispute, rules, case.id, "settle")
    assert (count(records_store, record_event), count(records_store, schema.audit)) == before
    assert records_store.read(lambda c: get_record(c, DISPUTE_KIND, case.id)) == case


def test_numbers_are_gapless_when_many_register_at_once(records_store, rules):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: register(records_store, rules).number, range(24)))
    assert sorted(made) == [f"纠2026-{n:05d}" for n in range(1, 25)]


def test_of_two_who_accept_at_once_one_wins_and_the_other_learns_the_state(records_store, rules):
    case = register(records_store, rules)
    write(records_store, disputes.grade_dispute, rules, case.id, DisputeLevel.GENERAL)
    write(records_store, disputes.triage_dispute, rules, case.id, Body.STATION)

    def accept(who):
        try:
            write(records_store, disputes.accept_dispute, rules, case.id, who)
        except Refused as refusal:
            return refusal.detail["state"]
        return "won"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(accept, [f"w{i}" for i in range(8)]))
    assert sorted(set(outcomes)) == ["accepted", "won"]
    assert outcomes.count("won") == 1


def test_two_people_editing_one_case_at_once_keep_both_edits_or_see_the_conflict(
    records_store, rules
):
    """Sixteen forms opened on one version: two fields, eight of each; one wins per field."""
    case = register(records_store, rules)
    shown = plain_record(case)

    def save(i):
        put = {"cause": f"原因{i}"} if i % 2 else {"people_count": 20 + i}
        try:
            write(records_store, disputes.edit_dispute, rules, case.id, put, shown)
        except Refused as refusal:
            return refusal.code
        return put

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(save, range(16)))
    won = [o for o in outcomes if o != "edit_conflict"]
    assert len(won) == 2
    kept = records_store.read(lambda c: get_record(c, DISPUTE_KIND, case.id))
    for put in won:
        for field, value in put.items():
            assert getattr(kept, field) == value


def test_sittings_noted_at_once_by_two_mediators_are_both_kept(records_store, rules):
    case = register(records_store, rules)
    do = lambda f, *a, **m: write(records_store, f, rules, case.id, *a, **m)  # noqa: E731
    do(disputes.grade_dispute, DisputeLevel.COMPLEX)
    do(disputes.triage_dispute, Body.STATION)
    do(disputes.accept_dispute, "w1")
    do(disputes.start_mediation, consented=True)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: do(disputes.hold_sitting, Mediation.PEOPLE), range(4)))
    kept = records_store.read(lambda c: get_record(c, DISPUTE_KIND, case.id))
    assert len(kept.sittings) == 4


def test_lists_narrow_page_and_count(records_store, rules, clock):
    for i in range(7):
        register(records_store, rules, station_id="Z" if i % 2 else "S", title=f"第{i}件")
    read = records_store.read
    assert len(read(lambda c: list_records(c, DISPUTE_KIND, Filters(station_ids=("Z",))))) == 3
    seen, after = [], None
    while page := read(lambda c, a=after: list_records(c, DISPUTE_KIND, after=a, limit=3)):
        seen += [r.title for r in page]
        after = (page[-1].opened_at, page[-1].id)
    assert seen == [f"第{i}件" for i in reversed(range(7))]
    assert read(lambda c: count_by(c, DISPUTE_KIND, "station_id")) == {"Z": 3, "S": 4}
    due = read(lambda c: list_due(c, DISPUTE_KIND, clock.now + timedelta(days=2)))
    assert [r.title for r in due] == [f"第{i}件" for i in range(7)]
    assert read(lambda c: list_due(c, DISPUTE_KIND, clock.now)) == []


def test_chinese_words_of_two_characters_are_found_exactly(records_store, rules):
    """Also after an edit; and pairs that are apart in the text do not count as found."""
    wall = register(records_store, rules, "围墙倒塌", place_text="堰塘村三组")
    register(records_store, rules, "墙外围观，倒车塌方")
    debt = register(records_store, rules, "借款纠纷 ABC公司")

    def found(text):
        return [r.id for r in records_store.read(lambda c: search_records(c, DISPUTE_KIND, text))]

    assert found("围墙") == [wall.id]
    assert found("堰塘 倒塌") == [wall.id]
    assert found("ａｂｃ") == [debt.id]
    assert found("纠2026-00003") == [debt.id]
    assert found("围墙倒塌了") == []
    write(records_store, disputes.edit_dispute, rules, wall.id, {"title": "院坝"}, {})
    assert found("围墙") == []
    assert found("院坝") == [wall.id]
    with pytest.raises(Refused, match="two characters"):
        found("墙")


def test_a_search_for_pairs_that_are_apart_finds_nothing(records_store, rules):
    register(records_store, rules, "甲乙乙丙")
    assert records_store.read(lambda c: search_records(c, DISPUTE_KIND, "甲乙丙")) == []


def test_a_party_s_name_is_nowhere_in_the_case_or_its_history(records_store, rules):
    case = register(records_store, rules)
    key = write(
        records_store, disputes.add_party, rules, case.id, Person("", "欧阳锋", "13800138000"),
        side="甲方",
    )  # fmt: skip
    kept = records_store.read(lambda c: find_record(c, DISPUTE_KIND, case.id))
    assert [p.key for p in kept.parties] == [key]
    for table in (record, record_event, schema.audit):
        stored = [row.body for row in open_rows_of(records_store, table)]
        assert not any("欧阳" in body or "13800138000" in body for body in stored)
