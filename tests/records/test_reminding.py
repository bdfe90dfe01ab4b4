"""Reminders: once a day, to those who gave an address, without any text of a record."""

from datetime import UTC, datetime, timedelta

import pytest

from hubpost.actions.notifications import Notifier
from hubpost.actions.records import disputes, reminding
from hubpost.actions.records.tasks import list_reminders
from hubpost.model.records.dispute import Body, DisputeLevel, Mediation
from hubpost.model.refused import Refused
from hubpost.storage import schema
from tests.opening import open_rows_of
from tests.records.rules import ZONE
from tests.records.test_disputes import register, write

ADDRESS = "json://127.0.0.1:1/"


def deliveries(store):
    return open_rows_of(store, schema.delivery)


def owed_by(store, rules, who="z1"):
    """A graded dispute that somebody answers for."""
    case = register(store, rules)
    write(store, disputes.grade_dispute, rules, case.id, DisputeLevel.GENERAL)
    write(store, disputes.triage_dispute, rules, case.id, Body.STATION, who)
    return write(store, disputes.accept_dispute, rules, case.id, who)


def test_what_is_owed_goes_out_once_a_day_without_any_text(records_store, rules, clock):
    case = owed_by(records_store, rules)
    write(records_store, reminding.set_reminder_address, "staff:z1", ADDRESS)
    clock.now = case.due_at - timedelta(hours=20)
    assert write(records_store, reminding.queue_reminders, rules) == 1
    assert write(records_store, reminding.queue_reminders, rules) == 0
    (sent,) = deliveries(records_store)
    assert sent.channel == "staff:z1"
    assert case.number in sent.body
    assert case.title not in sent.title + sent.body
    clock.now += timedelta(days=2)
    assert write(records_store, reminding.queue_reminders, rules) == 1
    assert "逾期" in deliveries(records_store)[1].body


def test_a_settled_dispute_is_reminded_of_as_its_second_follow_up(light_store, rules, clock):
    """Not the dispute is late, which was settled in time."""
    case = owed_by(light_store, rules)
    do = lambda action, *args, **more: write(light_store, action, rules, case.id, *args, **more)  # noqa: E731
    do(disputes.start_mediation, consented=True)
    do(disputes.hold_sitting, Mediation.PEOPLE)
    do(disputes.reach_agreement, "各修一半")
    do(disputes.advance_dispute, "performed")
    do(disputes.follow_up, passed=True)
    do(disputes.advance_dispute, "settle")
    write(light_store, reminding.set_reminder_address, "staff:z1", ADDRESS)
    clock.now += timedelta(days=40)
    assert write(light_store, reminding.queue_reminders, rules) == 1
    (sent,) = deliveries(light_store)
    assert f"纠纷第二次回访 {case.number} 逾期" in sent.body


def test_the_notifier_sends_a_reminder_to_the_address_kept(records_store, rules, clock):
    case = owed_by(records_store, rules)
    write(records_store, reminding.set_reminder_address, "station:Z", ADDRESS)
    clock.now = case.due_at - timedelta(hours=20)
    sent = []
    notifier = Notifier(records_store, (), lambda *message: not sent.append(message))
    notifier.work_once()
    write(records_store, reminding.queue_reminders, rules)
    assert notifier.work_once() == 1
    assert sent[0][0] == ADDRESS
    assert deliveries(records_store)[0].state == "sent"


def test_nobody_without_an_address_is_written_to_and_a_blank_one_ends_it(light_store, rules, clock):
    case = owed_by(light_store, rules)
    clock.now = case.due_at
    assert write(light_store, reminding.queue_reminders, rules) == 0
    write(light_store, reminding.set_reminder_address, "staff:z1", ADDRESS)
    write(light_store, reminding.set_reminder_address, "staff:z1", "")
    assert write(light_store, reminding.queue_reminders, rules) == 0
    with pytest.raises(Refused, match="Apprise"):
        write(light_store, reminding.set_reminder_address, "staff:z1", "nonsense")
    with pytest.raises(Refused, match="staff:ID"):
        write(light_store, reminding.set_reminder_address, "notifier", ADDRESS)


def test_a_co_handler_is_told_at_once_and_finds_the_case_under_his_name(light_store, rules):
    case = owed_by(light_store, rules)
    write(light_store, reminding.set_reminder_address, "staff:judge", ADDRESS)
    write(light_store, disputes.add_handler, rules, case.id, Body.COURT, "judge")
    (sent,) = deliveries(light_store)
    assert (sent.channel, sent.title) == ("staff:judge", "纠纷协办")
    assert case.title not in sent.body
    for who in ("z1", "judge"):
        assert [d.id for d in light_store.read(lambda c, w=who: disputes.list_handled(c, w))] == [
            case.id
        ]
    write(light_store, disputes.advance_dispute, rules, case.id, "withdraw", "both left")
    assert light_store.read(lambda c: disputes.list_handled(c, "judge")) == []


def test_the_round_is_made_in_the_morning_and_once(light_store, rules, clock):
    """Tasks are laid down by it, so that a new day's duties do not wait for somebody's click."""
    clock.now = datetime(2026, 3, 2, 7, 0, tzinfo=ZONE).astimezone(UTC)
    daily = reminding.DailyRound(light_store, ZONE)
    daily.work_once()
    owed = lambda: light_store.read(  # noqa: E731
        lambda c: list_reminders(c, rules, clock.now, within_days=400)
    )
    assert owed() == []
    clock.now += timedelta(hours=2)
    daily.work_once()
    first = len(owed())
    assert first > 10
    daily.work_once()
    assert len(owed()) == first


def test_the_worker_ends_when_told(light_store):
    daily = reminding.DailyRound(light_store, ZONE)
    daily.start()
    daily.stop()
    assert not daily._thread.is_alive()
