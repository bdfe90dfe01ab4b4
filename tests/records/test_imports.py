"""Workbooks in and out: all problems, a true preview, conflicts kept, and an undo that undoes."""

from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa

from hubpost.actions.records import disputes
from hubpost.actions.records.exports import export_records
from hubpost.actions.records.imports import import_rows, next_step, preview_import, undo_import
from hubpost.actions.records.privacy import keep_person
from hubpost.model.records.change import plain_record
from hubpost.model.records.dispute_rule import DISPUTE_KIND
from hubpost.model.records.kinds import KINDS
from hubpost.model.refused import Refused
from hubpost.storage.records.persons import Person
from hubpost.storage.records.reading import get_record, list_records, replay_record, search_records
from hubpost.storage.records.tables import record, record_batch, record_event
from hubpost.tables.records_book import (
    read_record_book,
    write_record_book,
    write_record_template,
)
from hubpost.tables.records_columns import IMPORTABLE, list_columns
from hubpost.tables.text_rows import Unreadable
from tests.records.rules import ZONE
from tests.records.test_disputes import count, register, write


def book_of(tmp_path, rows, kind="dispute", header=None):
    """A workbook with the given rows of text under the template's header."""
    path = tmp_path / f"{kind}.xlsx"
    book = openpyxl.load_workbook(BytesIO(write_record_template(kind)))
    sheet = book[kind]
    if header is not None:
        sheet.delete_rows(1)
        sheet.append(header)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def row_of(title, record_id=None, **more):
    values = {"id": record_id, "station_id": "Z", "area_id": "Z-yantang", "title": title,
              "opened_at": "2026-02-03 09:30", "category": "邻里", **more}  # fmt: skip
    return [values.get(c.field) for c in list_columns("dispute")]


def test_a_step_takes_as_many_rows_as_the_pace_of_the_last_allows_in_a_tenth_of_a_second():
    """200 rows in 0.2 s make 100; quick steps double, slow ones keep 50, at most 1,000."""
    assert next_step(200, 0.2) == 100
    assert next_step(200, 0.001) == 400
    assert next_step(200, 60.0) == 50
    assert next_step(1_000, 0.001) == 1_000


def writer(store):
    return lambda job: store.write(job, actor="anna")


def preview(store, rules, path, now, kind="dispute"):
    book = read_record_book(path, kind, ZONE)
    assert book.problem_count == 0, book.problems
    shown = store.read(lambda c: preview_import(c, rules, kind, book.rows, book.numbers, now))
    return book, shown


def bring_in(store, rules, book, shown):
    return import_rows(writer(store), rules, shown, book.rows, file="d.xlsx", sha256="0" * 64)


def test_every_problem_of_a_book_is_named_with_its_row_and_column(tmp_path):
    path = book_of(
        tmp_path,
        [
            row_of("好"),
            row_of("坏", opened_at="昨天"),
            row_of(None),
            row_of("坏", category="吵架", people_count="很多"),
        ],
    )
    book = read_record_book(path, "dispute", ZONE)
    assert book.problem_count == 4
    assert [(p.row, p.column) for p in book.problems] == [
        (3, "时间"), (4, "简要情况"), (5, "类别"), (5, "涉及人数"),
    ]  # fmt: skip
    assert "婚姻家庭" in str(book.problems[2])


def test_a_book_without_a_required_column_is_refused_with_its_name(tmp_path):
    path = book_of(tmp_path, [["x"]], header=["简要情况"])
    with pytest.raises(Unreadable, match="派出所, 时间, 类别"):
        read_record_book(path, "dispute", ZONE)


@pytest.mark.parametrize("kind", IMPORTABLE)
def test_every_template_has_its_required_columns_and_names_no_person(kind):
    fields = {c.field for c in list_columns(kind)}
    assert fields <= set(KINDS[kind].type.__dataclass_fields__)
    assert not fields & {"name", "phone", "address"}
    assert kind != "dispute" or "parties" not in fields
    sheet = openpyxl.load_workbook(BytesIO(write_record_template(kind)))[kind]
    assert [c.value.split("\n")[1] for c in sheet[1]] == [c.field for c in list_columns(kind)]


def test_what_is_written_out_reads_back_the_same(tmp_path, light_store, rules):
    register(light_store, rules, "=SUM(1)", people_count=12, lon=108.7, lat=29.2)
    held = [plain_record(r) for r in light_store.read(lambda c: list_records(c, DISPUTE_KIND))]
    path = tmp_path / "out.xlsx"
    path.write_bytes(write_record_book("dispute", held, ZONE))
    book = read_record_book(path, "dispute", ZONE)
    assert book.problem_count == 0
    (row,) = book.rows
    assert (row["title"], row["people_count"], row["lon"]) == ("=SUM(1)", 12, 108.7)
    assert row["opened_at"][:16] == "2026-03-01T20:00"


def test_a_preview_says_what_will_be_new_changed_and_the_same_and_writes_nothing(
    records_store, rules, clock, tmp_path
):
    held = register(records_store, rules, "旧题", place_text="桥头")
    at = held.opened_at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
    same = register(records_store, rules, "不变", place_text="")
    same_at = same.opened_at.isoformat()
    path = book_of(
        tmp_path,
        [
            row_of("新题", held.id, opened_at=at, place_text="桥头"),
            row_of("不变", same.id, opened_at=same_at),
            row_of("新的"),
        ],
    )
    before = count(records_store, record_event)
    _, shown = preview(records_store, rules, path, clock.now)
    assert (shown.new, len(shown.changed), shown.same) == (1, 1, 1)
    assert ("title", "旧题", "新题") in shown.changed[0].fields
    assert count(records_store, record_event) == before


def test_an_import_does_what_the_preview_said_and_its_undo_restores_everything(
    records_store, rules, clock, tmp_path
):
    held = register(records_store, rules, "旧题", place_text="桥头")
    at = held.opened_at.isoformat()
    rows = [row_of(f"第{i}件围墙") for i in range(5)]
    rows.append(row_of("新题", held.id, opened_at=at, place_text="桥头"))
    book, shown = preview(records_store, rules, book_of(tmp_path, rows), clock.now)
    done = bring_in(records_store, rules, book, shown)
    assert (done.new, done.changed, done.conflicts) == (5, 1, ())
    find = lambda text: records_store.read(  # noqa: E731
        lambda c: search_records(c, DISPUTE_KIND, text)
    )
    assert len(find("围墙")) == 5
    assert find("新题")[0].id == held.id
    undone = undo_import(writer(records_store), rules, done.batch_id)
    assert (undone.new, undone.changed, undone.conflicts) == (5, 1, ())
    assert find("围墙") == []
    now = records_store.read(lambda c: get_record(c, DISPUTE_KIND, held.id))
    assert now.title == "旧题"
    assert records_store.read(lambda c: replay_record(c, DISPUTE_KIND, held.id)) == now
    with pytest.raises(Refused, match="undone before"):
        undo_import(writer(records_store), rules, done.batch_id)
    states = records_store.read(
        lambda c: c.execute(sa.select(record_batch.c.state)).scalars().all()
    )
    assert states == ["undone"]
    assert bring_in(records_store, rules, book, shown).conflicts == (held.id,)


def test_what_someone_changed_after_the_preview_is_left_alone(light_store, rules, clock, tmp_path):
    held = register(light_store, rules, "旧题")
    path = book_of(tmp_path, [row_of("新题", held.id, opened_at=held.opened_at.isoformat())])
    book, shown = preview(light_store, rules, path, clock.now)
    write(light_store, disputes.edit_dispute, rules, held.id, {"title": "别人改的"}, {})
    done = bring_in(light_store, rules, book, shown)
    assert done.conflicts == (held.id,)
    assert light_store.read(lambda c: get_record(c, DISPUTE_KIND, held.id)).title == "别人改的"


def test_an_undo_leaves_alone_what_was_worked_on_since(light_store, rules, clock, tmp_path):
    path = book_of(tmp_path, [row_of("一", "a"), row_of("二", "b")])
    book, shown = preview(light_store, rules, path, clock.now)
    done = bring_in(light_store, rules, book, shown)
    write(light_store, disputes.edit_dispute, rules, "a", {"title": "已办"}, {})
    undone = undo_import(writer(light_store), rules, done.batch_id)
    assert (undone.new, undone.conflicts) == (1, ("a",))
    assert count(light_store, record) == 1


def test_rows_the_rules_refuse_are_named_and_nothing_is_brought_in(
    light_store, rules, clock, tmp_path
):
    path = book_of(tmp_path, [row_of("好"), row_of("以后", opened_at="2027-01-01 00:00")])
    book, shown = preview(light_store, rules, path, clock.now)
    assert shown.problems[0][0] == 3
    with pytest.raises(Refused, match="1 rows have problems"):
        bring_in(light_store, rules, book, shown)
    assert count(light_store, record) == 0


def test_an_import_that_breaks_off_is_undone_like_any_other(
    light_store, rules, clock, tmp_path, monkeypatch
):
    monkeypatch.setattr("hubpost.actions.records.imports.STEP", 2)
    path = book_of(tmp_path, [row_of(f"第{i}") for i in range(5)])
    book, shown = preview(light_store, rules, path, clock.now)
    steps = []

    def failing(job):
        steps.append(job)
        if len(steps) == 3:
            raise OSError("power")
        return light_store.write(job, actor="anna")

    with pytest.raises(OSError, match="power"):
        import_rows(failing, rules, shown, book.rows, file="d.xlsx", sha256="0")
    (batch,) = light_store.read(lambda c: c.execute(sa.select(record_batch)).all())
    assert (batch.state, count(light_store, record)) == ("running", 2)
    assert undo_import(writer(light_store), rules, batch.id).new == 2
    assert count(light_store, record) == 0


def test_no_export_holds_a_person_and_each_is_logged(light_store, rules, tmp_path):
    case = register(light_store, rules)
    write(
        light_store,
        keep_person,
        rules,
        DISPUTE_KIND,
        case.id,
        Person("p1", "欧阳锋", "13800138000"),
    )
    data = write(light_store, export_records, rules, "dispute")
    book = openpyxl.load_workbook(BytesIO(data))
    cells = [str(c.value) for row in book["dispute"].iter_rows() for c in row]
    assert not any("欧阳" in c or "13800138000" in c for c in cells)
    with pytest.raises(Refused, match="to take out"):
        write(light_store, export_records, rules, "volunteer")
    audited = light_store.read(
        lambda c: c.execute(sa.text("SELECT count(*) FROM audit WHERE action = 'export'")).scalar()
    )
    assert audited == 1


def test_kinds_that_come_about_only_by_their_work_are_not_brought_in(light_store, rules, clock):
    with pytest.raises(Refused, match="to bring in"):
        light_store.read(lambda c: preview_import(c, rules, "rating", [], [], clock.now))
    with pytest.raises(ValueError, match="Expected one of"):
        write_record_template("rating")
