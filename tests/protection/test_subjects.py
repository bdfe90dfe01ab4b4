"""A person's own data: all of it and nobody else's, put right everywhere, deleted with proof."""

from io import BytesIO

import openpyxl
import pytest

from hubpost.actions.calls import close_call, receive_call
from hubpost.actions.records import disputes, services, subjects
from hubpost.actions.records.subjects import MOST_READINGS, SubjectAsk
from hubpost.model.refused import Refused
from hubpost.storage import schema
from hubpost.storage.records.persons import Person
from hubpost.tables.subject_sheet import write_subject_sheet
from tests.records.rules import ZONE
from tests.records.test_disputes import new_report, write
from tests.rooms import report, toy_room
from tests.storage.test_store import rows

PHONE, OTHER = "13912340987", "13800138000"


@pytest.fixture
def store(sealed_store, rules):
    """Zhuge Ce in a dispute and at the counter, and as a caller; a namesake, and a neighbour."""

    def add(case, person):
        write(sealed_store, disputes.add_party, rules, case.id, person, side="甲方")

    case = write(sealed_store, disputes.register_dispute, rules, new_report("诸葛测与欧阳锋争田埂"))
    for name, phone in (("诸葛测", "139 1234 0987"), ("欧阳锋", OTHER)):
        write(
            sealed_store,
            disputes.add_party,
            rules,
            case.id,
            Person("", name, phone, "村东"),
            side="甲方",
        )
    served = write(sealed_store, services.receive_service, rules, "Z", "16",
                   contact=Person("applicant", "诸葛测", PHONE)).case  # fmt: skip
    write(sealed_store, services.advance_service, rules, served.id, "process")
    write(sealed_store, services.deliver_service, rules, served.id, actor="clerk")
    other = write(sealed_store, disputes.register_dispute, rules, new_report("同名者的案子"))
    write(
        sealed_store,
        disputes.add_party,
        rules,
        other.id,
        Person("", "诸葛测", "13700137000"),
        side="甲方",
    )
    taken = write(
        sealed_store, receive_call, toy_room(), report(caller_phone=PHONE, place_text="磨坊")
    ).call
    write(sealed_store, close_call, taken.id, "walked home")
    return sealed_store


def ask(store, rules, category="access", **more):
    fields = {"person": Person("", "诸葛测", PHONE), "proof": "身份证原件核对", **more}
    return write(
        store, subjects.register_request, rules, SubjectAsk(category, **fields), actor="clerk"
    )


def gathered(store, rules, **more):
    request = ask(store, rules, **more)
    return store.write(lambda tx: subjects.gather(tx, rules, request.id), actor="clerk")


def actions_of(store, *names):
    return [r for r in rows(store, schema.audit) if r.action in names]


def test_everything_of_the_person_is_found_and_nothing_of_others(store, rules):
    found = gathered(store, rules)
    assert [(h.kind, h.details.name) for h in found.held] == [
        ("dispute", "诸葛测"),
        ("service", "诸葛测"),
    ]
    assert [c.place_text for c in found.calls] == ["磨坊"]
    book = openpyxl.load_workbook(BytesIO(write_subject_sheet(found, ZONE)))
    cells = [str(c.value) for s in book for row in s.iter_rows() for c in row if c.value]
    text = "\n".join(cells)
    assert "诸葛测与欧**争田埂" in text
    for alien in ("欧阳锋", OTHER, "同名者", "13700137000"):
        assert alien not in text


def test_each_place_read_is_logged_and_the_next_request_tells_of_it(store, rules):
    first = gathered(store, rules)
    views = actions_of(store, "person.view")
    assert {v.subject for v in views} == {h.record_id for h in first.held}
    assert all("subject_request" in v.body and v.actor == "clerk" for v in views)
    second = gathered(store, rules)
    assert [v.purpose for h in second.held for v in h.views] == ["subject_request"] * 2


def test_a_name_alone_is_refused_and_a_record_s_number_stands_in_for_the_telephone(store, rules):
    with pytest.raises(Refused) as caught:
        ask(store, rules, person=Person("", "诸葛测"))
    assert caught.value.code == "subject_vague"
    number = gathered(store, rules).held[0].number
    found = gathered(store, rules, person=Person("", "诸葛测"), number=number)
    assert [h.number for h in found.held] == [number]


def test_no_request_without_proof_of_identity_and_no_card_number_is_kept(store, rules):
    with pytest.raises(Refused) as caught:
        ask(store, rules, proof=" ")
    assert caught.value.code == "field_missing"
    kept = ask(store, rules, proof="身份证 11010519491231002X")
    assert kept.proof == "身份证 [ID]"


def test_a_request_is_due_in_fifteen_working_days_and_answered_once(store, rules):
    request = ask(store, rules)
    assert request.due_at == rules.deadline("subject_request", request.opened_at).at
    assert (request.due_at - request.opened_at).days >= 19
    store.write(lambda tx: subjects.gather(tx, rules, request.id), actor="clerk")
    with pytest.raises(Refused) as caught:
        store.write(lambda tx: subjects.gather(tx, rules, request.id), actor="clerk")
    assert caught.value.code == "subject_answered"


def test_nobody_reads_many_persons_in_an_hour(store, rules, clock):
    for _ in range(MOST_READINGS):
        gathered(store, rules)
    with pytest.raises(Refused) as caught:
        gathered(store, rules)
    assert caught.value.code == "subject_often"
    clock.now += subjects._WITHIN
    assert gathered(store, rules).held


def test_a_correction_reaches_every_place_and_is_found_under_the_new_number(store, rules):
    request = ask(store, rules, "correct")
    right = Person("", "", "13555555555")
    _, places = store.write(
        lambda tx: subjects.correct(tx, rules, request.id, right, "换号"), actor="clerk"
    )
    assert places == 2
    again = gathered(store, rules, person=Person("", "诸葛测", "13555555555"))
    assert [h.details.phone for h in again.held] == ["13555555555"] * 2
    assert [h.details.address for h in again.held] == ["村东", ""]
    assert {h.kind for h in gathered(store, rules).held} == {"subject_request"}, "but the request"
    assert len(actions_of(store, "person.correct")) == 2


def test_deletion_takes_what_is_over_keeps_what_is_open_and_leaves_proof(store, rules):
    request = ask(store, rules, "erase")
    done, still = store.write(
        lambda tx: subjects.erase(tx, rules, request.id, "目的已实现"), actor="clerk"
    )
    assert (done.state, done.places, len(still)) == ("erased", 1, 1)
    (proof,) = store.read(lambda c: subjects.list_tombstones_of(c, request.id))
    assert (proof.kind, proof.what, proof.actor) == ("service", "person", "clerk")
    left = gathered(store, rules)
    assert {h.kind for h in left.held} == {"dispute", "subject_request"}
    again = ask(store, rules, "erase")
    with pytest.raises(Refused) as caught:
        store.write(lambda tx: subjects.erase(tx, rules, again.id, "再删"), actor="clerk")
    assert caught.value.code == "subject_needed"
    refused = store.write(
        lambda tx: subjects.refuse(tx, rules, again.id, "案件仍在办理"), actor="clerk"
    )
    assert (refused.state, refused.reason) == ("refused", "案件仍在办理")


def test_a_refusal_needs_its_reason(store, rules):
    request = ask(store, rules)
    with pytest.raises(Refused) as caught:
        store.write(lambda tx: subjects.refuse(tx, rules, request.id, " "), actor="clerk")
    assert caught.value.code == "field_missing"
