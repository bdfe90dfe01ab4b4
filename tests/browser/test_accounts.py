"""An administrator makes a colleague's account; who is let in by its link, and put out again."""

from playwright.sync_api import Page, expect

from hubpost.model.access import Grant, Role, ScopeKind
from tests.browser.pictures import keep_picture
from tests.browser.test_sign_in import PASSWORD, door, page  # noqa: F401 - fixtures
from tests.gate.conftest import add_account, add_session


def test_a_colleague_is_let_in_given_a_role_and_signed_out_by_the_administrator(
    door, page: Page  # noqa: F811
):  # fmt: skip
    url, _, store = door
    admin = add_account(store, "anna", Grant(Role.ADMINISTRATOR, ScopeKind.COUNTY, ""))
    cookie = {"name": "hubpost_session", "value": add_session(store, admin), "url": url}
    page.context.add_cookies([cookie])
    page.goto(f"{url}/accounts")
    page.fill("#make input[name=name]", "wang")
    page.fill("#make input[name=shown]", "王民警")
    page.click("#make button")
    link = page.inner_text("#link")
    row = page.locator("#account-wang")
    row.locator("summary").click()
    row.locator("select[name=role]").select_option("dispatcher")
    row.locator("details button").click()
    expect(page.locator("#account-wang")).to_contain_text("全县")
    keep_picture(page, "accounts")

    theirs = page.context.browser.new_context(locale="zh-CN")
    other = theirs.new_page()
    other.goto(link)
    other.fill("input[name=password]", PASSWORD)
    other.fill("input[name=again]", PASSWORD)
    other.click("button.now")
    other.wait_for_load_state()
    if "sign-in" in other.url:
        other.fill("input[name=name]", "wang")
        other.fill("input[name=password]", PASSWORD)
        other.click("button.now")
    other.goto(f"{url}/me")
    expect(other.locator("h1")).to_contain_text("王民警")

    page.goto(f"{url}/accounts")
    page.locator("#account-wang button[value=end]").click()
    expect(page.locator("#account-wang button[value=end]")).to_have_count(0)
    other.wait_for_timeout(1_100)  # what was seen of an account is believed for a second
    other.goto(f"{url}/me")
    expect(other.locator("input[name=password]")).to_be_visible()
    theirs.close()
