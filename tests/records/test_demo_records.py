"""The made-up records of the demo: as many as named, all marked, none mixed with real ones."""

import pytest
import sqlalchemy as sa

from hubpost.actions.counties import list_areas
from hubpost.actions.preparation import bring_into_service
from hubpost.actions.records.demo_records import seed_records, village_grid_ids
from hubpost.actions.records.exports import export_records
from hubpost.actions.records.imports import preview_import
from hubpost.model.records.dispute_rule import DISPUTE_KIND
from hubpost.model.records.grid import POLICE_GRID_KIND
from hubpost.model.refused import Refused
from hubpost.storage.records.reading import list_records, replay_record
from hubpost.storage.records.tables import record
from hubpost.storage.store import Store
from hubpost.tables import read_county
from hubpost.tables.records_book import read_record_book


def test_qianjiang_s_grids_and_officers_are_met_in_number_and_everything_says_synthetic(
    tmp_path, clock, rules
):
    store = Store(f"sqlite:///{tmp_path / 'q.sqlite'}", clock)
    bring_into_service(store, read_county("qianjiang"), None, actor="test")
    made = store.write(lambda tx: seed_records(tx, rules), actor="demo")
    assert (made["police_grid"], made["staff"]) == (220, 99)
    grids = store.read(lambda c: list_records(c, POLICE_GRID_KIND, limit=1_000))
    covered = [g for one in grids for g in one.village_grid_ids]
    villages = [g for a in store.read(list_areas) for g in village_grid_ids(a)]
    assert len(covered) == len(set(covered)) == 1_291
    assert sorted(covered) == sorted(villages)
    kinds = sa.select(record.c.kind, record.c.synthetic).distinct()
    marks = store.read(lambda c: c.execute(kinds).all())
    assert {synthetic for kind, synthetic in marks if kind != "task"} == {True}
    for case in store.read(lambda c: list_records(c, DISPUTE_KIND, limit=20)):
        assert store.read(lambda c, i=case.id: replay_record(c, DISPUTE_KIND, i)) == case
    for kind in ("dispute", "visit", "police_grid", "posting", "staff", "shift"):
        assert_comes_back_the_same(store, rules, kind, tmp_path / f"{kind}.xlsx")
    with pytest.raises(Refused, match="not mixed in"):
        store.write(lambda tx: seed_records(tx, rules), actor="demo")
    store.close()


def assert_comes_back_the_same(store, rules, kind, path):
    """What was taken out by workbook would, brought in again, change nothing at all."""
    path.write_bytes(store.write(lambda tx: export_records(tx, rules, kind), actor="demo"))
    book = read_record_book(path, kind, rules.zone)
    assert book.problem_count == 0
    shown = store.read(
        lambda c: preview_import(c, rules, kind, book.rows, book.numbers, store.now())
    )
    assert (shown.new, shown.changed, shown.problems) == (0, (), ())
    assert shown.same == len(book.rows) > 0
