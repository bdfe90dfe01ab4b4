"""The account as DOCX and PDF, in the layout of Chinese official documents (GB/T 9704)."""

import tempfile
from pathlib import Path

from hubpost.reporting.evaluation_account import Account
from hubpost.reporting.evaluation_page import NUMERALS

TITLE_FONT, BODY_FONT, HEAD_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体"
#: What is looked for in turn when a PDF is set; the last ones are free (fonts-noto-cjk).
PDF_BODY = ("FangSong", "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC")
PDF_HEAD = ("SimHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC")


def write_docx(account: Account, path: Path, language: str = "zh") -> None:
    """A4, margins 37/35/28/26 mm, title 22 pt centred, body 16 pt, 28 pt lines."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(37), Mm(35)
    page.left_margin, page.right_margin = Mm(28), Mm(26)

    def paragraph(text: str, font: str, size: float, centred: bool = False) -> None:
        added = document.add_paragraph()
        added.paragraph_format.line_spacing = Pt(28)
        added.paragraph_format.space_after = Pt(0)
        if centred:
            added.alignment = WD_ALIGN_PARAGRAPH.CENTER
        else:
            added.paragraph_format.first_line_indent = Pt(2 * size)
        _run(added, text, font, size)

    paragraph(account.title, TITLE_FONT, 22, centred=True)
    paragraph(account.period, BODY_FONT, 16, centred=True)
    if account.labels:
        paragraph(account.labels, HEAD_FONT, 14, centred=True)
    for number, section in zip(NUMERALS[language], account.sections, strict=False):
        paragraph(number + section.heading, HEAD_FONT, 16)
        for sentence in section.sentences:
            paragraph(sentence, BODY_FONT, 16)
        _table(document, section.columns, section.rows)
    for line in account.footing:
        paragraph(line, BODY_FONT, 9)
    document.save(str(path))


def _table(document: object, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    if not rows:
        return
    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")  # type: ignore[attr-defined]
    for cell, text in zip(table.rows[0].cells, columns, strict=True):
        _run(cell.paragraphs[0], text, HEAD_FONT, 9)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            _run(cell.paragraphs[0], text, BODY_FONT, 9)


def _run(paragraph: object, text: str, font: str, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(text)  # type: ignore[attr-defined]
    run.font.size = Pt(size)
    run.font.name = font
    # Word keeps a font for Chinese apart from the one for Latin letters.
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def write_pdf(account: Account, path: Path, language: str = "zh") -> None:
    """The same layout by typst, with fonts embedded; needs a Chinese font on the machine."""
    import typst

    with tempfile.TemporaryDirectory(prefix="hubpost-pdf-") as folder:
        source = Path(folder) / "account.typ"
        source.write_text(account_typst(account, language), "utf-8")
        typst.compile(str(source), output=str(path))


def account_typst(account: Account, language: str = "zh") -> str:
    """The typst source of the PDF."""
    body, head = (_fonts(f) for f in (PDF_BODY, PDF_HEAD))
    lines = [
        "#set page(paper: \"a4\", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm), "
        "numbering: \"— 1 —\")",
        f"#set text(font: {body}, size: 12pt, lang: \"{language}\")",
        "#set par(leading: 0.9em, first-line-indent: (amount: 2em, all: true))",
        f"#align(center, text(size: 22pt, weight: \"bold\", [{_safe(account.title)}]))",
        f"#align(center, [{_safe(account.period)}])",
    ]  # fmt: skip
    if account.labels:
        lines.append(f"#align(center, text(font: {head}, [{_safe(account.labels)}]))")
    for number, section in zip(NUMERALS[language], account.sections, strict=False):
        title = f"text(font: {head}, size: 14pt, [{_safe(number + section.heading)}])"
        # A heading stays with what follows, and no row is cut in two.
        lines.append(f"\n#block(sticky: true, {title})\n")
        lines += [f"{_safe(sentence)}\n" for sentence in section.sentences]
        if section.rows:
            lines.append(_typst_table(section.columns, section.rows, head))
    lines.append("#v(1em)")
    lines += [f"#text(size: 8pt, [{_safe(line)}])\n" for line in account.footing]
    return "\n".join(lines)


def _typst_table(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], head: str) -> str:
    widths = ", ".join("auto" if len(columns) > 5 and i in (1, 3) else "1fr"
                       for i in range(len(columns)))  # fmt: skip
    top = ", ".join(f"text(font: {head}, [{_safe(c)}])" for c in columns)
    cells = ", ".join(f"[{_safe(cell)}]" for row in rows for cell in row)
    return (
        "#[#set text(size: 8pt)\n#set par(leading: 0.5em, first-line-indent: 0em)\n"
        "#set table.cell(breakable: false)\n"
        f"#table(columns: ({widths}), table.header({top}), {cells})]"
    )


def _fonts(names: tuple[str, ...]) -> str:
    return "(" + ", ".join(f'"{n}"' for n in names) + ")"


def _safe(text: str) -> str:
    """Typst markup characters as themselves."""
    return "".join(f"\\{c}" if c in "\\#*_`$<>@[]~=-+/" else c for c in text)
