"""The mediation agreement as a document: DOCX to work on, PDF to print and sign.

Identity numbers are left as blank lines to be filled in by hand: they are not stored.
"""

import json
from io import BytesIO

import typst
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from hubpost.model.records.agreement_sheet import AgreementSheet, SheetParty
from hubpost.model.records.dispute import Mediation

_TITLES = {
    Mediation.POLICE: "治安调解协议书",
    Mediation.PEOPLE: "人民调解协议书",
    Mediation.JUDICIAL: "司法调解协议书",
    Mediation.ADMINISTRATIVE: "行政调解协议书",
}
_CLOSING = {
    Mediation.POLICE: "本协议自各方当事人签字之时起生效。经调解达成协议并履行的,公安机关不予处罚;"
    "不履行协议的,公安机关依法处理,并告知可以就民事争议依法提起民事诉讼。",
    Mediation.PEOPLE: "本协议自各方当事人签字、人民调解员签字并加盖印章之日起生效,具有法律约束力,"
    "当事人应当按照约定履行。",
}
_FONT = "宋体"


def list_lines(sheet: AgreementSheet) -> list[str]:
    """The text of the agreement, a paragraph each, without title and signatures."""
    lines = [_party_line(p) for p in sheet.parties]
    lines += ["主要事实、争议事项:" + sheet.facts, "经调解,各方自愿达成如下协议:"]
    lines += [line.strip() for line in sheet.terms.splitlines() if line.strip()]
    if sheet.perform_by is not None:
        lines.append(f"履行期限:{_zh_date(sheet.perform_by)}前。")
    lines.append(_CLOSING.get(sheet.mediation, _CLOSING[Mediation.PEOPLE]))
    if sheet.confirm_by is not None:
        lines.append(
            "当事人认为有必要的,可以在调解协议生效之日起三十日内"
            f"(即{_zh_date(sheet.confirm_by)}前)共同向人民法院申请司法确认。"
        )
    lines.append("调解不收取任何费用。本协议一式若干份,各方当事人、调解组织各执一份。")
    return lines


def agreement_title(sheet: AgreementSheet) -> str:
    """The document's title; synthetic data says so in it."""
    return _TITLES[sheet.mediation] + ("(合成数据,非真实案件)" if sheet.synthetic else "")


def write_agreement_docx(sheet: AgreementSheet) -> bytes:
    """The agreement as a DOCX file."""
    document = Document()
    _set_font(document)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(agreement_title(sheet))
    run.bold, run.font.size = True, Pt(18)
    number = document.add_paragraph(f"编号:{sheet.number}")
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for line in list_lines(sheet):
        paragraph = document.add_paragraph(line)
        paragraph.paragraph_format.first_line_indent = Pt(24)
    for line in _signatures(sheet):
        document.add_paragraph(line)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def write_agreement_pdf(sheet: AgreementSheet) -> bytes:
    """The agreement as a PDF file with embedded fonts."""
    facts = {
        "title": agreement_title(sheet),
        "number": f"编号:{sheet.number}",
        "lines": list_lines(sheet),
        "signatures": _signatures(sheet),
    }
    # The text goes in as data, so that nothing a party said is read as markup.
    pdf = typst.compile(
        _TYPST.encode(), format="pdf", sys_inputs={"sheet": json.dumps(facts, ensure_ascii=False)}
    )
    return bytes(pdf)


def _party_line(party: SheetParty) -> str:
    blank = "身份证号(当面填写,不录入系统):" + "_" * 22
    parts = [f"{party.side or '当事人'}:{party.name}", blank]
    parts += [f"电话:{party.phone}"] if party.phone else []
    parts += [f"住址:{party.address}"] if party.address else []
    return ",".join(parts)


def _signatures(sheet: AgreementSheet) -> list[str]:
    sides = [f"{p.side or '当事人'}(签名、捺印):" + "_" * 20 for p in sheet.parties]
    return [
        *sides,
        "调解员(签名):" + "_" * 20,
        f"{sheet.county_name} {sheet.body_name}(印章)",
        _zh_date(sheet.agreed_on),
    ]


def _zh_date(day: object) -> str:
    year, month, date = str(day).split("-")
    return f"{year}年{int(month)}月{int(date)}日"


def _set_font(document: DocxDocument) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(12)
    # Word takes the font of Chinese characters from an attribute of its own.
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)


_TYPST = """
#let d = json(bytes(sys.inputs.sheet))
#set page(paper: "a4", margin: 2.5cm)
#set text(font: ("Noto Serif CJK SC", "Noto Sans CJK SC"), size: 12pt, lang: "zh")
#set par(leading: 0.9em, first-line-indent: (amount: 2em, all: true))
#align(center, text(size: 18pt, weight: "bold", d.title))
#align(right, d.number)
#for line in d.lines { par(line) }
#v(1.5em)
#for line in d.signatures { par(first-line-indent: 0em, line) }
"""
