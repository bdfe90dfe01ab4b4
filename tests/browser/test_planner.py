"""A planner's journey in a real browser: look, move a base, see the price, be refused, sign."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import violations
from tests.browser.pictures import keep_picture

pytestmark = pytest.mark.browser

GROUP_CARDS = "[...document.querySelectorAll('#units .group')].map((g) => g.ariaLabel).join()"


def test_a_planner_moves_a_base_is_refused_an_illegal_edit_and_signs_a_legal_one(
    open_window, console_url
):
    """The groups of the signed plan then stand on the dispatcher's console, without a reload."""
    dispatcher, page = open_window(console_url), open_window(console_url)
    dispatcher.evaluate("window.neverReloaded = true")
    before = dispatcher.evaluate(GROUP_CARDS)
    page.get_by_role("link", name="编组方案").click()
    result = page.locator("#plan-result")
    expect(result.locator("h2")).to_contain_text("已证明最优")
    expect(page.locator(".scores caption")).to_contain_text("合成 synthetic")
    expect(result).to_contain_text("模拟 simulated")

    keep_picture(page, "plans", english=True)
    see_why(page)
    refuse_an_illegal_edit(page)
    keep_picture(page, "plans_refused")

    page.get_by_role("link", name="备选方案1").click()
    expect(result).to_have_attribute("data-legal", "yes")
    expect(result.locator("h2")).to_contain_text("比最优方案高")
    wanted = groups_on(page)
    page.locator("[name=signed_by]").fill("李规划")
    page.locator("[name=reason]").fill("试点")
    page.locator("#sign").click()
    expect(page.locator(".signed")).to_contain_text("已签署并生效")
    expect(page.locator("#versions tr[data-version]").first).to_contain_text("李规划")
    assert page.locator("#versions tr[data-version]").count() == 2

    dispatcher.wait_for_function(f"before => ({GROUP_CARDS}) !== before", arg=before)
    page.goto(console_url)
    page.wait_for_selector("#map[data-ready=yes]")
    seen = page.evaluate("fetch('/api/map/groups').then((r) => r.json())")
    assert {
        f["properties"]["base_id"]: f["properties"]["hub_id"] for f in seen["features"]
    } == wanted
    assert dispatcher.evaluate("window.neverReloaded")


def test_a_base_is_dragged_to_another_hub_on_the_map(open_window, console_url):
    """The drag does what the select does, and the select shows it."""
    page = open_window(console_url)
    page.goto(f"{console_url}/plans")
    base, hub = another_hub(page)
    start, end = centre(page, base), centre(page, hub)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()
    expect(page.locator(f"#hub-of-{base}")).to_have_value(hub)
    expect(page.locator("#plan-result .price td").nth(2)).not_to_have_text("+0.0000")


def test_a_planner_asks_otherwise_and_chooses_from_the_trade_off(open_window, console_url):
    """Only driving counts: the plan drives less. Then one of the unbeaten plans is opened."""
    page = open_window(console_url)
    page.goto(f"{console_url}/plans")
    travel = page.locator("#plan-result .price tr", has_text="行车").first.locator("td")
    before = float(travel.nth(1).inner_text())
    page.locator(".question > summary").click()
    page.locator("[name=beta]").fill("0")
    page.locator("[name=gamma]").fill("0")
    page.get_by_role("button", name="重新规划").click()
    expect(page.locator(".question > summary b")).to_have_text("beta:0.0;gamma:0.0", timeout=60_000)
    expect(page.locator("#plan-result h2")).to_contain_text("已证明最优", timeout=60_000)
    assert float(travel.nth(1).inner_text()) <= before

    page.locator(".trade-off > summary").click()
    expect(page.locator("#trade-off-chart")).to_have_attribute("data-drawn", "yes", timeout=60_000)
    expect(page.locator(".trade-off")).to_contain_text("合成 synthetic")
    page.locator(".trade-off").scroll_into_view_if_needed()
    keep_picture(page, "trade_off")
    assert violations(page) == []
    page.locator(".trade-off tr a").last.click()
    expect(page.locator("#plan-result")).to_have_attribute("data-legal", "yes")
    page.get_by_role("link", name="恢复本区县设定").click()
    expect(page.locator(".question > summary")).to_contain_text("本区县设定")


def see_why(page: Page) -> None:
    """The card of the strongest station says what its score is made of."""
    first = page.locator(".why-score").first
    first.locator("summary").click()
    expect(first.locator(".score-card")).to_contain_text("权重")
    first.locator("summary").click()


def refuse_an_illegal_edit(page: Page) -> None:
    """A hub that does not adjoin: the rule and the price are shown, and signing is refused."""
    station = page.locator("tr[data-station]:has(.sign.base)").first.get_attribute("data-station")
    select = page.locator(f"#hub-of-{station}")
    hubs = {h.get_attribute("data-id") for h in page.locator("#plan-result .station.hub").all()}
    far = [
        o.get_attribute("value") for o in select.locator("optgroup").last.locator("option").all()
    ]
    select.select_option(next(i for i in far if i in hubs))
    result = page.locator("#plan-result")
    expect(result).to_have_attribute("data-legal", "no")
    expect(result.locator(".breaches")).to_contain_text("不毗邻")
    expect(result.locator(".price td").nth(2)).to_contain_text("+")
    page.locator("[name=signed_by]").fill("李规划")
    page.locator("[name=reason]").fill("试试")
    page.locator("#sign").click()
    expect(page.locator("#notice")).to_contain_text("草案违反规则，未签署")
    expect(page.locator("#plan-result .breaches")).to_contain_text("不毗邻")
    expect(page.locator("[name=reason]")).to_have_value("试试")
    assert page.locator("#versions tr[data-version]").count() == 1


def another_hub(page: Page) -> tuple[str, str]:
    """The first base on the map and a hub that is not its own."""
    base = page.locator("#plan-result .station.base").first.get_attribute("data-id")
    own = page.locator(f"#hub-of-{base}").input_value()
    hubs = [h.get_attribute("data-id") for h in page.locator("#plan-result .station.hub").all()]
    return base, next(h for h in hubs if h != own)


def centre(page: Page, station: str) -> tuple[float, float]:
    """Where a station's sign is on the screen."""
    sign = page.locator(f"#plan-result .station[data-id='{station}'] > :not(text)").last
    sign.scroll_into_view_if_needed()
    box = sign.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def groups_on(page: Page) -> dict[str, str]:
    """Base -> hub as the selects say."""
    rows = page.locator("tr[data-station]:has(.sign.base) select").all()
    return {r.get_attribute("id").removeprefix("hub-of-"): r.input_value() for r in rows}
