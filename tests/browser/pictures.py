"""Pictures for the documents, kept by the journeys that show what is in them.

`make screenshots` runs the journeys with HUBPOST_PICTURES set; without it nothing is kept, so that
a test run leaves no changes. `tests/docs/test_pictures.py` compares what is kept with what pages
show.
"""

import base64
import os
from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "site"
WIDE = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
#: The map's glide to a call, and charts drawn anew for another size, take this long.
_SETTLED_MS = 700


def wanted() -> bool:
    """Whether pictures are asked for."""
    return bool(os.environ.get("HUBPOST_PICTURES"))


def keep_picture(page: Page, name: str, *, phone: bool = False, english: bool = False) -> None:
    """Keep what the page shows as NAME.webp, and as NAME.en.webp what its address shows in English.

    What was typed or opened on the page is not in the English one.
    """
    if not wanted():
        return
    size = PHONE if phone else WIDE
    before = page.viewport_size or size
    page.set_viewport_size(size)
    _capture(page, name)
    page.set_viewport_size(before)
    if english:
        _keep_english(page, name, size)


def _keep_english(page: Page, name: str, size: dict[str, int]) -> None:
    """The same address for the same person, in a browser of its own: the journey goes on."""
    assert page.context.browser is not None
    state = page.context.storage_state()
    context = page.context.browser.new_context(viewport=size, locale="en", storage_state=state)
    other = context.new_page()
    address = page.url.partition("#")[0]
    other.goto(f"{address}{'&' if '?' in address else '?'}lang=en")
    other.wait_for_load_state("load")
    other.wait_for_timeout(_SETTLED_MS)  # the feed never falls silent, so there is no idle to await
    _capture(other, f"{name}.en")
    context.close()


def _capture(page: Page, name: str) -> None:
    """WebP, which a browser makes by itself and Playwright has no name for."""
    page.wait_for_timeout(_SETTLED_MS)
    session = page.context.new_cdp_session(page)
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": 78})
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.webp").write_bytes(base64.b64decode(shot["data"]))
    session.detach()
