"""Chromium and a console on qianjiang, imported and planned once, copied for each test."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from hubpost.actions.mutual_aid import AidServer
from hubpost.actions.opening import county_travel, open_room
from hubpost.actions.preparation import bring_into_service
from hubpost.planning.grouping import make_plan
from hubpost.planning.inputs import make_inputs
from hubpost.storage.store import Store
from hubpost.tables import read_county
from hubpost.web.app import create_app
from tests.browser.serve import make_console
from tests.web.serving import free_port, serving

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


# A wait, not a claim about speed: machines under load are slow, and a journey proves what comes.
expect.set_options(timeout=15_000)


@dataclass(slots=True)
class ConsoleProcess:
    """A console in a process of its own, on one port, to be killed and started again."""

    database: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.browser.serve", str(self.database), str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT)
        for _ in range(300):
            if _answers(self.url):
                return
            assert self.process.poll() is None, "the console ended before it answered"
            time.sleep(0.1)
        pytest.fail("the console did not answer within 30 s")

    def kill(self) -> None:
        """As a power cut would: no signal handler, no goodbye."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="session")
def county_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SQLite with qianjiang imported and its proven plan in force."""
    county = read_county("qianjiang")
    plan = make_plan(make_inputs(county, county_travel(county, None)))
    database = tmp_path_factory.mktemp("county") / "hubpost.sqlite"
    store = Store(f"sqlite:///{database}")
    bring_into_service(store, county, plan, actor="test")
    store.close()
    return database


@pytest.fixture
def database(county_database: Path, tmp_path: Path) -> Path:
    """A copy of the county's database, for one test to write in."""
    copied = tmp_path / "hubpost.sqlite"
    shutil.copy(county_database, copied)
    return copied


@pytest.fixture
def console_url(database: Path) -> Iterator[str]:
    """A console that lives as long as the test."""
    store = Store(f"sqlite:///{database}")
    with serving(make_console(store, database.parent)) as url:
        yield url
    store.close()


@pytest.fixture
def killable(database: Path) -> Iterator[ConsoleProcess]:
    """A console that the test may kill and start again."""
    console = ConsoleProcess(database, free_port())
    console.start()
    yield console
    console.kill()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module's tests; its driver keeps an event loop, so not for the session."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: run `make setup-browser`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_window(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Opens consoles of separate dispatchers; at the end no page may have met an error."""
    contexts, errors = [], []

    def open_window(url: str) -> Page:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if _is_violation(m.text) else None)
        page.goto(url)
        page.wait_for_selector("#map[data-ready=yes]")
        page.wait_for_selector("#link[data-state=live]")
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def live(database: Path) -> Iterator[tuple[Store, str]]:
    """A console with mutual aid, and its store at hand."""
    store = Store(f"sqlite:///{database}")
    me = AidServer("qianjiang", Ed25519PrivateKey.generate())
    app = create_app(store, open_room(store, database.parent), aid_server=me)
    with serving(app) as url:
        yield store, url
    store.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """Separate browsers; at the end no page may have met an error but a lost connection."""
    contexts, errors = [], []

    def new_context() -> BrowserContext:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        context.set_default_timeout(10_000)
        context.on("weberror", lambda e: errors.append(str(e.error)))
        context.on("console", lambda m: errors.append(m.text) if _is_violation(m.text) else None)
        contexts.append(context)
        return context

    yield new_context
    for context in contexts:
        context.close()
    assert not errors


def _is_violation(text: str) -> bool:
    """What the strict policy blocked would be silently missing on the screen."""
    return any(s in text for s in ("Content Security Policy", "Refused to", "targetError"))


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1).status_code == 200
    except httpx.HTTPError:
        return False
