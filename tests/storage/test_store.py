"""The store, the same tests on SQLite and PostgreSQL: all or nothing, one order, nothing lost."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from hubpost.model import events as ev
from hubpost.model.apply import Refused, replay
from hubpost.model.board import Board
from hubpost.model.codec import event_from_json
from hubpost.storage import board_state, schema
from hubpost.storage.audit_chain import find_broken_row, last_seal
from hubpost.storage.engine import create_engine
from hubpost.storage.statements import INSERT_RESPONSE
from hubpost.storage.store import Store
from tests.boards import at, founding_events, received
from tests.model.test_apply import WHOLE_LIFE
from tests.opening import open_rows_of
from tests.rooms import fill


def rows(store: Store, table: sa.Table) -> list[sa.Row]:
    order = table.primary_key.columns
    return store.read(lambda conn: conn.execute(sa.select(table).order_by(*order)).all())


def stored_events(store: Store) -> list[ev.Event]:
    return [event_from_json(r.kind, r.body) for r in open_rows_of(store, schema.event)]


def test_board_after_commits_equals_the_board_replayed_from_events(store):
    fill(store, [*founding_events(), received(), *WHOLE_LIFE])
    assert store.board == replay(stored_events(store))
    assert store.board == replay([*founding_events(), received(), *WHOLE_LIFE])


def test_a_reopened_store_has_the_same_board(store, database_url):
    fill(store, [*founding_events(), received(), *WHOLE_LIFE[:3]])
    again = Store(database_url)
    assert (again.board, again.last_event_id) == (store.board, store.last_event_id)
    again.close()


def test_a_snapshot_and_the_events_after_it_make_the_same_board(store, database_url, monkeypatch):
    monkeypatch.setattr("hubpost.storage.store.SNAPSHOT_EVERY", 4)
    for event in [*founding_events(), received(), *WHOLE_LIFE]:
        fill(store, [event])
    assert 0 < rows(store, schema.snapshot)[0].event_id < store.last_event_id
    again = Store(database_url)
    assert again.board == store.board
    assert list(again.board.units) == list(store.board.units)
    again.close()


def test_a_snapshot_of_another_format_is_left_unread(store, database_url, monkeypatch):
    monkeypatch.setattr("hubpost.storage.store.SNAPSHOT_EVERY", 4)
    fill(store, [*founding_events(), received()])
    monkeypatch.setattr(board_state, "SNAPSHOT_FORMAT", 99)
    again = Store(database_url)
    assert again.board == store.board
    again.close()


def test_an_action_that_fails_halfway_leaves_no_trace(store):
    fill(store, founding_events())
    before = (store.board, len(rows(store, schema.event)), len(rows(store, schema.audit)))

    def half(tx):
        tx.record(received())
        tx.record(ev.UnitArrived(at(1), "c1", "S1"))

    with pytest.raises(Refused):
        store.write(half, actor="test")
    after = (store.board, len(rows(store, schema.event)), len(rows(store, schema.audit)))
    assert after == before
    assert rows(store, schema.call) == []


def test_an_action_that_fails_does_not_undo_its_neighbours_in_the_same_commit(store):
    """Group commit: each action of the group stands or falls alone."""
    fill(store, founding_events())

    def slow(tx):
        time.sleep(0.2)  # the next three queue up behind this one and share a commit
        tx.record(received())

    first = store.submit(slow, actor="a")
    good = store.submit(lambda tx: tx.record(received(call_id="c2")), actor="b")
    bad = store.submit(lambda tx: tx.record(ev.UnitArrived(at(1), "c1", "S1")), actor="c")
    last = store.submit(lambda tx: tx.record(received(call_id="c3")), actor="d")
    assert [f.result() is not False for f in (first, good, last)] == [True] * 3
    assert isinstance(bad.exception(), Refused)
    assert set(store.board.calls) == {"c1", "c2", "c3"}
    ids = [r.id for r in rows(store, schema.event)]
    assert ids == list(range(1, len(ids) + 1))


def test_state_tables_say_what_the_board_says(store):
    fill(store, [*founding_events(), received(), *WHOLE_LIFE[:4]])
    unit = {r.id: r for r in rows(store, schema.unit)}["S1"]
    on_board = store.board.units["S1"]
    assert (unit.activity, unit.since, unit.call_id) == ("on_scene", on_board.since, "c1")
    (call,) = rows(store, schema.call)
    assert (call.state, call.received_at) == ("arrived", received().call.received_at)
    (response,) = rows(store, schema.response)
    assert response.arrived_at == at(12)
    fill(store, [WHOLE_LIFE[4], ev.CallCleared(at(41), "c1", "wall removed")])
    (call,) = open_rows_of(store, schema.call)
    assert (call.state, call.closed_at, call.outcome) == ("cleared", at(41), "wall removed")


def test_the_database_itself_refuses_a_second_active_response(store):
    fill(store, [*founding_events(), received(), received(call_id="c2"), WHOLE_LIFE[0]])
    double = schema.response.insert().values(call_id="c2", idx=0, unit_id="S1", assigned_at=at(2))
    with pytest.raises(sa.exc.IntegrityError):
        store.write(lambda tx: tx.conn.execute(double), actor="test")


def test_a_row_refused_at_the_end_fails_its_own_action_and_no_other_of_the_commit(store):
    """Rows are sent together when the group commits; each action then stands or falls alone."""
    fill(store, [*founding_events(), received(), received(call_id="c2"), WHOLE_LIFE[0]])
    double = {"call_id": "c2", "idx": 0, "unit_id": "S1", "assigned_at": at(2)}

    def slow(tx):
        time.sleep(0.2)  # the next three queue up behind this one and share a commit
        tx.record(received(call_id="c3"))

    first = store.submit(slow, actor="a")
    good = store.submit(lambda tx: tx.record(received(call_id="c4")), actor="b")
    bad = store.submit(lambda tx: tx.keep(INSERT_RESPONSE, double), actor="c")
    reads = store.submit(
        lambda tx: tx.reading.execute(sa.select(sa.func.count(schema.call.c.id))).scalar(),
        actor="d",
    )
    assert isinstance(bad.exception(), sa.exc.IntegrityError)
    assert first.result() is None
    assert good.result()
    assert reads.result() == 4
    ids = [r.id for r in rows(store, schema.event)]
    assert ids == list(range(1, len(ids) + 1))
    assert store.read(find_broken_row) is None
    assert store.board == replay(stored_events(store))


def test_an_attempt_that_fails_is_undone_and_the_action_goes_on(store):
    fill(store, [*founding_events(), received()])

    def work(tx):
        tx.record(received(call_id="c2"))
        with suppress(Refused), tx.attempt():
            tx.record(received(call_id="c3"))
            tx.record(ev.UnitArrived(at(1), "c1", "S1"))
        tx.record(received(call_id="c4"))

    store.write(work, actor="a")
    assert set(store.board.calls) == {"c1", "c2", "c4"}
    assert {r.id for r in rows(store, schema.call)} == {"c1", "c2", "c4"}
    assert store.board == replay(stored_events(store))
    assert store.read(find_broken_row) is None


@pytest.mark.postgres
def test_a_connection_that_was_cut_is_made_anew_for_the_next_write(postgres):
    """The server was restarted between two calls: the second is taken all the same."""
    url = postgres()
    store = Store(url)
    fill(store, founding_events())
    pid = store._writer.backend_pid
    with store.engine.connect() as conn:
        conn.execute(sa.select(sa.func.pg_terminate_backend(pid)))
    fill(store, [received()])
    assert store._writer.backend_pid != pid
    assert "c1" in store.board.calls
    store.close()


def test_a_second_process_writes_on_the_newest_board(store, database_url):
    """Two stores on one database, as two app processes: the board is never a stale one."""
    fill(store, [*founding_events(), received(), received(call_id="c2")])
    other = Store(database_url)
    other.write(lambda tx: tx.record(WHOLE_LIFE[0]), actor="other")
    assign_again = ev.UnitAssigned(at(2), "c2", "S1")
    with pytest.raises(Refused, match="assigned on call c1"):
        store.write(lambda tx: tx.record(assign_again), actor="test")
    store.refresh()
    assert store.board == other.board
    other.close()


def test_a_caller_who_no_longer_waits_does_not_end_the_writer(store):
    """A browser that hangs up cancels what it waited for; the work is done and others go on."""
    fill(store, founding_events())
    future = store.submit(lambda tx: tx.record(received()), actor="gone")
    assert future.cancel() is False
    fill(store, [received(call_id="c2")])
    assert set(store.board.calls) == {"c1", "c2"}


def test_listeners_hear_of_each_commit_and_only_of_commits(store):
    heard: list[int] = []
    stop = store.listen(heard.append)
    fill(store, founding_events())
    with pytest.raises(Refused):
        fill(store, [ev.UnitArrived(at(1), "c1", "S1")])
    stop()
    fill(store, [received()])
    assert heard == [len(founding_events())]


@pytest.mark.parametrize(
    ("tampering", "complaint"),
    [
        ("UPDATE audit SET actor = 'someone else' WHERE id = 3", "row 3 .* was changed"),
        ("DELETE FROM audit WHERE id = 4", "row 4 is missing"),
        ("UPDATE audit SET previous_hash = 'x' WHERE id = 5", "row 5 is not chained"),
    ],
)
def test_a_changed_or_missing_audit_row_is_found_and_named(store, tampering, complaint):
    fill(store, [*founding_events(), received()])
    assert store.read(find_broken_row) is None
    with store.engine.execution_options(hubpost_write=True).begin() as conn:
        conn.execute(sa.text(tampering))
    _, what = store.read(find_broken_row)
    assert re.search(complaint, what)


def test_a_cut_off_audit_tail_shows_against_a_noted_seal(store):
    fill(store, [*founding_events(), received()])
    noted = store.read(last_seal)
    with store.engine.execution_options(hubpost_write=True).begin() as conn:
        conn.execute(schema.audit.delete().where(schema.audit.c.id == noted[0]))
    assert store.read(find_broken_row) is None
    assert store.read(last_seal) != noted


def test_an_unknown_database_is_refused_with_what_to_do():
    with pytest.raises(ValueError, match="Expected a sqlite:/// or postgresql:// address"):
        create_engine("mysql://localhost/x")


def test_times_without_a_zone_are_refused(store):
    naive = ev.UnitAssigned(at(1).replace(tzinfo=None), "c1", "S1")
    fill(store, [*founding_events(), received()])
    with pytest.raises((TypeError, ValueError, sa.exc.StatementError)):
        fill(store, [naive])
    assert store.board.calls["c1"].responses == ()


_KILLED = """
import sys
from hubpost.storage.store import Store
from tests.boards import founding_events, received
from tests.rooms import fill
store = Store(sys.argv[1])
fill(store, founding_events())
print("ready", flush=True)
n = 0
while True:
    n += 1
    fill(store, [received(call_id=f"c{n}")])
    print(n, flush=True)
"""


def test_kill_dash_nine_loses_nothing_that_was_acknowledged(database_url):
    """A process killed while it writes: every call it had reported as taken is there."""
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, database_url],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == "40":
            break
    os.kill(process.pid, signal.SIGKILL)
    acknowledged = [40, *(int(line) for line in process.stdout)]
    process.wait()
    survivor = Store(database_url)
    assert {f"c{n}" for n in range(1, max(acknowledged) + 1)} <= set(survivor.board.calls)
    assert survivor.board == replay(stored_events(survivor), Board())
    assert survivor.read(find_broken_row) is None
    survivor.close()
