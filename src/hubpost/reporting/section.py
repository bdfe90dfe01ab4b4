"""What an account is made of, the same for page, document and workbook."""

from collections.abc import Mapping
from dataclasses import dataclass

#: Headings of official documents are numbered so (GB/T 9704).
NUMERALS = {
    "zh": tuple(f"{n}、" for n in (*"一二三四五六七八九十", "十一", "十二")),
    "en": tuple(f"{n}. " for n in range(1, 13)),
}


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture as SVG text; the section's table or sentences say the same."""

    caption: str
    svg: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, sentences, and a table of texts (may be empty).

    queries: for each row what to ask for the rows behind its number; empty where there is none.
    legend: what marks in the table mean, under it.
    """

    heading: str
    sentences: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    queries: tuple[Mapping[str, str], ...] = ()
    legend: str = ""
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """A titled document; labels are the words that stand under the title.

    one_page: a brief, which is set so that it fills no more than a page.
    """

    title: str
    period: str
    labels: str
    sections: tuple[Section, ...]
    footing: tuple[str, ...]
    one_page: bool = False
