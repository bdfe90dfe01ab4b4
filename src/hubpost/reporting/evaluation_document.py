"""The account as DOCX and PDF, in the layout of Chinese official documents (GB/T 9704)."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from hubpost.reporting.evaluation_typst import account_typst, briefs_typst, chart_typst
from hubpost.reporting.row_links import RowLinks
from hubpost.reporting.section import NUMERALS, Account, Chart, Section

TITLE_FONT, BODY_FONT, HEAD_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体"


def write_pdf(
    account: Account, path: Path, language: str = "zh", links: RowLinks | None = None
) -> None:
    """PDF by typst, with fonts embedded; needs a Chinese font on the machine."""
    path.write_bytes(_compile(account_typst(account, language, links))[0])


def write_briefs_pdf(accounts: Sequence[Account], path: Path, language: str = "zh") -> None:
    """The briefs of many stations in one file to print, a page each."""
    path.write_bytes(_compile(briefs_typst(accounts, language))[0])


def page_pictures(source: str, ppi: float = 72) -> list[bytes]:
    """A PNG of each page of a typst source."""
    return _compile(source, "png", ppi)


def _compile(source: str, kind: Literal["pdf", "png"] = "pdf", ppi: float = 72) -> list[bytes]:
    import typst

    # A file of one page comes as bytes, pictures of several as a list.
    made: bytes | list[bytes] = typst.compile(source.encode(), format=kind, ppi=ppi)
    return made if isinstance(made, list) else [made]


def write_docx(
    account: Account, path: Path, language: str = "zh", links: RowLinks | None = None
) -> None:
    """A4, margins 37/35/28/26 mm, title 22 pt centred, body 16 pt, 28 pt lines; a brief closer."""
    import docx
    from docx.shared import Mm

    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    margins = (16, 14, 16, 16) if account.one_page else (37, 35, 28, 26)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = map(Mm, margins)
    body, title, line = (8.0, 15.0, 11.0) if account.one_page else (16.0, 22.0, 28.0)
    _line(document, account.title, TITLE_FONT, title, line * 1.4, centred=True)
    _line(document, account.period, BODY_FONT, body, line, centred=True)
    if account.labels:
        _line(document, account.labels, HEAD_FONT, min(body, 14), line, centred=True)
    for number, section in zip(NUMERALS[language], account.sections, strict=False):
        _line(document, number + section.heading, HEAD_FONT, body, line)
        for sentence in section.sentences:
            _line(document, sentence, BODY_FONT, body, line)
        _table(document, section, 7.5 if account.one_page else 9, links or RowLinks())
        if section.legend:
            _line(document, section.legend, BODY_FONT, 7.5, 11)
        _pictures(document, section.charts)
    for text in account.footing:
        _line(document, text, BODY_FONT, 7.5, 11)
    document.save(str(path))


def _line(
    document: Any, text: str, font: str, size: float, spacing: float, centred: bool = False
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    added = document.add_paragraph()
    added.paragraph_format.line_spacing = Pt(spacing)
    added.paragraph_format.space_after = Pt(0)
    if centred:
        added.alignment = WD_ALIGN_PARAGRAPH.CENTER
    else:
        added.paragraph_format.first_line_indent = Pt(2 * size)
    _run(added, text, font, size)


def _table(document: Any, section: Section, size: float, links: RowLinks) -> None:
    if not section.rows:
        return
    table = document.add_table(rows=1, cols=len(section.columns), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, section.columns, strict=True):
        _run(cell.paragraphs[0], text, HEAD_FONT, size)
    for at, row in enumerate(section.rows):
        address = links.link(section.queries[at]) if section.queries else ""
        cells = zip(table.add_row().cells, row, strict=True)
        for i, (cell, text) in enumerate(cells):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = 0
            _run(paragraph, text, BODY_FONT, size, address if i == 1 else "")


def _pictures(document: Any, charts: Sequence[Chart]) -> None:
    from docx.shared import Mm

    if not charts:
        return
    for chart, picture in zip(charts, page_pictures(chart_typst(charts), 150), strict=True):
        document.add_picture(BytesIO(picture), width=Mm(150))
        _line(document, chart.caption, BODY_FONT, 9, 14)


def _run(paragraph: Any, text: str, font: str, size: float, address: str = "") -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = font
    # Word keeps a font for Chinese apart from the one for Latin letters.
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    if address:
        _link(paragraph, run, address)


def _link(paragraph: Any, run: Any, address: str) -> None:
    """Put the run into a hyperlink, for which the library has no call of its own."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    key = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(qn("r:id"), key)
    link.append(run._element)
    paragraph._p.append(link)
