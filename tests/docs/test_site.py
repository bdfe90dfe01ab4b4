"""The documentation site: built strictly, asking nobody outside for anything, its pages fresh."""

import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM

ROOT = Path(__file__).parents[2]
#: What makes a browser fetch something by itself; links that a person follows are not among it.
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*?(?:src|data|srcset)\s*=\s*["']?
    (https?:)?//|<link\b(?![^>]*rel=["']?(?:canonical|alternate))[^>]*?href\s*=\s*["']?(https?:)?//|
    url\(\s*["']?(https?:)?//|@import\s+["'](https?:)?//""",
    re.X | re.I,
)
#: Hosts that documentation themes are known to ask.
KNOWN = re.compile(
    r"unpkg\.com|jsdelivr|googleapis|gstatic|cloudflare|google-analytics|api\.github"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` builds it: a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    """The site on this machine, as a closed network would serve it."""
    handler = functools.partial(_Quiet, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: requests are counted in the browser."""


def test_the_site_has_a_guide_for_each_role_in_both_languages_and_is_small(site: Path):
    guides = {p.stem for p in (ROOT / "docs" / "guide").glob("*.md")}
    roles = {name for name in guides if not name.endswith(".en")}
    assert len(roles) >= 12
    assert {f"{r}.en" for r in roles} == guides - roles
    for role in roles:
        chinese, english = (site / base / "guide" / f"{role}.html" for base in (".", "en"))
        assert chinese.read_text("utf-8") != english.read_text("utf-8")
    size = sum(p.stat().st_size for p in site.rglob("*") if p.is_file())
    assert size < 12_000_000


def test_no_page_or_style_refers_to_an_address_outside_for_what_it_is_made_of(site: Path):
    files = [p for p in site.rglob("*") if p.suffix in {".html", ".css"}]
    assert len(files) > 50
    found = {
        str(p.relative_to(site)): hit.group()
        for p in files
        if (hit := FETCHED.search(p.read_text("utf-8")))
    }
    assert found == {}
    scripts = {
        str(p.relative_to(site)): sorted(set(KNOWN.findall(p.read_text("utf-8"))))
        for p in site.rglob("*.js")
        if KNOWN.search(p.read_text("utf-8"))
    }
    assert scripts == {}


def test_the_pattern_of_outside_addresses_finds_them():
    """So that the test above can fail."""
    outside = (
        '<link rel="stylesheet" href="https://x.example/a.css">',
        "<script src=//x.example/a.js>",
        '<img alt="a" src="http://x.example/a.png">',
        "body { background: url(https://x.example/a.woff) }",
    )
    assert all(FETCHED.search(text) for text in outside)
    inside = ('<a href="https://x.example/">', '<img src="../a.webp">', '<link href="a.css">')
    assert not any(FETCHED.search(text) for text in inside)


@pytest.mark.browser
def test_a_reader_asks_only_this_server_and_finds_a_guide_by_a_chinese_word(address: str):
    """Pages of every kind are opened and the search is used, with every request watched."""
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(locale="zh-CN")
        page.on("request", lambda request: asked.append(request.url))
        for path in ("index.html", "guide/dispatcher.html", "en/api/python.html", "records.html"):
            page.goto(f"{address}/{path}")
            page.wait_for_load_state("networkidle")
        page.goto(f"{address}/index.html")
        page.locator("input.md-search__input").click()
        page.keyboard.insert_text("交接班")
        hit = page.locator(".md-search-result__link", has_text="指挥员").first
        expect(hit).to_be_attached(timeout=20_000)
        browser.close()
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_the_page_of_the_http_interface_is_as_the_program_tells_it():
    """When this fails, run: .venv/bin/python -m scripts.update_http_api"""
    from scripts.update_http_api import DOCUMENT, page

    assert DOCUMENT.read_text("utf-8") == page()


def test_the_built_site_is_never_committed():
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a working tree of git")
    ignored = subprocess.run([git, "check-ignore", "build/site/index.html"], cwd=ROOT)
    assert ignored.returncode == 0
