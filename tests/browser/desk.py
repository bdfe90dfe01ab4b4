"""What a dispatcher does in a browser, and what axe-core says of a page."""

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

AXE = Path(__file__).parents[1] / "data" / "axe" / "axe.min.js"


def open_console(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("#link[data-state=live]")
    return page


def type_call(page: Page, text: str) -> str:
    """A call by the keyboard alone; its id, once its panel stands where another's may have been."""
    before = page.url.partition("call=")[2] or "none"
    page.locator("body").press(";")
    expect(page.locator("#line-text")).to_be_focused()
    page.keyboard.type(text)
    page.wait_for_selector("#line-preview .read")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#call-panel[data-call-id]:not([data-call-id='{before}'])")
    page.wait_for_url(re.compile(rf"call=(?!{before})"))
    return page.url.partition("call=")[2]


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text("utf-8"))
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:120]}"
        for v in result["violations"]
        if v["impact"] in ("serious", "critical")
    ]
