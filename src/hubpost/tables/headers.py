"""Which column of the format a header means, in English or Chinese."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import islice

from hubpost.tables.schema import SHEETS, Column

_MOST_KNOWN, _LONGEST = 300, 100


def normal(header: str) -> str:
    """A header in one spelling: half-width, lower case, words joined by underscores."""
    text = unicodedata.normalize("NFKC", header).strip("\ufeff \t\r\n*").lower()
    return re.sub(r"[\s\-]+", "_", text)


def spellings(header: str) -> tuple[str, ...]:
    """What a header may be read as: whole, then each part of "中文 / English" or two lines,
    then without a unit in brackets."""
    parts = re.split(r"[\n/|]", unicodedata.normalize("NFKC", header))
    bare = [re.sub(r"[(\[].*?[)\]]", "", part) for part in parts]
    return tuple(dict.fromkeys(filter(None, map(normal, [header, *parts, *bare]))))


def match_headers(headers: Sequence[str], columns: Iterable[Column]) -> list[str | None]:
    """For each header the column it names, or None. The same column may be named twice."""
    names = _names(columns)
    return [next((names[s] for s in spellings(h) if s in names), None) for h in headers]


def match_file(stem: str) -> str | None:
    """The sheet of the format that a file name without its suffix means."""
    return _SHEET_NAMES.get(normal(stem))


def match_sheet(tab: str) -> str | None:
    """The sheet that a tab means, or "county": "calls", "警情", "警情 calls"."""
    words = [*spellings(tab), *map(normal, tab.split())]
    names = {**_SHEET_NAMES, **dict.fromkeys(("county", "区县"), "county")}
    return next((names[w] for w in words if w in names), None)


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that a mistyped one most likely means, or None.

    Among the first few hundred: a sheet of 100,000 columns is no sheet with a mistyped one.
    """
    among = list(islice(known, _MOST_KNOWN))
    found = difflib.get_close_matches(word[:_LONGEST], among, n=1, cutoff=0.75)
    return found[0] if found else None


def _names(columns: Iterable[Column]) -> dict[str, str]:
    return {normal(n): c.name for c in columns for n in (c.name, *c.zh)}


_SHEET_NAMES = {normal(n): s.name for s in SHEETS for n in (s.name, *s.zh)}
