"""Pictures that pages show: each exists, is small, and is made by a journey in the browser."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "images" / "site"
PAGES = sorted(
    [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "guide").glob("*.md")]
)
_KEPT = re.compile(r'keep_picture\(\s*\w+,\s*"([a-z_]+)"([^)]*)\)')
_SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)\s]*)\)")


def kept_by_journeys() -> set[str]:
    """File names that `make screenshots` writes."""
    text = "\n".join(p.read_text("utf-8") for p in (ROOT / "tests" / "browser").glob("test_*.py"))
    calls = _KEPT.findall(text)
    english = {f"{name}.en.webp" for name, options in calls if "english=True" in options}
    return {f"{name}.webp" for name, _ in calls} | english


def shown() -> list[tuple[Path, str, Path]]:
    """Page, words and file of every picture of the pages."""
    return [
        (page, words, (page.parent / target).resolve())
        for page in PAGES
        for words, target in _SHOWN.findall(page.read_text("utf-8"))
    ]


def test_every_picture_a_page_shows_exists_is_said_in_words_and_is_made_by_a_journey():
    assert len(shown()) > 40
    for page, words, file in shown():
        assert file.is_file(), f"{page.name} shows {file.name}, which is not there"
        assert words.strip(), f"{page.name} shows {file.name} without words for who cannot see it"
        assert file.parent == FOLDER, f"{page.name} shows {file.name} from elsewhere"
        assert file.name in kept_by_journeys(), f"no journey makes {file.name} of {page.name}"


def test_no_picture_is_kept_that_no_page_shows_and_no_journey_makes():
    there = {p.name for p in FOLDER.iterdir()}
    assert there == kept_by_journeys(), "run `make screenshots`, and delete what it does not make"
    assert there <= {file.name for _, _, file in shown()}


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda p: p.name)
def test_a_picture_is_a_small_webp(path: Path):
    head = path.read_bytes()[:16]
    assert head[:4] == b"RIFF"
    assert head[8:12] == b"WEBP"
    assert path.stat().st_size < 150_000


def test_all_pictures_together_are_small():
    assert sum(p.stat().st_size for p in FOLDER.iterdir()) < 4_000_000
