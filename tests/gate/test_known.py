"""A visitor who is remembered: a change here counts at once, one elsewhere within a second."""

from datetime import timedelta

from hubpost.actions.identity import accounts
from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.model.events import UnitActivitySet
from hubpost.model.unit import UnitActivity
from hubpost.storage.store import Store

COUNTY = Grant(Role.DISPATCHER, ScopeKind.COUNTY, "toy")


class StillClock:
    def __init__(self, now) -> None:
        self.now = now

    def __call__(self):
        return self.now


def test_an_account_closed_by_this_process_is_out_with_the_next_request(
    as_role, toy_store, monkeypatch
):
    clock = StillClock(toy_store.now())
    monkeypatch.setattr(toy_store, "_clock", clock)
    client = as_role(COUNTY)
    assert client.get("/api/v1/units").status_code == 200
    busy = UnitActivitySet(clock.now, "S1", UnitActivity.CASEWORK)
    before = toy_store.other_writes
    toy_store.write(lambda tx: tx.record(busy), actor="t")
    assert toy_store.other_writes == before  # events alone leave what is known standing
    assert client.get("/api/v1/units").status_code == 200
    toy_store.write(lambda tx: accounts.disable_account(tx, _id_of(toy_store)), actor="t")
    assert client.get("/api/v1/units").status_code == 401


def test_an_account_closed_elsewhere_is_out_within_a_second(as_role, toy_store, monkeypatch):
    clock = StillClock(toy_store.now())
    monkeypatch.setattr(toy_store, "_clock", clock)
    client = as_role(COUNTY)
    assert client.get("/api/v1/units").status_code == 200
    other = Store(toy_store.engine.url.render_as_string(hide_password=False), clock)
    other.write(lambda tx: accounts.disable_account(tx, _id_of(other)), actor="command line")
    other.close()
    clock.now += timedelta(seconds=1)
    assert client.get("/api/v1/units").status_code == 401


def _id_of(store: Store) -> str:
    from hubpost.storage.identity.queries import find_account

    return store.read(lambda conn: find_account(conn, "anna")).id
