"""Journeys in a real browser: a call typed, an officer out of signal, the wallboard, the border."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from hubpost.actions import assignments, partners
from tests.browser.desk import open_console, type_call, violations
from tests.browser.pictures import keep_picture

pytestmark = pytest.mark.browser


def test_the_founding_call_is_typed_advised_and_sent_by_keyboard_alone(live, new_context):
    store, url = live
    page = open_console(new_context(), url)
    call_id = type_call(page, "堰塘村 围墙垮塌 堵路 p3 !")
    expect(page.locator("#line-text")).to_have_value("")
    call = store.board.calls[call_id].call
    assert (call.priority, call.confirmed, call.note) == (3, True, "围墙垮塌 堵路")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_selector("#call-panel .s-assigned")
    assert store.board.calls[call_id].active_unit_ids


def test_a_second_caller_is_proposed_merged_and_taken_apart(live, new_context):
    store, url = live
    page = open_console(new_context(), url)
    first = type_call(page, "堰塘村 围墙垮塌 堵路 p3")
    page.keyboard.press("Escape")
    page.locator("body").press(";")
    page.keyboard.type("堰塘村 老围墙 堵路")
    page.keyboard.press("Enter")
    button = page.locator(f"#merge-{first}")
    button.click()
    expect(page.locator("#more")).to_contain_text("已并入本警情")
    expect(page.locator("#queue li")).to_have_count(1)
    assert set(store.board.merged) == {first}
    page.locator(f"#unmerge-{first}").click()
    expect(page.locator("#queue li")).to_have_count(2)


def test_an_officer_goes_out_of_signal_works_on_and_everything_arrives_once(live, new_context):
    """Taps without signal survive a reload without signal, keep their own times, and one that no
    longer fits is shown to the officer and overwrites nothing."""
    store, url = live
    desk = open_console(new_context(), url)
    call_id = type_call(desk, "堰塘村 围墙垮塌 堵路 p3")
    desk.keyboard.press("Escape")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#call-panel .s-assigned")
    (unit_id,) = store.board.calls[call_id].active_unit_ids

    car = new_context()
    phone = car.new_page()
    phone.goto(f"{url}/field?unit={unit_id}")
    phone.wait_for_selector("body[data-worker=ready]")
    phone.wait_for_selector("#field-link[data-state=online]")
    phone.reload()  # the worker keeps what it has served once
    phone.locator(f"[data-call='{call_id}'] [data-step=acknowledge]").click()
    desk.wait_for_selector("#call-panel .s-acknowledged")

    car.set_offline(True)
    before = datetime.now(UTC)
    phone.locator("[data-step=set-off]").click()
    phone.locator("[data-step=arrive]").click()
    phone.wait_for_selector("#field-link[data-state=offline]")
    expect(phone.locator("#field-queued")).to_have_attribute("data-count", "2")
    phone.reload()
    expect(phone.locator("#field-queued")).to_have_attribute("data-count", "2")
    expect(phone.locator(".pending")).to_have_count(2)
    keep_picture(phone, "field_offline", phone=True)
    assert store.board.calls[call_id].responses[0].enroute_at is None
    tapped = datetime.now(UTC)

    car.set_offline(False)
    desk.wait_for_selector("#call-panel .s-arrived")
    expect(phone.locator("#field-queued")).to_have_attribute("data-count", "0")
    response = store.board.calls[call_id].responses[0]
    tolerance = timedelta(seconds=1)
    assert before - tolerance <= response.enroute_at <= response.arrived_at <= tapped + tolerance

    car.set_offline(True)
    phone.locator("[data-step=clear]").click()
    expect(phone.locator("#field-queued")).to_have_attribute("data-count", "1")
    store.write(lambda tx: assignments.clear_unit(tx, call_id, unit_id), actor="desk")
    car.set_offline(False)
    expect(phone.locator(".conflict")).to_contain_text("未生效")
    expect(phone.locator("#field-queued")).to_have_attribute("data-count", "0")
    kinds = store.read(
        lambda c: c.exec_driver_sql(
            "SELECT kind, count(*) FROM event WHERE unit_id IS NOT NULL GROUP BY kind"
        ).all()
    )
    once = dict(kinds)
    assert {once[k] for k in ("UnitAcknowledged", "UnitEnRoute", "UnitArrived", "UnitCleared")} == {
        1
    }
    assert once["FieldActionRefused"] == 1


def test_the_wallboard_shows_a_call_as_soon_as_it_is_taken(live, new_context):
    _, url = live
    wall = new_context().new_page()
    wall.goto(f"{url}/wallboard")
    wall.wait_for_selector("#wall-link[data-state=live]")
    desk = open_console(new_context(), url)
    call_id = type_call(desk, "堰塘村 围墙垮塌 堵路 p1")
    expect(wall.locator(f"#wall-{call_id}")).to_contain_text("堰塘村", timeout=3000)
    keep_picture(wall, "wallboard")


def test_a_border_township_answers_by_its_link(live, new_context):
    store, url = live
    border = next(iter(store.board.stations))
    store.write(
        lambda tx: partners.agree(
            tx, "west", "邻县乡", border, expires_at=tx.now + timedelta(days=30)
        ),
        actor="anna",
    )
    desk = open_console(new_context(), url)
    type_call(desk, "堰塘村 围墙垮塌 堵路 p3")
    desk.goto(f"{url}/border")
    desk.get_by_role("button", name="求援").click()
    link = desk.locator("#aid-link").text_content()
    west = new_context().new_page()
    west.goto(link)
    expect(west.locator("main")).to_contain_text("堰塘村")
    keep_picture(west, "slip", phone=True, english=True)
    west.get_by_label("车组呼号").fill("7号车")
    west.get_by_role("button", name="我方可派").click()
    expect(west.locator("#slip-state")).to_contain_text("尚未承诺")
    west.get_by_role("button", name="已派出").click()
    expect(west.locator("#slip-state")).to_contain_text("已承诺派出")
    desk.goto(f"{url}/border")
    expect(desk.locator("main")).to_contain_text("7号车")
    keep_picture(desk, "border")


def test_no_page_has_a_serious_accessibility_violation(live, new_context):
    """axe-core over every page of the live half, with calls on them."""
    store, url = live
    page = open_console(new_context(), url)
    call_id = type_call(page, "堰塘村 围墙垮塌 堵路 p1")
    page.wait_for_selector("#more form")
    (unit_id,) = (c for c in list(store.board.units)[:1])
    paths = ["/wallboard", "/handover", "/border", "/members", "/field", f"/field?unit={unit_id}"]
    found = {f"/?call={call_id}": violations(page)}
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    page.wait_for_selector("#unit-controls")
    page.locator("#call-rarely summary").click()
    found["a unit chosen"] = violations(page)
    page.locator("#units-title").click()
    page.keyboard.press("?")
    page.wait_for_selector("#keys-help[open]")
    found["the list of keys"] = violations(page)
    for path in paths:
        page.goto(url + path)
        page.wait_for_timeout(300)
        for closed in page.locator("main details").all():
            closed.evaluate("d => { d.open = true; }")
        found[path] = violations(page)
    assert {path: v for path, v in found.items() if v} == {}
