"""The agreement document: what stands on it, who was named for it, and what does not."""

from datetime import date
from io import BytesIO

import pytest
from docx import Document

from hubpost.actions.records import disputes
from hubpost.actions.records.agreements import make_agreement_sheet
from hubpost.model.records.agreement_sheet import AgreementSheet, SheetParty
from hubpost.model.records.dispute import Body, DisputeLevel, Mediation
from hubpost.model.refused import Refused
from hubpost.reporting.agreements import (
    list_lines,
    write_agreement_docx,
    write_agreement_pdf,
)
from hubpost.storage.records.persons import Person, list_views
from tests.records.test_disputes import register, write

SHEET = AgreementSheet(
    "纠2026-00001", Mediation.PEOPLE, "黔江区", "濯水派出所",
    (SheetParty("甲方", "张三", "13800138000"), SheetParty("乙方", "李四 #panic()")),
    "院墙倒塌", "一、各修一半。\n二、*互不追究* $x$", date(2026, 9, 2),
    date(2026, 9, 30), date(2026, 10, 8),
)  # fmt: skip


def docx_text(data: bytes) -> str:
    return "\n".join(p.text for p in Document(BytesIO(data)).paragraphs)


def test_the_document_holds_parties_terms_and_the_court_s_last_day():
    text = docx_text(write_agreement_docx(SHEET))
    for part in ("人民调解协议书", "张三", "一、各修一半。", "2026年10月8日前", "2026年9月2日"):
        assert part in text
    assert "合成数据" not in text


def test_an_agreement_of_police_mediation_speaks_of_no_court_confirmation():
    from dataclasses import replace

    police = replace(SHEET, mediation=Mediation.POLICE, confirm_by=None)
    text = "\n".join(list_lines(police))
    assert "司法确认" not in text
    assert "公安机关不予处罚" in text


def test_what_a_party_said_is_never_read_as_markup():
    """Typst code in a name or in the terms is text; the PDF is made all the same."""
    pdf = write_agreement_pdf(SHEET)
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 5_000


def test_synthetic_cases_say_so_in_the_title():
    from dataclasses import replace

    assert "合成数据" in docx_text(write_agreement_docx(replace(SHEET, synthetic=True)))


def test_printing_names_the_parties_and_logs_each_view(records_store, rules):
    case = register(records_store, rules)
    for side, name in (("甲方", "张三"), ("乙方", "李四")):
        write(records_store, disputes.add_party, rules, case.id, Person("", name), side=side)
    do = lambda f, *a, **m: write(records_store, f, rules, case.id, *a, **m)  # noqa: E731
    with pytest.raises(Refused, match="no agreement yet"):
        do(make_agreement_sheet, county_name="黔江区")
    do(disputes.grade_dispute, DisputeLevel.GENERAL)
    do(disputes.triage_dispute, Body.STATION)
    do(disputes.accept_dispute, "w1")
    do(disputes.start_mediation, consented=True)
    do(disputes.hold_sitting, Mediation.PEOPLE)
    do(disputes.reach_agreement, "各修一半", date(2026, 4, 1))
    sheet = do(make_agreement_sheet, county_name="黔江区")
    assert [p.name for p in sheet.parties] == ["张三", "李四"]
    # 30 days from 1 March (20:00 in China) end on 31 March, a working day.
    assert sheet.confirm_by == date(2026, 3, 31)
    views = records_store.read(lambda c: list_views(c, case.id))
    assert [(v.actor, v.purpose) for v in views] == [("anna", "mediate")] * 2
