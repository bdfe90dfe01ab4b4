"""The account as typst source, in the layout of Chinese official documents (GB/T 9704)."""

import json
from collections.abc import Sequence

from hubpost.reporting.row_links import RowLinks
from hubpost.reporting.section import NUMERALS, Account, Chart, Section

#: What is looked for in turn when a PDF is set; the last ones are free (fonts-noto-cjk).
PDF_BODY = ("FangSong", "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC")
PDF_HEAD = ("SimHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC")
#: Before them in English: quotation marks of a Chinese font are as wide as a character.
LATIN = ("Times New Roman", "Libertinus Serif")
#: Width that a figure's name claims beside its numbers, in letters.
NAME_WIDTH = 26
#: A brief takes the first of these sizes, in points, at which it fits a page.
BRIEF_SIZES = (9.5, 8.5, 7.5, 6.5, 5.5)


def account_typst(account: Account, language: str = "zh", links: RowLinks | None = None) -> str:
    """The typst source of one account or brief; pictures are in it."""
    if account.one_page:
        return briefs_typst([account], language, [links or RowLinks()])
    margins = "(top: 37mm, bottom: 35mm, left: 28mm, right: 26mm)"
    lines = [_page(margins, language, numbering='"— 1 —"'), "#set text(size: 12pt)"]
    lines.append("#set par(leading: 0.9em, first-line-indent: (amount: 2em, all: true))")
    lines.append(_body(account, language, links or RowLinks(), size="22pt", table="7.5pt"))
    return "\n".join(lines)


def briefs_typst(
    accounts: Sequence[Account], language: str, links: Sequence[RowLinks] | None = None
) -> str:
    """Briefs of stations, a page each, set as large as the page allows."""
    sizes = ", ".join(f"{s}pt" for s in BRIEF_SIZES)
    margins = "(top: 16mm, bottom: 14mm, x: 16mm)"
    head = [
        _page(margins, language, numbering="none"),
        "#set par(leading: 0.55em, spacing: 0.7em)",
        "#let fitted(body) = layout(size => {",
        f"  let fits = ({sizes}).find(s => measure(width: size.width, body(s)).height "
        "<= size.height)",
        f"  body(if fits == none {{ {BRIEF_SIZES[-1]}pt }} else {{ fits }})",
        "})",
    ]
    links = links or [RowLinks()] * len(accounts)
    pages = [
        f"#fitted(s => [#set text(size: s)\n"
        f"{_body(account, language, link, size='1.9em', table='1em')}])"
        for account, link in zip(accounts, links, strict=True)
    ]
    return "\n".join([*head, "\n#pagebreak()\n".join(pages)])


def chart_typst(charts: Sequence[Chart]) -> str:
    """Source of a page for each picture, as large as the picture."""
    pages = [f"#{_image(c, '150mm')}" for c in charts]
    return "#set page(width: auto, height: auto, margin: 2mm)\n" + "\n#pagebreak()\n".join(pages)


def _page(margins: str, language: str, numbering: str) -> str:
    return (
        f'#set page(paper: "a4", margin: {margins}, numbering: {numbering})\n'
        f'#set text(font: {_fonts(PDF_BODY, language)}, lang: "{language}")\n'
        "#set smartquote(enabled: false)"
    )


def _body(account: Account, language: str, links: RowLinks, size: str, table: str) -> str:
    head = _fonts(PDF_HEAD, language)
    # The Chinese font of headings is heavy by itself.
    weight = '"regular"' if language == "zh" else '"bold"'
    lines = [
        f'#align(center, text(size: {size}, weight: "bold", [{safe(account.title)}]))',
        f"#align(center, [{safe(account.period)}])",
    ]
    if account.labels:
        lines.append(f"#align(center, text(font: {head}, [{safe(account.labels)}]))")
    for number, section in zip(NUMERALS[language], account.sections, strict=False):
        title = safe(number + section.heading)
        heading = f"text(font: {head}, size: 1.15em, weight: {weight}, [{title}])"
        # A heading stays with what follows, and no row is cut in two.
        lines.append(f"\n#block(sticky: true, {heading})\n")
        lines += [f"{safe(sentence)}\n" for sentence in section.sentences]
        if section.rows:
            lines.append(_table(section, head, table, links))
        if section.legend:
            lines.append(f"#block(text(size: {_smaller(table)}, [{safe(section.legend)}]))")
        lines += _charts(section.charts)
    lines.append("#v(0.6em)")
    lines += [
        f"#block(spacing: 0.5em, text(size: {_smaller(table)}, [{safe(line)}]))"
        for line in account.footing
    ]
    return "\n".join(lines)


def _smaller(size: str) -> str:
    return "0.9em" if size == "1em" else "7.5pt"


def _table(section: Section, head: str, size: str, links: RowLinks) -> str:
    top = ", ".join(f"text(font: {head}, [{safe(c)}])" for c in section.columns)
    cells = []
    for at, row in enumerate(section.rows):
        query = section.queries[at] if section.queries else None
        address = links.link(query) if query else ""
        for i, cell in enumerate(row):
            text = safe(cell)
            linked = address and i == 1
            cells.append(f"[#link({json.dumps(address)})[{text}]]" if linked else f"[{text}]")
    return (
        f"#[#set text(size: {size})\n#set par(leading: 0.5em, first-line-indent: 0em)\n"
        "#set table.cell(breakable: false)\n"
        "#set table(inset: (x: 0.3em, y: 0.4em), stroke: 0.5pt)\n"
        f"#table(columns: ({_widths(section)}), table.header({top}), {', '.join(cells)})]"
    )


def _widths(section: Section) -> str:
    """Columns share the width by their longest text, heads by their longest word.

    Names take a second line before numbers do.
    """
    longest = [
        max(*(_length(w) for w in head.split()), *(_length(text) for text in column))
        for head, *column in zip(section.columns, *section.rows, strict=True)
    ]
    most = NAME_WIDTH if section.queries else 80
    return ", ".join(f"{min(max(n, 4), most) + 2}fr" for n in longest)


def _length(text: str) -> int:
    """In halves of a Chinese character; signs between numbers are broader than digits."""
    return sum(2 if c >= "\u2460" or c in "−–+%" else 1 for c in text)


def _charts(charts: Sequence[Chart]) -> list[str]:
    """Two beside one another, each kept with its caption."""
    if not charts:
        return []
    cells = [
        f"block(breakable: false)[#{_image(c, '100%')}\n"
        f"#par(first-line-indent: 0em, leading: 0.4em, text(size: 7.5pt, [{safe(c.caption)}]))]"
        for c in charts
    ]
    return [f"#grid(columns: (1fr, 1fr), gutter: 0.8em, {', '.join(cells)})"]


def _image(chart: Chart, width: str) -> str:
    svg = json.dumps(chart.svg, ensure_ascii=False)
    return f'image(bytes({svg}), format: "svg", width: {width})'


def _fonts(names: tuple[str, ...], language: str) -> str:
    latin = LATIN if language == "en" else ()
    return "(" + ", ".join(f'"{n}"' for n in (*latin, *names)) + ")"


def safe(text: str) -> str:
    """Typst markup characters as themselves."""
    return "".join(f"\\{c}" if c in "\\#*_`$<>@[]~=-+/" else c for c in text)
