"""What a form does not take: refused in words that name the field, and nothing is written."""

import json

import pytest

from tests.web.conftest import app, client, toy_store  # noqa: F401

DISPUTE = {"station": "Z", "category": "neighbours", "title": "wall", "id": "c1"}
STAFF = {"station": "S", "id": "w1", "name": "民警一"}
STAY = {"station": "S", "id": "w1", "other": "Z", "first": "2026-03-02", "last": "2026-03-31"}
PLAN = {"station": "Z", "kind": "register", "checker": "T", "sizes": "g1 30"}
BOOK = {"station": "Z", "service": "1", "day": "2026-03-03", "slot": "09:00"}
VISIT = {"id": "v1", "place": "household", "station_id": "Z", "note": "x",
         "at": "2026-03-01T12:00:00Z", "sent_at": "2026-03-01T12:00:00Z"}  # fmt: skip


def rosters(what):
    return f"/records/rosters/{'' if what == 'leave' else 'lead/'}{what}"


@pytest.mark.parametrize(
    ("address", "data", "said"),
    [
        ("/records/disputes", {**DISPUTE, "category": "x"}, "“x” is not one of the choices"),
        ("/records/disputes", {**DISPUTE, "title": " "}, "not filled in: title"),
        ("/records/disputes", {**DISPUTE, "title": "墙" * 501}, "at most 500 characters, 501 came"),
        ("/records/disputes", {**DISPUTE, "people_count": "99999"}, "from 1 to 9999, came “99999”"),
        ("/records/disputes", {**DISPUTE, "people_count": "²"}, "came “²”"),
        ("/records/disputes", {**DISPUTE, "station": "Q"}, "no such station"),
        ("/records/disputes", {**DISPUTE, "area_id": "S-market"}, "no such village"),
        (rosters("staff"), {**STAFF, "id": "w" * 41}, "at most 40 characters, 41 came"),
        (rosters("staff"), {**STAFF, "category": "king"}, "“king” is not one of the choices"),
        (rosters("staff"), {**STAFF, "id": "w1", "name": "民警二"}, "belongs to somebody else"),
        (rosters("second"), {**STAY, "last": "2026-03-01"}, "(2026-03-01) is before the first"),
        (rosters("second"), {**STAY, "first": "2026-02-30"}, "came “2026-02-30”"),
        (rosters("second"), {**STAY, "last": "9999-12-31"}, "from 2000 to 2099"),
        (rosters("second"), {**STAY, "other": "S"}, "goes to another station"),
        (rosters("shift"), {**STAFF, "first": "9999-12-31"}, "from 2000 to 2099"),
        (rosters("shift"), {**STAFF, "post": "king", "first": "2026-03-02"}, "“king” is not one"),
        (rosters("certify"), {**STAFF, "name": "", "first": "2027-01-01"}, "not filled in: name"),
        (rosters("leave"), {**STAFF, "id": "nobody", "first": "2026-03-02"}, "no such record"),
        ("/records/surveys/plan", {**PLAN, "sizes": "g1 999999999999"}, "from 1 to 100000"),
        ("/records/surveys/plan", {**PLAN, "sizes": "g1"}, "such as g1 250"),
        ("/records/surveys/plan", {**PLAN, "checker": "Q"}, "“Q” is not one of the choices"),
        ("/records/border/action", {"category": "fly", "day": "2026-03-02"}, "“fly”"),
        ("/book", {**BOOK, "day": "2026-02-30"}, "came “2026-02-30”"),
        ("/book", {**BOOK, "day": "2090-01-03"}, "for a year ahead"),
        ("/book", {**BOOK, "day": "2027-01-01"}, "closed on this day"),
    ],
)  # fmt: skip
def test_an_entry_that_does_not_fit_is_refused_in_words(client, toy_store, address, data, said):  # noqa: F811
    """The words name what was expected and what came; no row of a record is left behind."""
    client.post(rosters("staff"), data=STAFF)
    before = count_rows(toy_store)
    answer = client.post(address, data=data)
    assert answer.status_code in (404, 422), answer.text
    assert said in answer.text
    assert count_rows(toy_store) == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"at": "2026-03-01T12:00:00"}, "unreadable"),
        ({"place": "moon"}, "unreadable"),
        ({"at": "0001-01-01T00:00:00Z"}, "visit_old"),
        ({"note": "长" * 501}, "text_long"),
        ({"area_id": "nowhere"}, "area_unknown"),
    ],
)
def test_a_visit_that_does_not_fit_is_refused_in_words(client, toy_store, change, code):  # noqa: F811
    before = count_rows(toy_store)
    answer = client.post("/records/visits", content=json.dumps({**VISIT, **change}))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["message"]
    assert count_rows(toy_store) == before


def count_rows(store):
    return store.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM record_event").scalar())
