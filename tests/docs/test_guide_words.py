"""What the guides quote from the screen is on the screen: 「…」 in Chinese, “…” in English."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from hubpost.model.records.kinds import KINDS
from hubpost.tables.records_words import WORDS
from hubpost.web.languages import LOCALE_DIR
from hubpost.web.record_words import _MORE, plain_code

DOCS = Path(__file__).parents[2] / "docs"
WRITTEN = [*DOCS.glob("guide/*.md"), *(DOCS / f"{n}.md" for n in ("index", "tutorial", "handbook"))]
CHINESE = sorted(p for p in WRITTEN if not p.name.endswith(".en.md"))
ENGLISH = sorted({*DOCS.glob("guide/*.en.md"), *DOCS.glob("*.en.md")})
_PLACE = re.compile(r"%\(\w+\)s")


@cache
def messages() -> list[tuple[str, str]]:
    """English and Chinese of every message of the console."""
    found = []
    for path in sorted((LOCALE_DIR / "zh_CN" / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            found += [(str(m.id), str(m.string)) for m in read_po(file) if m.id]
    return found


@cache
def record_words() -> list[tuple[str, str]]:
    """The same of what records, their states and moves are called."""
    found = []
    for kind, rules in KINDS.items():
        machine = rules.machine
        found.append((plain_code(str(kind)), machine.zh))
        found += [(plain_code(code), zh) for code, zh in machine.states.items()]
        found += [(plain_code(m.name), m.zh) for m in machine.moves]
    for table in (*WORDS.values(), *_MORE.values()):
        found += [(plain_code(code), zh) for zh, code in table.items()]
    return found


def is_said(words: str, texts: Iterable[str]) -> bool:
    """Whether a screen says so; what it fills in at run time may be anything, also left out by …"""
    return any(_fits(words, text) for text in texts)


def _fits(words: str, text: str) -> bool:
    if words == text:
        return True
    if "…" in words and len(words) > 3:
        return all(part in text for part in words.split("…"))
    pieces = [re.escape(piece) for piece in _PLACE.split(text)]
    return len(pieces) > 1 and re.fullmatch(".+".join(pieces), words) is not None


def strangers(path: Path, quoted: str, texts: Iterable[str]) -> list[str]:
    """What a guide quotes and no screen says."""
    texts = list(texts)
    return [w for w in re.findall(quoted, path.read_text("utf-8")) if not is_said(w, texts)]


@pytest.mark.parametrize("path", CHINESE, ids=lambda p: p.name)
def test_what_a_chinese_guide_quotes_is_on_the_screen(path: Path):
    known = [zh for _, zh in [*messages(), *record_words()]]
    assert strangers(path, "「([^」]+)」", known) == []


@pytest.mark.parametrize("path", ENGLISH, ids=lambda p: p.name)
def test_what_an_english_guide_quotes_is_on_the_screen(path: Path):
    known = [en for en, _ in [*messages(), *record_words()]]
    assert strangers(path, "“([^”]+)”", known) == []


def test_a_word_that_no_screen_says_is_found(tmp_path: Path):
    """So that the tests above can fail; and a guide quotes enough for them to mean something."""
    page = tmp_path / "guide.md"
    page.write_text("点「接警」，再点「发射」。", "utf-8")
    known = [zh for _, zh in messages()]
    assert strangers(page, "「([^」]+)」", known) == ["发射"]
    assert sum(p.read_text("utf-8").count("「") for p in CHINESE) > 150
