"""Journeys of dispatchers in a real browser: the founding case, the keyboard, a killed server."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pictures import keep_picture

pytestmark = pytest.mark.browser

#: A second window must see each step within a second; a laden test machine is given three.
SECOND_WINDOW_S = 3.0


def test_the_founding_case_is_seen_step_by_step_in_a_second_window(
    open_window, console_url, capsys
):
    """Zhuoshui is busy and over half an hour away, Shuishi free and near: Shuishi is advised,
    sent, and every step of it reaches another screen without a reload."""
    first, second = open_window(console_url), open_window(console_url)
    second.evaluate("window.neverReloaded = true")
    seen_after: list[float] = []

    def step(seen: str) -> None:
        first.locator("#scene-next").click()
        start = time.perf_counter()
        second.wait_for_selector(seen, timeout=SECOND_WINDOW_S * 1000)
        seen_after.append(time.perf_counter() - start)

    step("#queue .s-arrived")
    step("#queue .s-en_route")
    step("#queue .s-received")

    expect(first.locator("#call-panel .choice")).to_contain_text("水市1")
    expect(first.locator("#call-panel .choice")).to_contain_text("估算 estimated")
    expect(first.locator("#call-panel .why [data-code=own_busy]")).to_contain_text("濯水派出所")
    home_min = int(first.locator("#barred .num").first.text_content())
    assert home_min > 30
    expect(first.locator("#call-panel .tag.exercise")).to_have_text("演练")
    keep_picture(first, "console", english=True)

    second.locator("#queue a", has_text="堰塘村").click()
    expect(second.locator("#call-panel")).to_contain_text("水市1")
    step("#call-panel .s-assigned")
    step("#call-panel .s-en_route")
    step("#call-panel .s-arrived")
    step("#call-panel .closed")
    expect(second.locator("#queue .empty")).to_be_visible()
    assert second.evaluate("window.neverReloaded")
    with capsys.disabled():
        print(f" second window saw the steps after {max(seen_after):.2f} s at most", end="")


def test_a_call_is_taken_and_sent_by_keyboard_alone(open_window, console_url):
    """n, kind, place by search, the form, Enter for the advice: no mouse anywhere."""
    page = open_window(console_url)
    press, type_ = page.keyboard.press, page.keyboard.type
    press("n")
    expect(page.locator("#call-category")).to_be_focused()
    press("ArrowDown")
    press("Escape")
    press("/")
    expect(page.locator("#place-search")).to_be_focused()
    type_("堰塘")
    page.wait_for_selector("#place-hits [role=option]")
    press("ArrowDown")
    press("Enter")
    expect(page.locator("#place-chosen")).to_contain_text("堰塘村")
    press("Tab")
    type_("老围墙处")
    press("Tab")
    press("Space")
    press("Tab")
    press("Tab")
    type_("围墙垮塌")
    press("Tab")
    expect(page.locator("#take-call")).to_be_focused()
    press("Enter")
    expect(page.locator("#call-panel")).to_contain_text("堰塘村")
    expect(page.locator("#call-panel")).to_contain_text("地点已核实")
    expect(page.locator("#take-advice")).to_be_focused()
    press("Enter")
    expect(page.locator("#call-panel .state")).to_have_text("已派警")
    page.locator("#call-panel .responses button").first.focus()
    press("Enter")
    expect(page.locator("#call-panel .state")).to_have_text("已签收")


def test_the_language_switches_the_whole_page(open_window, console_url):
    page = open_window(console_url)
    expect(page.locator("#queue-title")).to_contain_text("在办警情")
    page.get_by_role("link", name="English").click()
    expect(page.locator("#queue-title")).to_contain_text("Open calls")
    expect(page.locator("#link")).to_have_text("live")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("#queue-title")).to_contain_text("在办警情")


def test_a_killed_server_loses_nothing_and_the_screen_never_lies(open_window, killable):
    """kill -9, and the screen says so; start again, and it goes on where it was."""
    page = open_window(killable.url)
    play_to_the_advice(page)
    before = page.locator("#queue a").all_text_contents()
    killable.kill()
    page.wait_for_selector("#link[data-state=reconnecting]")
    expect(page.locator("#stale")).to_be_visible()
    page.locator("#take-advice").click()
    expect(page.locator("#notice")).to_contain_text("无法确认")
    killable.start()
    page.wait_for_selector("#link[data-state=live]", timeout=15_000)
    expect(page.locator("#stale")).to_be_hidden()
    assert [_still(t) for t in page.locator("#queue a").all_text_contents()] == [
        _still(t) for t in before
    ]
    page.locator("#take-advice").click()
    expect(page.locator("#call-panel .state")).to_have_text("已派警")


def test_the_loser_of_a_race_reads_why_until_it_is_dismissed(open_window, console_url):
    """The refusal stays although the panel below it refreshes; Esc takes it away."""
    page = open_window(console_url)
    play_to_the_advice(page)
    call = page.locator("#call-panel").get_attribute("data-call-id")
    page.evaluate(
        """call => htmx.ajax("POST", `/calls/${call}/assign`, {
             target: "#call-slot", values: { unit_id: "500114112-1" } })""",
        call,
    )
    expect(page.locator("#notice")).to_contain_text("濯水1未派出")
    expect(page.locator("#call-panel .choice")).to_contain_text("水市1")
    page.locator("#unit-500114006-1").click()
    page.locator("#set-meal").click()
    expect(page.locator("#unit-500114006-1")).to_contain_text("用餐")
    expect(page.locator("#notice")).to_contain_text("濯水1未派出")
    page.keyboard.press("Escape")
    expect(page.locator("#notice")).to_be_hidden()


def test_a_click_on_the_map_gives_the_place(open_window, console_url):
    page = open_window(console_url)
    page.locator("#map").click(position={"x": 320, "y": 200})
    expect(page.locator("#place-chosen")).to_contain_text("地图点位")
    page.locator("#call-category").select_option("traffic")
    page.locator("#take-call").click()
    expect(page.locator("#call-panel h2")).to_contain_text("交通")
    expect(page.locator(".call-mark")).to_have_count(1)


def play_to_the_advice(page: Page) -> None:
    """The scene up to Yantang's call with its advice."""
    for _ in range(3):
        with page.expect_response("**/advance"):
            page.locator("#scene-next").click()
    page.wait_for_selector("#take-advice")
    expect(page.locator("#queue a")).to_have_count(3)


def _still(text: str) -> str:
    """A queue line without its running timer."""
    return " ".join(w for w in text.split() if ":" not in w)
