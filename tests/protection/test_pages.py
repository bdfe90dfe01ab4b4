"""The page of a person's own requests: for a clerk of the whole county, one person at a time."""

from io import BytesIO

import openpyxl
import pytest

from hubpost.actions.records import disputes
from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.storage.records.persons import Person
from hubpost.storage.records.tables import record_person
from tests.gate.conftest import *  # noqa: F403 - its fixtures
from tests.records.rules import shipped_rules
from tests.records.test_disputes import new_report, write

CLERK = (Grant(Role.CLERK, ScopeKind.COUNTY, ""),)


@pytest.fixture
def case(toy_store):
    rules = shipped_rules()
    made = write(toy_store, disputes.register_dispute, rules, new_report())
    person = Person("", "诸葛测", "13912340987", "村东")
    write(toy_store, disputes.add_party, rules, made.id, person, side="甲方")
    return made


def ask(browser, category):
    page = browser.post("/records/subjects", data={
        "category": category, "name": "诸葛测", "phone": "13912340987", "proof": "原件核对",
    })  # fmt: skip
    assert page.status_code == 200, page.text
    assert "诸*" in page.text
    assert "13912340987" not in page.text
    return page.text.split("/records/subjects/")[1].split("/")[0]


def test_a_clerk_hands_over_everything_as_a_workbook(as_role, case):
    browser = as_role(*CLERK)
    request_id = ask(browser, "access")
    sheet = browser.post(f"/records/subjects/{request_id}/gather")
    assert sheet.headers["cache-control"] == "no-store"
    book = openpyxl.load_workbook(BytesIO(sheet.content))
    assert "诸葛测" in [c.value for c in book.worksheets[0][2]]
    assert browser.post(f"/records/subjects/{request_id}/gather").status_code == 422


def test_a_correction_and_a_refusal_with_reason(as_role, case, toy_store):
    browser = as_role(*CLERK)
    request_id = ask(browser, "correct")
    answer = f"/records/subjects/{request_id}/answer"
    assert browser.post(answer, data={"how": "correct", "phone": "1"}).status_code == 422
    done = browser.post(answer, data={"how": "correct", "phone": "13500000000", "reason": "换号"})
    assert "corrected" in done.text
    refused = ask(browser, "erase")
    said = browser.post(
        f"/records/subjects/{refused}/answer", data={"how": "refuse", "reason": "在办"}
    )
    assert "refused" in said.text


def test_whoever_answers_for_one_station_only_is_refused(as_role, case):
    browser = as_role(Grant(Role.CLERK, ScopeKind.STATION, "Z"))
    assert browser.get("/records/subjects").status_code == 403


def test_without_the_key_personal_pages_say_503_and_show_nothing(as_role, case, toy_store):
    """A value sealed with a key that is not here: no traceback, no blank taken for the truth."""
    import sqlalchemy as sa

    with toy_store.engine.execution_options(hubpost_write=True).begin() as conn:
        held = conn.execute(sa.select(record_person.c.name)).scalar_one()
        lost = f"s1.00000000.{held[12:]}"
        conn.execute(record_person.update().values(name=lost))
    browser = as_role(Grant(Role.STATION_CHIEF, ScopeKind.STATION, "Z"))
    page = browser.get(f"/records/disputes/{case.id}")
    assert page.status_code == 503
    assert "密钥" in page.text or "key" in page.text
    assert "诸" not in page.text
