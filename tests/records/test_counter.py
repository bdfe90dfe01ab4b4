"""The counter: receipt codes, queue, appointments; ratings: once, anonymous, corrected in time."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from hubpost.actions.records import ratings, services
from hubpost.model.records.rating import RATING_KIND
from hubpost.model.refused import Refused
from hubpost.storage.records.persons import Person, list_masked
from hubpost.storage.records.reading import get_record, list_records
from hubpost.storage.records.tables import record, record_event
from tests.opening import open_rows_of
from tests.records.test_disputes import write

MONDAY = date(2026, 3, 2)


def receive(store, rules, service="16", **more):
    return write(store, services.receive_service, rules, "Z", service, actor="clerk", **more)


def deliver(store, rules, actor="clerk", **more):
    case = receive(store, rules, **more).case
    return write(store, services.deliver_service, rules, case.id, actor=actor)


def rate(store, rules, token, level, **more):
    return write(store, ratings.give_rating, rules, token, level, actor="public", **more)


def test_whoever_holds_the_receipt_sees_the_progress_and_nobody_else_can(records_store, rules):
    taken = receive(records_store, rules, contact=Person("applicant", "张三", "13800138000"))
    write(records_store, services.ask_papers, rules, taken.case.id, "照片两张")
    see = lambda code: records_store.read(  # noqa: E731
        lambda c: services.find_progress(c, rules, code)
    )
    seen = see(taken.receipt_code.lower().replace("", " "))
    assert (seen.service_zh, seen.state_zh, seen.missing) == ("居住证申领", "待补正", "照片两张")
    assert see("AAAA-AAAA-AAAA") is None
    masked = records_store.read(lambda c: list_masked(c, taken.case.id))
    assert masked[0].name == "张*"


def test_the_database_holds_no_receipt_code(light_store, rules, tmp_path):
    code = receive(light_store, rules).receipt_code
    with sqlite3.connect(tmp_path / "light.sqlite") as conn:
        dump = "\n".join(conn.iterdump())
    assert code not in dump
    opened = repr([vars(r) for t in (record, record_event) for r in open_rows_of(light_store, t)])
    assert code not in opened
    assert code[-4:] in opened


def test_each_service_says_how_the_other_papers_are_met(rules):
    rows = rules.lists["services"]
    assert len(rows) == 18
    assert {r["met"] for r in rows} <= {"look_up", "declaration", "none"}
    assert all(r["met_zh"] for r in rows if r["met"] != "none")


def test_the_queue_is_called_in_order_and_a_missed_one_may_come_again(light_store, rules):
    tickets = [write(light_store, services.take_ticket, rules, "Z", "16") for _ in range(3)]
    call = lambda: write(light_store, services.call_next, rules, "Z")  # noqa: E731
    assert call().id == tickets[0].id
    write(light_store, services.move_ticket, rules, tickets[0].id, "miss")
    assert call().id == tickets[1].id
    write(light_store, services.move_ticket, rules, tickets[1].id, "serve")
    write(light_store, services.move_ticket, rules, tickets[0].id, "requeue")
    assert {call().id, call().id} == {tickets[0].id, tickets[2].id}
    assert call() is None


def test_two_counters_calling_at_once_never_call_the_same_ticket(records_store, rules):
    for _ in range(6):
        write(records_store, services.take_ticket, rules, "Z", "16")
    with ThreadPoolExecutor(6) as pool:
        called = list(
            pool.map(lambda _: write(records_store, services.call_next, rules, "Z").id, range(6))
        )
    assert len(set(called)) == 6


def test_appointments_are_for_working_days_and_end_when_a_slot_is_full(light_store, rules):
    book = lambda day, slot="09:30": write(  # noqa: E731
        light_store, services.book_slot, rules, "Z", "16", day, slot
    )
    for day, words in ((date(2026, 2, 27), "past"), (date(2026, 3, 7), "closed")):
        with pytest.raises(Refused, match=words):
            book(day)
    assert book(date(2026, 2, 28) + timedelta(days=224)).day == date(
        2026, 10, 10
    )  # a worked Saturday
    for _ in range(services.SLOT_CAPACITY):
        book(MONDAY)
    with pytest.raises(Refused, match="full"):
        book(MONDAY)
    free = light_store.read(lambda c: services.list_free_slots(c, "Z", MONDAY))
    assert "09:30" not in free
    assert "10:00" in free
    with pytest.raises(Refused, match="Expected one of"):
        book(MONDAY, "03:00")


def test_a_service_is_rated_once_and_a_false_code_not_at_all(records_store, rules):
    _, token = deliver(records_store, rules)
    assert rate(records_store, rules, token, 2, aspects=(1, 2, 2, 3)).state == "given"
    with pytest.raises(Refused, match="already"):
        rate(records_store, rules, token, 5)
    parts = token.split(".")
    forged = ".".join([parts[0], parts[1], "someone-else", *parts[3:]])
    for false in (forged, token[:-1] + "x", "", "a.b.c.d.e"):
        with pytest.raises(Refused, match="not one of ours"):
            rate(records_store, rules, false, 1)
    with pytest.raises(Refused, match="from 1"):
        rate(records_store, rules, deliver(records_store, rules)[1], 0)


def test_nothing_in_a_rating_leads_to_the_case(light_store, rules):
    case, token = deliver(light_store, rules)
    rating = rate(light_store, rules, token, 1)
    from hubpost.model.records.change import plain_record

    text = str(plain_record(rating))
    assert case.id not in text
    assert case.number not in text
    assert case.id not in token


def test_the_handler_never_sees_or_handles_a_rating_of_his_own(light_store, rules):
    made = [
        rate(light_store, rules, deliver(light_store, rules)[1], level) for level in (5, 1, 1, 1)
    ]
    assert light_store.read(lambda c: ratings.list_ratings(c, "clerk")) == []
    assert len(light_store.read(lambda c: ratings.list_ratings(c, "chief"))) == 4
    assert light_store.read(lambda c: ratings.own_counts(c, "clerk")) is None
    rate(light_store, rules, deliver(light_store, rules)[1], 2)
    assert light_store.read(lambda c: ratings.own_counts(c, "clerk")) == {1: 3, 2: 1, 5: 1}
    with pytest.raises(Refused, match="does not handle"):
        write(
            light_store, ratings.handle_rating, rules, made[0].id, "call_back", "x", actor="clerk"
        )


def test_a_bad_rating_is_opened_at_once_called_back_and_corrected(light_store, rules):
    _, token = deliver(light_store, rules)
    bad = rate(light_store, rules, token, 4, comment="等太久", phone="13800138000")
    assert bad.state == "opened"
    assert bad.due_at is not None
    assert light_store.read(lambda c: list_masked(c, bad.id))[0].phone == "138******00"
    do = lambda move, text="": write(  # noqa: E731
        light_store, ratings.handle_rating, rules, bad.id, move, text, actor="chief"
    )
    do("call_back", "属实")
    do("correct", "增开窗口")
    assert do("not_content").state == "opened"
    do("call_back", "再访")
    do("correct", "致歉")
    assert do("confirm").state == "confirmed"
    stored = light_store.read(lambda c: get_record(c, RATING_KIND, bad.id))
    assert stored.closed_at is not None


def test_satisfaction_is_shown_beside_the_rating_rate_with_counts(light_store, rules, clock):
    """Ten delivered, four rated, three of the top levels: 75 % of four, and 40 % rated."""
    begin = clock.now
    tokens = [deliver(light_store, rules)[1] for _ in range(10)]
    for token, level in zip(tokens, (1, 2, 3, 4), strict=False):
        rate(light_store, rules, token, level)
    shown = light_store.read(
        lambda c: ratings.satisfaction(c, begin, clock.now + timedelta(seconds=1))
    )
    assert (shown.satisfied.value, shown.satisfied.counts) == (0.75, {"hits": 3, "of": 4})
    assert shown.satisfied.low < 0.5
    assert shown.rated.value == pytest.approx(0.4)
    assert shown.levels == {1: 1, 2: 1, 3: 1, 4: 1}
    none = light_store.read(lambda c: ratings.satisfaction(c, begin, begin))
    assert none.satisfied.value is None


def test_ratings_are_listed_by_no_one_s_name(light_store, rules):
    rate(light_store, rules, deliver(light_store, rules)[1], 1)
    (rating,) = light_store.read(lambda c: list_records(c, RATING_KIND))
    assert "clerk" not in repr(rating)
