"""An evaluator: data first, figures with intervals, charts with tables, rows behind, paper."""

import pytest

from tests.browser.pictures import keep_picture


@pytest.fixture
def evaluator(browser, console_url):
    """A page that fails on any script error or anything the strict policy blocks."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, locale="zh-CN")
    page, errors = context.new_page(), []
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(f"{console_url}/figures")
    page.wait_for_selector("body[data-ready=yes]")
    yield page
    context.close()
    assert not errors


def test_from_doubt_to_the_rows_behind_a_number(evaluator):
    """Findings come first; three charts are drawn and each has its table; a number leads to rows
    as many as it says, without persons; the filters stay in the address."""
    page = evaluator
    headings = page.locator("main h2").all_inner_texts()
    assert headings[0].startswith("数据可信性")
    assert "合成" in page.locator("header").inner_text()
    assert page.locator(".chart[data-drawn=yes] canvas").count() == 3
    assert page.locator("section:has(.chart) details table").count() == 3
    keep_picture(page, "figures", english=True)
    page.locator("#funnel").scroll_into_view_if_needed()
    keep_picture(page, "figures_funnel")
    page.select_option("select[name=kind]", "dispute")
    page.select_option(
        "select[name=station]",
        label=page.locator("select[name=station] option").nth(1).inner_text(),
    )
    page.click(".filters button")
    page.wait_for_selector("body[data-ready=yes]")
    assert "kind=dispute" in page.url
    assert "station=" in page.url
    row = page.locator("tr[data-code=calls_all]")
    shown = int(row.locator("a").inner_text().replace(",", ""))
    assert shown > 0
    row.locator("a").click()
    assert f"{shown} / {shown}" in page.locator(".period").inner_text()
    assert page.locator("tbody tr").count() == min(shown, 100)
    heads = page.locator("th").all_inner_texts()
    assert not {"经度", "纬度", "地点", "报警人"} & set(heads)
    keep_picture(page, "figures_rows")
    page.click("header nav a")
    assert page.locator("select[name=kind]").input_value() == "dispute"


def test_shared_figures_withhold_small_counts_and_give_no_rows(evaluator):
    """In a single week of one station counts of 1 to 4 are withheld, and nothing links to rows."""
    page = evaluator
    station = page.locator("select[name=station] option").nth(3).get_attribute("value")
    page.goto(page.url + f"?from=2024-05-01&to=2024-05-07&station={station}&share=1")
    page.wait_for_selector("body[data-ready=yes]")
    assert page.locator("#kpis a").count() == 0
    assert "数值小于 5，不予公布" in page.locator("#kpis").inner_text()
    keep_picture(page, "figures_shared")


def test_on_paper_the_tables_are_open_and_the_filters_gone(evaluator):
    page = evaluator
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert not page.locator(".filters").is_visible()
    assert page.locator("#trend table").is_visible()
