"""Closing a road in a real browser: drawn, seen by all, lifted, ended by the clock."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from hubpost.actions.roads import ClosureRequest, close_road
from hubpost.model.place import Place
from hubpost.storage.store import Store
from hubpost.web.app import create_app
from tests.road_rooms import NODES, VILLAGE, road_events, road_room
from tests.rooms import fill
from tests.web.conftest import call_fields
from tests.web.serving import serving

pytestmark = pytest.mark.browser

#: From the click itself to the new advice on the page, without what the test driver adds.
STOPWATCH = """() => {
  const began = { once: true, capture: true };
  const start = () => { window.clickedMs = performance.now(); };
  document.getElementById("road-close").addEventListener("click", start, began);
  const watch = new MutationObserver(() => {
    if (!document.querySelector("#call-panel .choice[data-unit=S1]")) return;
    window.tookMs = performance.now() - window.clickedMs;
    watch.disconnect();
  });
  watch.observe(document.getElementById("call-slot"), { childList: true, subtree: true });
}"""


@pytest.fixture
def toy(tmp_path) -> Iterator[tuple[str, Store, object]]:
    """A console on the toy roads: its address, store and room."""
    room, store = road_room(tmp_path), Store(f"sqlite:///{tmp_path / 'toy.sqlite'}")
    fill(store, road_events())
    with serving(create_app(store, room)) as address:
        yield address, store, room
    store.close()


@pytest.fixture
def open_call(toy, browser: Browser):
    """Opens the console with the call in the village selected; no page may meet an error."""
    address, _, _ = toy
    call = take_call(address, VILLAGE)
    take_call(address, NODES[2])  # a second mark, to measure the map by
    contexts, errors = [], []

    def open_call() -> Page:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}/?lang=en&call={call}")
        page.wait_for_selector("#map[data-ready=yes]")
        page.wait_for_selector("#link[data-state=live]")
        page.wait_for_selector("#road-tools")
        page.wait_for_timeout(400)  # the map's glide to the call
        return page

    yield open_call
    for context in contexts:
        context.close()
    assert not errors


def take_call(address: str, place: tuple[float, float]) -> str:
    lon, lat = place
    fields = call_fields(area_id="", lon=str(lon), lat=str(lat))
    answer = httpx.post(f"{address}/calls", data=fields, headers={"HX-Request": "true"})
    assert answer.status_code == 201
    return fields["request_id"]


def click_on_road(page: Page, lon: float) -> None:
    """A place on the main road, by interpolation between the marks of the two calls."""
    boxes = sorted(
        (m.bounding_box() for m in page.locator(".call-mark").all()), key=lambda b: b["x"]
    )
    (x2, y2), (xv, _) = ((b["x"] + b["width"] / 2, b["y"] + b["height"] / 2) for b in boxes)
    page.mouse.click(x2 + (lon - 0.02) / 0.02 * (xv - x2), y2)


def advised(page: Page, unit: str) -> None:
    expect(page.locator("#call-panel .choice")).to_have_attribute("data-unit", unit)


def test_a_road_drawn_closed_turns_the_advice_on_every_screen_and_lifting_turns_it_back(
    open_call, toy, capsys
):
    first, second = open_call(), open_call()
    second.evaluate("window.neverReloaded = true")
    advised(second, "Z1")

    first.locator("#road-tools > summary").click()
    first.locator("#map").focus()
    for _ in range(2):
        first.keyboard.press("+")
        first.wait_for_timeout(300)
    first.locator("#road-draw").click()
    click_on_road(first, 0.0245)
    expect(first.locator("#road-drawn")).to_contain_text("Main Road · one point")
    click_on_road(first, 0.0275)
    expect(first.locator("#road-drawn")).to_contain_text(" m")
    expect(first.locator("#place-chosen")).not_to_have_class("set")  # no place of a call was set
    first.locator("#road-draw").click()
    first.locator("#road-form [name=reason]").fill("landslide")
    first.evaluate(STOPWATCH)
    first.locator("#road-close").click()
    advised(first, "S1")
    advised(second, "S1")
    expect(first.locator("#roads-list .in-force")).to_contain_text("landslide")
    expect(first.locator("#road-count")).to_have_text("1")
    expect(first.locator("#call-panel [data-code=roads_closed]")).to_be_visible()

    first.locator("#roads-list .in-force button").click()
    advised(first, "Z1")
    advised(second, "Z1")
    assert second.evaluate("window.neverReloaded")
    with capsys.disabled():
        print(f" from the click to new advice {first.evaluate('window.tookMs'):.0f} ms", end="")


def test_a_closure_that_ends_by_the_clock_turns_the_open_advice_untouched(open_call, toy):
    _, store, room = toy
    page = open_call()
    points = (Place(0.022, 0), Place(0.028, 0))
    until = store.now() + timedelta(seconds=3)
    store.write(
        lambda tx: close_road(tx, room, ClosureRequest(points, "works", until_at=until)), actor="x"
    )
    advised(page, "S1")
    advised(page, "Z1")
    assert store.now() >= until
