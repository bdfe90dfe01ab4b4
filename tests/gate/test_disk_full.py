"""A full disk: looking goes on, nothing is half saved, and room is all that is needed."""

from hubpost.model.access import Role
from hubpost.storage.audit_chain import find_broken_row
from tests.gate.conftest import county
from tests.web.conftest import call_fields


def let_grow(store, pages):
    """Forbid the file to grow beyond so many pages: SQLite then says SQLITE_FULL itself."""
    pragma = f"PRAGMA max_page_count = {pages}"
    store.write(lambda tx: tx.conn.exec_driver_sql(pragma).fetchall(), actor="test")


def test_with_a_full_disk_one_may_look_but_not_save_and_with_room_all_works_again(
    as_role, toy_store, clock
):
    browser = as_role(county(Role.DISPATCHER), county(Role.AUDITOR))
    assert browser.post("/calls", data=call_fields()).status_code == 201
    let_grow(toy_store, 1)  # SQLite takes the present size for it
    answers = [browser.post("/calls", data=call_fields(note="x" * 900)) for _ in range(40)]
    refused = [a for a in answers if a.status_code == 503]
    assert refused, [a.status_code for a in answers]
    assert "disk is full" in refused[0].text
    saved = len(toy_store.board.calls)
    assert saved == 1 + sum(a.status_code == 201 for a in answers)
    assert browser.get("/").status_code == 200
    assert len(browser.get("/api/board").json()["calls"]) == saved
    let_grow(toy_store, 2**30)
    assert browser.post("/calls", data=call_fields()).status_code == 201
    assert len(toy_store.board.calls) == saved + 1
    assert toy_store.read(find_broken_row) is None
