"""Journeys of a crew and of the desk that helps it: photo, way there, call for help, unit keys."""

import re
import struct
import zlib
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect

from hubpost.actions import assignments, calls
from hubpost.actions.command_room import CommandRoom
from hubpost.actions.counties import list_areas
from hubpost.actions.opening import open_room
from hubpost.actions.photos import MAX_BYTES, photo
from hubpost.model import events as ev
from hubpost.model.member import GridMember, MemberRole
from hubpost.storage import schema
from hubpost.storage.sealed import place_of
from hubpost.storage.store import Store
from hubpost.storage.transaction import Tx
from hubpost.storage.vault import vault_of
from tests.browser.desk import open_console, type_call, violations
from tests.browser.pictures import keep_picture
from tests.rooms import report

pytestmark = pytest.mark.browser


def png(width: int, height: int) -> bytes:
    """A striped picture, larger than any that is sent."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    rows = b"".join(b"\0" + bytes((y % 251, 120, 40)) * width for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.fixture
def sent(live, new_context) -> Iterator[tuple[Store, str, Page, str, str]]:
    """A call typed and its advised unit sent; store, address, desk, call id, unit id."""
    store, url = live
    desk = open_console(new_context(), url)
    call_id = type_call(desk, "堰塘村 围墙垮塌 堵路 p3")
    desk.keyboard.press("Escape")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#call-panel .s-assigned")
    (unit_id,) = store.board.calls[call_id].active_unit_ids
    return store, url, desk, call_id, unit_id


def open_phone(context: BrowserContext, url: str, unit_id: str) -> Page:
    context.set_default_timeout(10_000)
    phone = context.new_page()
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.goto(f"{url}/field?unit={unit_id}")
    phone.wait_for_selector("body[data-worker=ready]")
    phone.wait_for_selector("#field-link[data-state=online]")
    return phone


def test_a_photo_taken_without_signal_arrives_once_small_bare_and_covered(sent, new_context):
    store, url, desk, call_id, unit_id = sent
    car = new_context()
    phone = open_phone(car, url, unit_id)
    phone.reload()
    car.set_offline(True)
    phone.wait_for_selector(f"[data-call='{call_id}']")
    phone.locator(".photo-form summary").click()
    phone.locator(".photo-form select").select_option("road")
    picture = {"name": "x.png", "mimeType": "image/png", "buffer": png(2400, 1800)}
    phone.locator(f"#photo-{call_id}").set_input_files(picture)
    expect(phone.locator("#field-queued")).to_have_attribute("data-count", "1")
    assert store.read(lambda c: c.execute(sa.select(photo.c.id)).all()) == []
    phone.reload()
    expect(phone.locator("#field-queued")).to_have_attribute("data-count", "1")
    car.set_offline(False)
    expect(phone.locator("#field-queued")).to_have_attribute("data-count", "0", timeout=15_000)
    columns = (photo.c.id, photo.c.body, photo.c.purpose)
    ((photo_id, sealed, purpose),) = store.read(lambda c: c.execute(sa.select(*columns)).all())
    place = place_of("photo", "body", photo_id)
    kept = store.read(lambda c: vault_of(c).open_bytes(bytes(sealed), place))
    assert purpose == "road"
    assert kept[:3] == b"\xff\xd8\xff"
    assert len(kept) <= MAX_BYTES
    # The desk hears of it, sees it covered, and sees the picture only for a purpose.
    expect(desk.locator("#more")).to_contain_text("已遮盖")
    expect(desk.locator(".photo img")).to_have_count(0)
    desk.locator("#more button[value=dispatch]").click()
    expect(desk.locator(".photo img")).to_be_visible()
    assert desk.locator(".photo img").evaluate("i => i.naturalWidth") == 1280
    logged = sa.select(sa.func.count()).where(schema.audit.c.action == "show_photo")
    assert store.read(lambda c: c.execute(logged).scalar()) == 1


def test_a_call_for_help_does_not_wait_behind_a_photo_on_a_slow_line(sent, new_context):
    store, url, desk, call_id, unit_id = sent
    phone = open_phone(new_context(), url, unit_id)
    phone.route("**/field/photos*", lambda route: None)  # never answered
    phone.locator(".photo-form summary").click()
    picture = {"name": "x.png", "mimeType": "image/png", "buffer": png(300, 200)}
    with phone.expect_request("**/field/photos*"):
        phone.locator(f"#photo-{call_id}").set_input_files(picture)
    phone.locator("#field-duress").click()
    expect(desk.locator("#alarm")).to_be_visible()
    assert store.board.units[unit_id].duress_at is not None


def test_a_wish_to_send_during_a_failing_try_is_served_right_after_it(sent, new_context):
    """Signal that comes back while the last try still waits is not lost until the next tick."""
    _, url, _, _, unit_id = sent
    phone = open_phone(new_context(), url, unit_id)
    tries = phone.evaluate("""async () => {
      const { sendAgain } = await import("/static/js/send_again.js");
      let tries = 0, fail;
      const ask = sendAgain(() => { tries += 1; return new Promise((_, no) => { fail = no; }); });
      ask();
      dispatchEvent(new Event("online"));
      fail(new Error("no signal"));
      await new Promise((done) => setTimeout(done, 0));
      return tries;
    }""")
    assert tries == 2


def test_the_way_to_the_call_is_drawn_and_stays_without_signal(sent, new_context):
    _, url, _, call_id, unit_id = sent
    car = new_context()
    phone = open_phone(car, url, unit_id)
    line = phone.locator(f"[data-call='{call_id}'] .route polyline")
    expect(line).to_be_visible()
    expect(phone.locator(".route figcaption")).to_contain_text("estimated")
    expect(phone.get_by_role("link", name="导航")).to_have_attribute("href", re.compile("^geo:"))
    keep_picture(phone, "field", phone=True, english=True)
    phone.reload()
    car.set_offline(True)
    phone.reload()
    expect(line).to_be_visible()


def test_a_call_for_help_alarms_every_console_until_it_is_known_to_be_over(sent, new_context):
    store, url, desk, _, unit_id = sent
    phone = open_phone(new_context(), url, unit_id)
    phone.locator("#field-duress").click()
    expect(phone.locator("#field-help")).to_be_visible()
    alarm = desk.locator("#alarm")
    expect(alarm).to_be_visible()
    expect(alarm).to_contain_text(store.board.units[unit_id].unit.name)
    expect(alarm).to_have_attribute("data-sound", "on")
    keep_picture(desk, "alarm")
    desk.locator("#alarm-quiet").click()
    expect(alarm).to_have_attribute("data-sound", "off")
    expect(alarm).to_be_visible()
    # By keyboard: w to the unit, y to the reason.
    desk.keyboard.press("Escape")
    desk.keyboard.press("w")
    desk.wait_for_selector("#safe-reason")
    desk.locator("#units-title").click()
    desk.keyboard.press("y")
    desk.keyboard.type("电话确认平安")
    desk.keyboard.press("Enter")
    expect(alarm).to_be_hidden()
    assert store.board.units[unit_id].duress_at is None
    expect(phone.locator("#field-help")).to_be_hidden()


def test_units_are_steered_by_keyboard_alone(live, new_context):
    store, url = live
    page = open_console(new_context(), url)
    page.keyboard.press("u")
    page.keyboard.press("ArrowRight")
    unit_id = page.evaluate("document.activeElement.id").removeprefix("unit-")
    assert unit_id in store.board.units
    page.keyboard.press("Enter")
    page.wait_for_selector("#set-reserve")
    page.keyboard.press("r")
    expect(page.locator("#units .chip.reserve")).to_have_count(1)
    assert store.board.units[unit_id].reserve
    page.keyboard.press("c")
    page.keyboard.type("3 +armed")
    page.keyboard.press("Enter")
    expect(page.locator("#unit-controls")).to_contain_text("+armed")
    assert store.board.units[unit_id].unit.crew == 3
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_visible()
    keep_picture(page, "keys")
    page.keyboard.press("Escape")
    expect(page.locator("#keys-help")).to_be_hidden()
    page.keyboard.press(";")
    page.keyboard.type(f"{store.board.units[unit_id].unit.name} 解备")
    page.keyboard.press("Enter")
    expect(page.locator("#units .chip.reserve")).to_have_count(0)


def test_a_call_waits_for_a_busy_unit_and_the_move_up_is_taken_by_key(live, new_context, database):
    store, url = live
    page = open_console(new_context(), url)
    type_call(page, "堰塘村 围墙垮塌 堵路 p3")
    page.keyboard.press("Escape")
    page.wait_for_selector("#accept-move-up")
    page.keyboard.press("v")
    expect(page.locator("#units .flag", has_text="→")).to_have_count(1)
    assert sum(u.covering_id is not None for u in store.board.units.values()) == 1
    # Everybody is busy: the next call can only wait for the soonest.
    room = open_room(store, database.parent)
    for unit_id in store.board.units:
        store.write(lambda tx, u=unit_id: _busy(tx, room, u), actor="test")
    type_call(page, "水市社区 求助 p1")
    page.keyboard.press("Escape")
    page.wait_for_selector("#stack-on")
    page.keyboard.press("s")
    page.wait_for_selector("#stacked")
    newest = max(store.board.calls.values(), key=lambda c: c.call.number)
    assert len(newest.stacked_unit_ids) == 1


def _busy(tx: Tx, room: CommandRoom, unit_id: str) -> None:
    """Send a unit to a call of its own at its station."""
    station = tx.board.stations[tx.board.units[unit_id].unit.station_id]
    place = {"lon": station.lon, "lat": station.lat, "area_id": None, "station_id": station.id}
    taken = calls.receive_call(tx, room, report(**place))
    assignments.assign_unit(tx, room, taken.call.id, unit_id, override_reason="test")


def test_a_village_cadre_is_alerted_on_the_phone_and_answers_with_one_tap(live, new_context):
    store, url = live
    area = next(a for a in store.read(list_areas) if a.name == "堰塘村")
    member = GridMember("cadre-1", MemberRole.CADRE, f"{area.id}-01", area.id, area.station_id)
    store.write(lambda tx: tx.record(ev.MemberJoined(tx.now, member)), actor="test")
    desk = open_console(new_context(), url)
    desk.goto(f"{url}/members?station={area.station_id}")
    desk.get_by_role("button", name="生成页面 cadre-1").click()
    link = desk.locator("#member-link").text_content()
    phone = new_context().new_page()
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.goto(link)
    expect(phone.locator("#member-alerts")).to_contain_text("暂无警情")
    assert violations(phone) == []
    desk.goto(url)
    desk.wait_for_selector("#link[data-state=live]")
    call_id = type_call(desk, "堰塘村 围墙垮塌 堵路 求助 p3")
    desk.keyboard.press("Escape")
    desk.keyboard.press("Enter")
    # The page shows the alert by itself.
    expect(phone.get_by_role("button", name="我去")).to_be_visible(timeout=12_000)
    keep_picture(phone, "member", phone=True, english=True)
    phone.get_by_role("button", name="我去").click()
    expect(desk.locator("#more")).to_contain_text("应答")
    phone.get_by_role("button", name="我已到场").click()
    expect(desk.locator("#first-member")).to_be_visible()
    (alert,) = store.board.calls[call_id].alerts
    assert alert.alerted_at <= alert.answered_at <= alert.arrived_at
    assert violations(phone) == []
    desk.goto(f"{url}/members?station={area.station_id}")
    assert violations(desk) == []
    keep_picture(desk, "members")


def test_the_field_page_clears_away_its_own_older_shell_and_nobody_else_s(live, new_context):
    store, url = live
    phone = new_context().new_page()
    phone.goto(f"{url}/handover")
    phone.evaluate(
        "Promise.all(['hubpost-field-1', 'hubpost-visit-1', 'other'].map((n) => caches.open(n)))"
    )
    phone.goto(f"{url}/field?unit={next(iter(store.board.units))}")
    phone.wait_for_selector("body[data-worker=ready]")
    phone.wait_for_function("caches.keys().then((n) => !n.includes('hubpost-field-1'))")
    kept = set(phone.evaluate("caches.keys()"))
    assert {"hubpost-visit-1", "other"} <= kept
    assert any(name.startswith("hubpost-field-") for name in kept)


def test_who_is_signed_out_sees_no_calls_and_loses_no_tap(sent, new_context):
    store, url, _, call_id, unit_id = sent
    car = new_context()
    phone = open_phone(car, url, unit_id)
    phone.wait_for_selector(f"[data-call='{call_id}']")
    car.route("**/field/state*", lambda route: route.fulfill(status=401))
    car.route("**/api/v1/units/*/sync", lambda route: route.fulfill(status=401))
    phone.locator("[data-step=acknowledge]").click()
    expect(phone.get_by_role("link", name="登录")).to_be_visible()
    expect(phone.locator(f"[data-call='{call_id}']")).to_have_count(0)
    expect(phone.locator("#field-queued")).to_have_attribute("data-count", "1")
    car.unroute_all()
    expect(phone.locator("#field-queued")).to_have_attribute("data-count", "0")
    assert store.board.calls[call_id].responses[0].acknowledged_at
