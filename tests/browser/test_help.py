"""From a page to its guide and on to another one, at a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.desk import open_console, violations
from tests.browser.pictures import PHONE

pytestmark = pytest.mark.browser


def test_a_dispatcher_opens_the_guide_from_the_console_and_reads_it_in_english(
    new_context, console_url
):
    """Its pictures load, nothing is blocked, and a link leads to the next guide."""
    page = open_console(new_context(), console_url)
    page.get_by_role("link", name="帮助").click()
    expect(page.locator("h1")).to_have_text("指挥员（指挥调度员）")
    assert page.locator("main img").first.evaluate("i => i.decode().then(() => i.naturalWidth)")
    assert violations(page) == []
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_have_text("Dispatcher")
    page.get_by_role("link", name="handbook").first.click()
    expect(page.locator("#outage")).to_be_visible()
    assert violations(page) == []


def test_a_resident_reads_the_guide_on_a_phone_without_an_account(new_context, console_url):
    page = new_context().new_page()
    page.set_viewport_size(PHONE)
    page.goto(f"{console_url}/progress")
    page.get_by_role("link", name="帮助").click()
    expect(page.locator("h1")).to_contain_text("群众")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page) == []
    page.goto(f"{console_url}/help/handbook")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page) == []
