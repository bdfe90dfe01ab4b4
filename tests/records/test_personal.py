"""Persons: masked, looked at only for a purpose, free of identity numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubpost.actions.records import privacy
from hubpost.model.records.personal import (
    mask_name,
    mask_phone,
    mask_text,
    names_of,
    strip_id_numbers,
)
from hubpost.model.refused import Refused
from hubpost.storage import schema
from hubpost.storage.records.persons import Person, list_masked
from tests.records.test_disputes import register, write
from tests.storage.test_store import rows


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("欧阳锋", "欧**"), ("张", "张*"), ("Anna Bo", "A. B."), ("", "")],
)
def test_names_are_masked(name, masked):
    assert mask_name(name) == masked


def test_phones_are_masked():
    assert mask_phone("13800138012") == "138******12"
    assert mask_phone("1234") == "****"


@pytest.mark.parametrize(
    "text",
    ["身份证11010519491231002X号", "１１０１０５１９４９１２３１００２Ｘ", "110105 19491231 002x",
     "110105-19491231-0021,", "老证110105491231002号"],
)  # fmt: skip
def test_identity_numbers_are_taken_out_however_they_are_written(text):
    assert "[ID]" in strip_id_numbers(text)
    assert sum(c.isdigit() for c in strip_id_numbers(text)) == 0


@pytest.mark.parametrize(
    "text",
    [
        "电话13800138000和02379221234",
        "案号(2026)渝0114民初1234号",
        "欠款1234567元",
        "2026-03-01 12:00:00",
    ],
)
def test_other_numbers_stay(text):
    assert strip_id_numbers(text) == text


@given(
    st.text(), st.dates().filter(lambda d: 1900 <= d.year < 2100), st.integers(0, 999), st.text()
)
def test_no_identity_number_survives_between_any_texts(before, born, serial, after):
    number = f"500114{born:%Y%m%d}{serial:03d}X"
    assert number not in strip_id_numbers(f"{before.rstrip('0123456789 -')}{number} {after}")


@pytest.fixture
def case(records_store, rules):
    opened = register(records_store, rules)
    person = Person("p1", "欧阳锋", "13800138000", "堰塘村三组 身份证11010519491231002X")
    from hubpost.model.records.dispute_rule import DISPUTE_KIND

    write(records_store, privacy.keep_person, rules, DISPUTE_KIND, opened.id, person)
    return opened


def test_everybody_sees_a_masked_name_and_no_address(records_store, case):
    assert records_store.read(lambda c: list_masked(c, case.id)) == [
        Person("p1", "欧**", "138******00")
    ]


def test_details_are_given_for_a_purpose_that_is_logged_in_the_same_commit(records_store, case):
    with pytest.raises(Refused, match="Say what for"):
        write(records_store, privacy.view_person, case.id, "p1", "")
    seen = write(records_store, privacy.view_person, case.id, "p1", "follow_up", "回访", actor="bo")
    assert (seen.name, seen.phone) == ("欧阳锋", "13800138000")
    assert seen.address == "堰塘村三组 身份证[ID]"
    (view,) = write(records_store, privacy.list_views, case.id, actor="inspector")
    assert (view.actor, view.key, view.purpose, view.reason) == ("bo", "p1", "follow_up", "回访")
    audited = [(r.actor, r.action) for r in rows(records_store, schema.audit)]
    assert ("bo", "person.view") in audited
    assert ("inspector", "person.views") in audited


def test_a_person_nobody_kept_is_said_to_be_unknown(records_store, case):
    with pytest.raises(Refused, match="No details"):
        write(records_store, privacy.view_person, case.id, "p9", "mediate")


@pytest.mark.parametrize(
    ("entered", "text", "shown"),
    [
        ("王小明", "王小明与邻居争水,小明先动手", "王**与邻居争水,小*先动手"),
        ("李四(老四)", "老四欠李四的钱", "老*欠李*的钱"),
        ("欧阳锋", "欧阳锋家院墙", "欧**家院墙"),
        ("张", "张村的水渠", "张村的水渠"),
    ],
)
def test_a_record_s_own_persons_are_masked_in_its_texts(entered, text, shown):
    assert mask_text(text, names_of(entered)) == shown


def test_telephone_and_identity_numbers_are_masked_whoever_they_belong_to():
    text = "联系13800138000或者023-79312345,证件500239199001011234"
    shown = mask_text(text)
    assert "13800138000" not in shown
    assert "138" in shown
    assert "79312345" not in shown
    assert "500239199001011234" not in shown
    assert mask_text("第20260301号、12345热线、3组") == "第20260301号、12345热线、3组"


def test_a_name_behind_a_label_is_masked_though_nobody_entered_it_and_one_without_stays():
    """The limit is stated: 王五 stands without a label and cannot be told from other words."""
    assert mask_text("姓名：张三，联系人: 李四光，王五在场") == "姓名：张*，联系人: 李**，王五在场"
    assert mask_text("当事人姓名不详") == "当事人姓名不详"
