"""Signing in as a person does: the first account, a second person, the demo's link, the way out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hubpost.actions.opening import open_room
from hubpost.storage.sealing import Keyring
from hubpost.storage.store import Store
from hubpost.web.app import create_app
from hubpost.web.gate.gate import Gate
from tests.browser.pictures import keep_picture
from tests.gate.conftest import add_account, add_session, county
from tests.web.serving import serving

PASSWORD = "four words in a row"  # noqa: S105


@pytest.fixture
def door(database: Path) -> Iterator[tuple[str, Gate, Store]]:
    """The address of a gated console on the county, its gate and its store."""
    store = Store(f"sqlite:///{database}")
    gate = Gate(Keyring(database.parent / "keys"))
    app = create_app(store, open_room(store, database.parent), gate=gate)
    with serving(app) as url:
        yield url, gate, store
    store.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


def test_the_first_account_is_made_by_its_link_then_signs_out_and_in(door, page):
    url, gate, _ = door
    page.goto(f"{url}/set-up/{gate.set_up.renew()}")
    page.fill("input[name=name]", "chief")
    page.fill("input[name=display_name]", "王所长")
    page.fill("input[name=password]", PASSWORD)
    page.fill("input[name=again]", PASSWORD)
    keep_picture(page, "set_up")
    page.click("button.now")
    page.wait_for_selector("#devices")
    assert "管理员" in page.inner_text("main")
    keep_picture(page, "me", english=True)
    page.click("form[action='/sign-out'] button")
    page.wait_for_selector("input[name=password]")
    keep_picture(page, "sign_in", english=True)
    page.fill("input[name=name]", "chief")
    page.fill("input[name=password]", PASSWORD)
    page.click("button.now")
    page.wait_for_url("**/plans")


def test_a_console_whose_session_was_ended_elsewhere_leads_to_signing_in(door, page):
    from hubpost.actions.identity.accounts import end_sessions
    from hubpost.model.access import Role

    url, _, store = door
    account_id = add_account(store, "anna", county(Role.DISPATCHER))
    session = add_session(store, account_id)
    page.context.add_cookies([{"name": "hubpost_session", "value": session, "url": url}])
    page.goto(url)
    page.wait_for_selector("#link[data-state=live]")
    assert page.inner_text("#who-menu summary") == "anna"
    assert page.locator("#actor-name").count() == 0
    store.write(lambda tx: end_sessions(tx, account_id), actor="admin")
    # The feed looks every 20 s whether its viewer is still signed in.
    page.wait_for_url("**/sign-in?next=**", timeout=60_000)


def test_an_auditor_reads_the_log_and_prints_a_checkpoint(door, page):
    """That the log was read stands in the log; the chain is said to be whole."""
    from hubpost.model.access import Role

    url, _, store = door
    account_id = add_account(store, "audit1", county(Role.AUDITOR))
    session = add_session(store, account_id)
    page.context.add_cookies([{"name": "hubpost_session", "value": session, "url": url}])
    page.goto(f"{url}/start")
    page.wait_for_url("**/log")
    page.reload()
    expect(page.locator("main")).to_contain_text("查看日志")
    keep_picture(page, "log", english=True)
    page.goto(f"{url}/log/checkpoint")
    expect(page.locator("main")).to_contain_text("完整：每一行都与写入时一致。")
    keep_picture(page, "checkpoint")
