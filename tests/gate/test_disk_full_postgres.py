"""A full disk under PostgreSQL: its own refusal, raised at the place where a row would not fit.

The disk is not filled: a trigger raises what PostgreSQL raises then, SQLSTATE 53100, in the words
of another language.
"""

import pytest
from fastapi.testclient import TestClient

from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.storage.audit_chain import find_broken_row
from hubpost.storage.store import Store
from hubpost.web.app import create_app
from tests.boards import founding_events
from tests.gate.conftest import BASE, add_account, add_session
from tests.rooms import fill, toy_room
from tests.web.conftest import call_fields

_NO_ROOM = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '无法扩展文件' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION no_room()
"""


@pytest.fixture
def pg_store(postgres, clock):
    store = Store(postgres(), clock)
    fill(store, founding_events())
    yield store
    store.close()


@pytest.fixture
def browser(pg_store, gate):
    app = create_app(pg_store, toy_room(), heartbeat_s=0.2, gate=gate)
    account = add_account(pg_store, "d1", Grant(Role.DISPATCHER, ScopeKind.COUNTY, "toy"))
    with TestClient(app, base_url=BASE) as client:
        client.cookies.set("hubpost_session", add_session(pg_store, account))
        yield client


@pytest.mark.parametrize("table", ["event", "audit", "decision"])
def test_one_may_look_but_not_save_and_with_room_all_works_again(browser, pg_store, table):
    """Whichever table meets the end of the disk: 503 in words, nothing half saved."""
    own = {"Origin": BASE}
    assert browser.post("/calls", data=call_fields(), headers=own).status_code == 201
    _run(pg_store, _NO_ROOM.format(table=table))
    before = pg_store.last_event_id
    refused = browser.post("/calls", data=call_fields(note="x"), headers=own)
    assert refused.status_code == 503
    assert "磁盘已满" in refused.text
    assert len(browser.get("/api/board").json()["calls"]) == 1
    assert browser.get("/").status_code == 200
    assert pg_store.last_event_id == before
    _run(pg_store, "DROP FUNCTION no_room CASCADE")
    assert browser.post("/calls", data=call_fields(), headers=own).status_code == 201
    assert len(pg_store.board.calls) == 2
    assert pg_store.read(find_broken_row) is None


def _run(store: Store, statements: str) -> None:
    """Beside the writer, as an administrator of the database would."""
    with store.engine.begin() as conn:
        conn.exec_driver_sql(statements)
