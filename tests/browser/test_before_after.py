"""The before | after page in a real browser: open, toggle, play, a unit moves, export."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from hubpost.actions.before_after import keep_before_after
from hubpost.actions.opening import before_after_file, county_travel, open_room
from hubpost.planning.grouping import make_plan
from hubpost.planning.inputs import make_inputs
from hubpost.simulation.compare import before_and_after, compare
from hubpost.simulation.inputs import SimulationParams, make_simulation_inputs
from hubpost.storage.store import Store
from hubpost.tables import read_county
from hubpost.web.app import create_app
from tests.browser.conftest import _is_violation
from tests.browser.pictures import keep_picture
from tests.web.serving import serving

pytestmark = pytest.mark.browser


@pytest.fixture
def page_url(database: Path):
    """A console on qianjiang with a prediction of its plan kept beside the database."""
    county, params = read_county("qianjiang"), SimulationParams(replications=5, years=0.5)
    travel = county_travel(county, None)
    plan = make_plan(make_inputs(county, travel))
    inputs = make_simulation_inputs(county, travel, params)
    policies = before_and_after(plan, inputs)
    comparison = compare(inputs, *policies, params)
    path = before_after_file(database.parent)
    keep_before_after(path, county, inputs, policies, params, comparison)
    store = Store(f"sqlite:///{database}")
    with serving(create_app(store, open_room(store, database.parent), before_after=path)) as url:
        yield f"{url}/simulation"
    store.close()


@pytest.fixture
def page(browser, page_url):
    """The page at 1366 x 768 in Chinese; at the end it may have met no error."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page, errors = context.new_page(), []
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if _is_violation(m.text) else None)
    page.goto(page_url)
    page.wait_for_selector("body[data-ready=yes]")
    yield page
    context.close()
    assert not errors


def test_a_planner_compares_plays_a_day_sees_units_move_and_exports(page):
    """Both maps and their labels, one map alone, a day at 60x on both sides, seek, the files."""
    expect(page.locator(".tag.strong")).to_have_text("模拟 simulated")
    expect(page.locator("#maps figure:visible")).to_have_count(2)
    page.locator("[data-show=after]").click()
    expect(page.locator("#maps figure:visible")).to_have_count(1)
    page.locator("[data-show=both]").click()

    page.locator("#next-call").click()
    page.locator("#speed").select_option("60")
    page.locator("#play").click()
    driving = "#away-after tr:has(td:last-child:text-matches('%'))"
    unit = page.locator(driving).first.get_attribute("data-unit")
    spot = page.locator(f"#away-after tr[data-unit='{unit}']")
    start = spot.get_attribute("data-at")
    expect(spot).not_to_have_attribute("data-at", start)
    page.locator("#play").click()
    assert page.locator("#away-before tbody tr").count() > 0
    keep_picture(page, "simulation", english=True)

    stopped = page.locator("#day-clock").text_content()
    page.wait_for_timeout(300)
    assert page.locator("#day-clock").text_content() == stopped
    page.locator("#seek").fill("43200")
    expect(page.locator("#day-clock")).to_have_text("12:00:00")
    page.locator("#seek").fill("79200")
    page.locator("#speed").select_option("3600")
    page.locator("#play").click()
    expect(page.locator("#day-clock")).to_have_text("24:00:00", timeout=20_000)
    expect(page.locator("#play")).to_have_text("播放")

    charts = page.locator(".chart[data-drawn=yes]")
    expect(charts).to_have_count(page.locator(".charts figure").count())
    page.locator(".charts summary").first.click()
    expect(page.locator(".charts table").first).to_be_visible()
    page.locator(".charts").scroll_into_view_if_needed()
    keep_picture(page, "simulation_charts")

    page.locator("#figure").select_option("mean_s")
    expect(page.locator("#figure-table table[data-figure=mean_s]")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="simulation.xlsx").click()
    assert download.value.suggested_filename == "simulation.xlsx"


def test_a_planner_runs_a_new_simulation_from_the_page_and_sees_it_end(page):
    """Two short replications: the button, the progress, and the page with the new prediction."""
    form = page.locator("#run form.ask")
    form.locator("[name=replications]").fill("2")
    form.locator("[name=target_min]").fill("12")
    form.locator("button").click()
    expect(page.locator("#figures .hint").first).to_contain_text("成对模拟 2 次", timeout=60_000)
    expect(page.locator("#figures .hint").first).to_contain_text("12 分钟")
    expect(page.locator("#run form.ask")).to_be_visible()
    page.locator("#run").scroll_into_view_if_needed()
    keep_picture(page, "simulation_run")
