"""Journeys of those who keep the records: officer, grid worker, mediator, clerk, resident."""

import re
import subprocess
import sys
from io import BytesIO

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import _is_violation
from tests.browser.desk import violations
from tests.browser.pictures import keep_picture

PHONE = {"width": 360, "height": 740}
PAGES = (
    "/records", "/records/disputes", "/records/grids", "/records/visit", "/records/tasks",
    "/records/burden", "/records/counter", "/records/ratings", "/records/border",
    "/records/rosters", "/records/surveys", "/records/books", "/records/lists",
    "/progress", "/rate", "/book",
)  # fmt: skip


def seed_records(database):
    """Made-up records, by the command that makes them."""
    command = [sys.executable, "-m", "hubpost.cli.main", "records", "seed"]
    subprocess.run([*command, "--db", f"sqlite:///{database}"], check=True, capture_output=True)


@pytest.fixture
def open_page(browser, console_url):
    """Opens a page for someone by name; at the end no page may have met an error of its scripts."""
    contexts, errors = [], []

    def open_page(address, actor="王警官", viewport=None):
        context = browser.new_context(
            viewport=viewport or {"width": 1280, "height": 900}, locale="zh-CN"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if _is_violation(m.text) else None)
        page.goto(console_url)
        page.request.post(f"{console_url}/actor", form={"name": actor})
        page.goto(console_url + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def test_a_community_officer_s_visits_prove_his_week(open_page):
    """Tasks laid down, a visit with one tap, a visit that finds a dispute; both are proof."""
    page = open_page("/records/tasks")
    page.get_by_role("button", name="下达今日任务").click()
    presence = page.locator("tr[data-template='common.7']")
    expect(presence).to_contain_text("0/10")
    station = page.locator("select[name=station]").first.input_value()
    visit = open_page(f"/records/visit?station={station}")
    visit.locator("select[name=area_id]").select_option(index=1)
    visit.get_by_role("button", name="本次无情况").click()
    expect(visit.locator("#visit-said")).to_contain_text("已记录")
    visit.locator("input[name=dispute]").fill("两户争排水沟")
    visit.locator("select[name=area_id]").select_option(index=1)
    visit.locator("form#visit button").last.click()
    expect(visit.locator("#visit-said")).to_contain_text("-00002")
    page.reload()
    expect(presence).to_contain_text("2/10")
    keep_picture(page, "tasks")
    page.goto(page.url.split("/records")[0] + "/records/disputes?q=排水沟")
    expect(page.locator("#disputes")).to_contain_text("两户争排水沟")


def test_a_grid_worker_s_visits_without_signal_are_sent_once_it_is_back(open_page):
    """On a phone: the page opens offline, keeps two visits, and sends each exactly once."""
    page = open_page("/records/visit", actor="网格员一", viewport=PHONE)
    expect(page.locator("body[data-worker=ready]")).to_be_attached()
    page.reload()
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#visit-link")).to_have_attribute("data-state", "offline")
    for _ in range(2):
        page.get_by_role("button", name="本次无情况").click()
    expect(page.locator("#visit-queued")).to_have_attribute("data-count", "2")
    page.reload()
    expect(page.locator("#visit-queued")).to_have_attribute("data-count", "2")
    keep_picture(page, "visit_offline", phone=True)
    page.context.set_offline(False)
    expect(page.locator("#visit-queued")).to_have_attribute("data-count", "0", timeout=15_000)
    page.reload()
    expect(page.locator("#recent li")).to_have_count(2)
    keep_picture(page, "visit", phone=True, english=True)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "the page scrolls sideways on a phone"


def test_what_the_server_will_not_take_stays_on_the_phone_with_its_reason(open_page):
    """Signed out, it waits; refused, it shows why until it is sent again or let go; never lost."""
    page = open_page("/records/visit", actor="网格员二", viewport=PHONE)
    answers = [{"status": 401, "body": "{}"}]
    page.route("**/records/visits", lambda route: route.fulfill(**answers[-1]))
    page.locator("textarea[name=note]").fill("围墙有裂缝")
    page.locator("form#visit button").last.click()
    expect(page.locator("#visit-link a")).to_have_attribute("href", re.compile("/sign-in"))
    expect(page.locator("#visit-queued")).to_have_attribute("data-count", "1")
    answers.append({"status": 403, "json": {"code": "not_yours", "message": "不在职权范围"}})
    refused = page.locator("#visit-refused li")
    expect(refused).to_contain_text("围墙有裂缝", timeout=15_000)
    expect(refused).to_contain_text("不在职权范围")
    expect(page.locator("#visit-queued")).to_have_attribute("data-count", "0")
    page.reload()
    expect(refused).to_contain_text("不在职权范围")
    page.unroute("**/records/visits")
    refused.get_by_role("button", name="重新发送").click()
    expect(refused).to_have_count(0)
    expect(page.locator("#visit-said")).to_contain_text("已记录")
    page.reload()
    expect(page.locator("#recent li")).to_contain_text("围墙有裂缝")


def test_what_waits_is_shown_while_the_line_hangs(open_page):
    """The number is read from the device, not known only after a try to send has ended."""
    page = open_page("/records/visit", actor="网格员五", viewport=PHONE)
    page.route("**/records/visits", lambda route: None)
    page.get_by_role("button", name="本次无情况").click()
    for _ in range(2):
        expect(page.locator("#visit-queued")).to_have_attribute("data-count", "1")
        page.reload()


def test_what_one_person_kept_is_not_sent_under_another_s_name(open_page):
    page = open_page("/records/visit", actor="网格员三", viewport=PHONE)
    page.route("**/records/visits", lambda route: route.abort())
    page.get_by_role("button", name="本次无情况").click()
    expect(page.locator("#visit-queued")).to_have_attribute("data-count", "1")
    page.unroute("**/records/visits")
    sent = []
    page.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
    origin = page.evaluate("location.origin")
    page.request.post(f"{origin}/actor", form={"name": "网格员四"})
    page.goto(f"{origin}/records/visit")
    expect(page.locator("#visit-link")).to_have_attribute("data-state", "online")
    expect(page.locator("#visit-queued")).to_have_attribute("data-count", "0")
    assert not [url for url in sent if url.endswith("/records/visits")]
    page.request.post(f"{origin}/actor", form={"name": "网格员三"})
    page.goto(f"{origin}/records/visit")
    expect(page.locator("#visit-said")).to_contain_text("已记录", timeout=15_000)
    assert [url for url in sent if url.endswith("/records/visits")]


def test_a_mediator_takes_a_case_to_a_signed_agreement(open_page):
    """Registered, graded, consent asked for, agreement printed; the names only for a purpose."""
    page = open_page("/records/disputes", actor="调解员李")
    page.locator("#register input[name=title]").fill("宅基地边界争执")
    page.locator("#register select[name=category]").select_option("homestead")
    page.locator("#register button").click()
    state = page.locator("#state")
    expect(state).to_have_text("登记")

    def do(move, **fields):
        form = page.locator(f"form[data-move={move}]")
        for name, value in fields.items():
            field = form.locator(f"[name={name}]")
            if name == "yes":
                field.check()
            elif name == "choice":
                field.select_option(value)
            else:
                field.fill(value)
        form.locator("button").click()

    page.locator("#party input[name=name]").fill("欧阳锋")
    page.locator("#party input[name=side]").fill("甲方")
    page.locator("#party button").click()
    expect(page.locator("#persons")).to_contain_text("欧**")
    do("grade", choice="complex")
    do("triage", choice="village")
    do("accept")
    do("start_mediation")
    expect(page.locator("[role=alert]")).to_contain_text("缺少必填项")
    do("start_mediation", yes=True)
    do("sit", choice="people")
    do("agree", text="以石坎为界")
    expect(state).to_have_text("达成")
    expect(page.locator("main")).to_contain_text("可申请司法确认至")
    keep_picture(page, "dispute", english=True)
    with page.expect_download() as download:
        page.get_by_role("button", name="协议书 PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    page.locator("#persons select").select_option("follow_up")
    page.locator("#persons button").click()
    expect(page.locator("#shown")).to_contain_text("欧阳锋")


def test_from_the_clerk_s_counter_to_the_resident_s_rating(open_page):
    """One identity card, a receipt code, progress on a phone, a bad rating and its clock."""
    clerk = open_page("/records/counter", actor="窗口民警")
    clerk.locator("#take select[name=service]").select_option("16")
    clerk.locator("#take button").click()
    code = clerk.locator("#receipt").inner_text()
    resident = open_page("/progress", actor="居民", viewport=PHONE)
    resident.locator("input[name=code]").fill(code)
    resident.get_by_role("button", name="查看").click()
    expect(resident.locator("#found")).to_contain_text("居住证申领")
    keep_picture(clerk, "counter")
    keep_picture(resident, "progress", phone=True, english=True)
    clerk.locator("#cases form[action$=deliver] button").click()
    expect(clerk.locator("img.qr")).to_be_visible()
    assert clerk.locator("img.qr").evaluate("i => i.naturalWidth") > 50
    resident.goto(clerk.locator("#rating").get_attribute("href"))
    resident.locator("input[name=level][value='4']").check()
    resident.locator("textarea[name=comment]").fill("等得太久")
    resident.evaluate("scrollTo(0, 0)")
    keep_picture(resident, "rate", phone=True, english=True)
    resident.get_by_role("button", name="提交").click()
    expect(resident.locator("#thanks")).to_be_visible()
    width = resident.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    clerk.goto(re.sub("/records.*", "/records/ratings", clerk.url))
    expect(clerk.locator("#bad")).not_to_contain_text("等得太久")
    chief = open_page("/records/ratings", actor="所长")
    expect(chief.locator("#bad")).to_contain_text("等得太久")
    keep_picture(chief, "ratings")
    expect(chief.locator("#satisfaction")).to_contain_text("满意 0 件")


def test_a_resident_books_a_working_day_on_a_phone(open_page):
    page = open_page("/book?day=2026-12-07", actor="居民", viewport=PHONE)
    page.locator("#book select[name=slot]").select_option("10:00")
    page.get_by_role("button", name="预约").click()
    expect(page.locator("#booked")).to_contain_text("号2026-")
    keep_picture(page, "book", phone=True)
    page.goto(re.sub(r"/book.*", "/book?day=2026-10-03", page.url))
    expect(page.locator("main")).to_contain_text("不办公")


def test_a_checker_s_verdicts_without_signal_are_sent_once_it_is_back(open_page):
    """Planned, drawn by a seed, asked on a phone offline; the Wilson interval follows."""
    page = open_page("/records/surveys", actor="检查员")
    page.locator("#plan textarea[name=sizes]").fill("g1 4")
    page.locator("#plan button").click()
    page.get_by_role("button", name="抽样").click()
    page.get_by_role("button", name="开始").click()
    form = page.get_by_role("link", name="入户表（无信号也可用）").get_attribute("href")
    phone = open_page(form, actor="检查员", viewport=PHONE)
    expect(phone.locator("body[data-worker=ready]")).to_be_attached()
    phone.reload()
    phone.context.set_offline(True)
    phone.reload()
    for k, verdict in enumerate(("right", "right", "wrong")):
        phone.locator("#drawn li").nth(k).locator(f"button[data-verdict={verdict}]").click()
    expect(phone.locator("#survey-queued")).to_have_attribute("data-count", "3")
    phone.reload()
    expect(phone.locator("#drawn li[data-done=right]")).to_have_count(2)
    expect(phone.locator("#survey-queued")).to_have_attribute("data-count", "3")
    keep_picture(phone, "survey", phone=True)
    phone.context.set_offline(False)
    expect(phone.locator("#survey-queued")).to_have_attribute("data-count", "0", timeout=15_000)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.reload()
    expect(page.locator("p.result")).to_contain_text("66.7 %")


def test_a_chief_brings_a_workbook_in_and_takes_it_back(open_page, tmp_path):
    """From the empty template to a preview, an import and an undo, all in the browser."""
    page = open_page("/records/books", actor="所长")
    row = page.locator("tr[data-kind=activity]")
    with page.expect_download() as download:
        row.get_by_role("link", name="空白模板").click()
    book = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))
    header = [c.value.split("\n")[-1] for c in book["activity"][1]]
    station = page.locator("select[name=station] option").nth(1).get_attribute("value")
    fields = {"station_id": station, "owner_id": "m1", "opened_at": "2026-03-01 09:00",
              "category": "patrol", "title": "集市巡逻"}  # fmt: skip
    book["activity"].append([fields.get(h) for h in header])
    filled = tmp_path / "a.xlsx"
    book.save(filled)
    row.locator("input[type=file]").set_input_files(filled)
    row.get_by_role("button", name="预览").click()
    expect(page.locator("#counts")).to_contain_text("新建 1 条")
    page.get_by_role("button", name="确认导入").click()
    expect(page.locator("#batches tr.done")).to_contain_text("已导入")
    page.locator("#batches tr.done").get_by_role("button", name="撤回导入").click()
    expect(page.locator("#batches tr.done")).to_contain_text("已撤回")


def test_grids_on_the_map_say_the_same_as_their_table(open_page, console_url, database):
    """Police grids over village grids; what a grid is, is said in words where the mouse points."""
    seed_records(database)
    page = open_page("/records/grids")
    drawn = page.locator("#grid-map")
    expect(drawn).to_have_attribute("data-ready", "station", timeout=20_000)
    rows = page.locator("#grids tbody tr").count()
    expect(drawn).to_have_attribute("data-grids", str(rows))
    keep_picture(page, "grids")
    drawn.hover()
    page.mouse.move(*centre(drawn))
    page.locator("#whole-county").click()
    expect(drawn).to_have_attribute("data-grids", "220", timeout=20_000)
    expect(drawn).to_have_attribute("data-villages", "1291")


def centre(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "phone"])
def test_no_page_of_the_records_has_a_serious_accessibility_fault(
    open_page, console_url, database, viewport
):
    """axe-core on every page, with made-up records on them."""
    seed_records(database)
    page = open_page("/records", viewport=viewport)
    faults = {}
    keep_picture(page, "records", english=True)
    for address in PAGES:
        page.goto(console_url + address)
        found = violations(page)
        if found:
            faults[address] = found
    assert faults == {}
