"""Retention: what is over is gone from every table, index and file, and a tombstone stands."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hubpost.actions.records import disputes, privacy
from hubpost.actions.records.purging import PURGED, clean_files, purge_expired
from hubpost.model.records.dispute_rule import DISPUTE_KIND
from hubpost.model.refused import Refused
from hubpost.storage.audit_chain import find_broken_row
from hubpost.storage.records.persons import Person, list_tombstones
from hubpost.storage.records.reading import (
    get_record,
    list_history,
    replay_record,
    search_records,
)
from hubpost.storage.records.tables import record_person
from tests.records.test_disputes import count, register, write

NAME = "欧阳锋"


def closed_case(store, rules, title="围墙与欧阳锋争执"):
    case = register(store, rules, title)
    write(store, disputes.add_party, rules, case.id, Person("p1", NAME, "13800138000"), side="甲")
    write(store, disputes.advance_dispute, rules, case.id, "transfer", "欧阳锋起诉", "court")
    return case


def purge(store, rules):
    return write(store, purge_expired, rules, actor="system")


def test_a_party_s_details_go_three_years_after_the_case_is_closed(records_store, rules, clock):
    case = closed_case(records_store, rules)
    clock.now += timedelta(days=3 * 365)
    assert purge(records_store, rules).persons == 0
    clock.now += timedelta(days=2)
    assert purge(records_store, rules).persons == 1
    assert count(records_store, record_person) == 0
    with pytest.raises(Refused, match="were purged on"):
        write(records_store, privacy.view_person, case.id, "p1", "mediate")
    (stone,) = records_store.read(lambda c: list_tombstones(c, case.id))
    assert (stone.what, stone.rule, stone.key) == ("person", "retain_person_dispute", "p1")
    assert records_store.read(find_broken_row) is None


def test_an_open_case_keeps_its_parties_and_reopening_stops_the_timer(light_store, rules, clock):
    case = register(light_store, rules)
    write(light_store, disputes.add_party, rules, case.id, Person("p1", NAME), side="甲")
    clock.now += timedelta(days=4 * 365)
    assert purge(light_store, rules).persons == 0


def test_texts_go_ten_years_after_closing_from_record_events_and_search(
    records_store, rules, clock
):
    case = closed_case(records_store, rules)
    clock.now += timedelta(days=3653)
    assert purge(records_store, rules).records == 0
    clock.now += timedelta(days=3)
    assert purge(records_store, rules).records == 1
    assert purge(records_store, rules).records == 0
    now = records_store.read(lambda c: get_record(c, DISPUTE_KIND, case.id))
    assert (now.title, now.reason, now.state) == (PURGED, PURGED, "transferred")
    assert records_store.read(lambda c: replay_record(c, DISPUTE_KIND, case.id)) == now
    history = records_store.read(lambda c: list_history(c, case.id))
    assert [h.move for h in history] == ["register", "edit", "transfer"]
    assert not any("争执" in str(h.changed) for h in history)
    assert records_store.read(lambda c: search_records(c, DISPUTE_KIND, "围墙")) == []
    assert records_store.read(lambda c: search_records(c, DISPUTE_KIND, case.number)) != []


def test_no_byte_of_a_purged_name_is_left_in_the_files(light_store, rules, clock, tmp_path):
    """Not in free pages, not in the search index, not in the write-ahead log."""
    closed_case(light_store, rules)

    sealed = light_store.read(lambda c: c.execute(sa.select(record_person.c.name)).scalar_one())
    assert sealed.startswith("s1.")

    def in_files(value):
        return any(value.encode() in f.read_bytes() for f in tmp_path.glob("light.sqlite*"))

    assert in_files(sealed)
    assert not in_files(NAME)
    assert not in_files("欧阳")
    clock.now += timedelta(days=3700)
    done = purge(light_store, rules)
    assert (done.persons, done.records) == (1, 1)
    clean_files(light_store)
    assert not in_files(sealed)


def test_the_same_on_postgresql_rewrites_its_tables(postgres, clock, rules):
    from hubpost.storage.store import Store
    from tests.boards import founding_events
    from tests.rooms import fill

    store = Store(postgres(), clock)
    fill(store, founding_events())
    closed_case(store, rules)
    clock.now += timedelta(days=3700)
    purge(store, rules)
    clean_files(store)
    with store.engine.connect() as conn:
        dead = conn.execute(
            sa.text("SELECT count(*) FROM record_person UNION ALL "
                    "SELECT count(*) FROM record WHERE body LIKE '%欧阳%'")
        ).scalars().all()  # fmt: skip
    store.close()
    assert dead == [0, 0]
