"""The page of workbooks: a template out, a preview, an import, an undo; bad files turned away."""

import re
import zipfile
from io import BytesIO

import openpyxl
import pytest

from hubpost.actions.records.uploads import upload_folder
from hubpost.tables.records_columns import IMPORTABLE
from hubpost.tables.records_upload import check_workbook
from hubpost.tables.text_rows import Unreadable
from tests.records.test_imports import book_of, row_of
from tests.records.test_pages import page  # noqa: F401
from tests.web.conftest import app, client, toy_store  # noqa: F401


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def send(page, path, kind="dispute", station="", name="d.xlsx"):  # noqa: F811
    with path.open("rb") as stream:
        return page.post(
            f"/records/books/upload?kind={kind}&station={station}",
            files={"book": (name, stream, "application/octet-stream")},
        )


def token_of(text):
    return re.search(r'name="token" value="(\w+)"', text).group(1)


def test_every_kind_has_its_template_and_its_export(page):  # noqa: F811
    for kind in IMPORTABLE:
        empty = page.get(f"/records/books/{kind}/template")
        assert openpyxl.load_workbook(BytesIO(empty.content)).sheetnames == [kind]
        assert page.post(f"/records/books/{kind}/export").status_code == 200
    assert page.get("/records/books/person/template").status_code == 404
    assert page.post("/records/books/person/export").status_code == 422


def test_a_workbook_is_shown_brought_in_and_taken_back(page, tmp_path):  # noqa: F811
    sent = send(page, book_of(tmp_path, [row_of("围墙倒塌"), row_of("排水沟改道")]))
    assert "new 2, changed 0, the same 0" in sent.text
    assert "围墙倒塌" not in page.get("/records/disputes").text
    done = page.post("/records/books/confirm", data={"token": token_of(sent.text)})
    assert "brought in" in done.text
    assert "围墙倒塌" in page.get("/records/disputes").text
    again = page.post("/records/books/confirm", data={"token": token_of(sent.text)})
    assert "This preview is over" in again.text
    batch = re.search(r'data-batch="(\w+)"', done.text).group(1)
    undone = page.post("/records/books/undo", data={"batch": batch})
    assert "taken back" in undone.text
    assert "围墙倒塌" not in page.get("/records/disputes").text
    assert list(upload_folder().iterdir()) == []


def test_what_is_taken_out_comes_in_again_as_changes_field_by_field(page, tmp_path):  # noqa: F811
    page.post("/records/disputes", data={"station": "Z", "category": "debt", "title": "借款"})
    out = tmp_path / "out.xlsx"
    out.write_bytes(page.post("/records/books/dispute/export").content)
    assert "new 0, changed 0, the same 1" in send(page, out).text
    book = openpyxl.load_workbook(out)
    header = [c.value.split("\n")[-1] for c in book["dispute"][1]]
    book["dispute"].cell(2, header.index("cause") + 1).value = "利息"
    book.save(out)
    shown = send(page, out).text
    assert "new 0, changed 1" in shown
    assert re.search(r"<td>起因</td><td></td><td>利息</td>", shown)


def test_problems_are_named_in_the_reader_s_language_and_nothing_can_be_confirmed(page, tmp_path):  # noqa: F811
    page.cookies.set("hubpost_language", "zh_CN")
    text = send(page, book_of(tmp_path, [row_of("坏", opened_at="昨天"), row_of(None)])).text
    assert "有 2 个单元格有问题" in text
    assert "时间，如 2026-03-01 08:30" in text
    assert 'name="token"' not in text
    ahead = send(page, book_of(tmp_path, [row_of("坏", opened_at="2099-01-01 00:00")])).text
    assert "时间晚于当前" in ahead or "有 1 行不能导入" in ahead
    assert 'name="token"' not in ahead


def test_a_preview_is_confirmed_by_its_sender_alone(page, tmp_path):  # noqa: F811
    token = token_of(send(page, book_of(tmp_path, [row_of("围墙")])).text)
    page.post("/actor", data={"name": "someone else"})
    assert "This preview is over" in page.post("/records/books/confirm", data={"token": token}).text
    assert page.post("/records/books/confirm", data={"token": "../x"}).status_code == 422


def test_rows_of_another_station_are_refused_where_one_is_named(page, tmp_path):  # noqa: F811
    book = book_of(tmp_path, [row_of("围墙")])
    assert "Row 2 is of a station you do not write for" in send(page, book, station="S").text
    assert "new 1" in send(page, book, station="Z").text


def test_a_book_that_cannot_be_brought_in_says_which_row_or_column_and_is_not_kept(page, tmp_path):  # noqa: F811
    """An id twice, a text of 3,000 characters, a station that is not there, a column too few."""
    twice = book_of(tmp_path, [row_of("一", id="x"), row_of("二", id="x")])
    answer = send(page, twice)
    assert answer.status_code == 422
    assert "The same id stands in row 2 already" in answer.text
    long = send(page, book_of(tmp_path, [row_of("墙" * 3_000)]))
    assert (long.status_code, "at most 2000 characters, 3000 came" in long.text) == (422, True)
    elsewhere = send(page, book_of(tmp_path, [row_of("一", station_id="Q")]))
    assert (elsewhere.status_code, "Row 2" in elsewhere.text) == (422, True)
    book = openpyxl.load_workbook(book_of(tmp_path, [row_of("一")]))
    book.active.delete_cols(next(c.column for c in book.active[1] if "category" in c.value))
    book.save(tmp_path / "few.xlsx")
    assert "The sheet lacks the columns 类别" in send(page, tmp_path / "few.xlsx").text
    assert list(upload_folder().iterdir()) == []


def test_more_than_the_limit_is_cut_off_and_nothing_is_kept(page, tmp_path):  # noqa: F811
    big = tmp_path / "big.xlsx"
    big.write_bytes(b"PK\x03\x04" + b"\0" * (13 * 1024 * 1024))
    assert send(page, big).status_code == 413
    form = page.post("/records/disputes", data={"title": "x" * 70_000})
    assert form.status_code == 413


def archive(tmp_path, **parts):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            out.writestr(name, "<x/>")
        for name, data in parts.items():
            out.writestr(name.replace("__", "/"), data)
    return path


def test_what_is_no_workbook_or_unpacks_to_too_much_is_turned_away(page, tmp_path):  # noqa: F811
    text = tmp_path / "a.xlsx"
    text.write_text("a,b\n1,2\n")
    assert "This is no workbook" in send(page, text).text
    bomb = archive(tmp_path, xl__worksheets__sheet1=b"\0" * (64 * 1024 * 1024))
    assert bomb.stat().st_size < 100_000
    with pytest.raises(Unreadable, match="unpacks"):
        check_workbook(bomb)
    assert "This is no workbook" in send(page, bomb).text
    with pytest.raises(Unreadable, match="macros"):
        check_workbook(_with_macros(tmp_path))
    assert list(upload_folder().iterdir()) == []


def _with_macros(tmp_path):
    path = archive(tmp_path)
    with zipfile.ZipFile(path, "a") as out:
        out.writestr("xl/vbaProject.bin", b"x")
    return path


def test_an_archive_that_lies_about_its_sizes_is_turned_away(tmp_path):
    """The list says 10 bytes, the part holds a million: its checksum gives it away."""
    path = archive(tmp_path, xl__sheet=b"\0" * 1_000_000)
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = (10).to_bytes(4, "little")
    path.write_bytes(raw)
    with pytest.raises(Unreadable, match=r"false|damaged"):
        check_workbook(path)


def test_a_party_named_in_a_text_is_masked_in_lists_searches_and_exports(page, tmp_path):  # noqa: F811
    """And the workbook that was taken out comes in again without writing the mask into the case."""
    page.post("/records/disputes", data={"station": "Z", "category": "debt", "id": "c1",
                                         "title": "王小明欠款,电话13800138000"})  # fmt: skip
    page.post("/records/disputes/c1/party", data={"name": "王小明", "side": "甲方"})
    out = tmp_path / "out.xlsx"
    out.write_bytes(page.post("/records/books/dispute/export").content)
    cells = [c.value for row in openpyxl.load_workbook(out)["dispute"].iter_rows() for c in row]
    assert "王**欠款,电话138******00" in cells
    for address in ("/records/disputes", "/records/disputes?q=欠款", "/records?station=Z"):
        text = page.get(address).text
        assert "王**欠款" in text, address
        assert "王小明" not in text
        assert "13800138000" not in text
    assert "new 0, changed 0, the same 1" in send(page, out).text


def test_a_book_of_staff_holds_no_names_and_comes_in_again_unchanged(page, tmp_path):  # noqa: F811
    member = {"station": "Z", "id": "p2018", "name": "欧阳锋", "skills": "driver"}
    page.post("/records/rosters/lead/staff", data=member)
    out = tmp_path / "out.xlsx"
    out.write_bytes(page.post("/records/books/staff/export").content)
    cells = [c.value for row in openpyxl.load_workbook(out)["staff"].iter_rows() for c in row]
    assert "p2018" in cells
    assert "欧阳锋" not in cells
    assert "欧**" in cells
    assert "new 0, changed 0, the same 1" in send(page, out, kind="staff").text
