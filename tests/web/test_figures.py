"""The figures page: filters in the address, findings before figures, rows behind each number."""

import re
import threading
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from hubpost.actions import figure_calls
from hubpost.actions import figures as desk_module
from hubpost.model import events as ev
from hubpost.model.county import Labels
from hubpost.storage import schema
from tests.rooms import fill
from tests.web.conftest import take_call

FACTS = {
    "id": "toy", "name": "玩具县", "name_en": "Toy", "timezone": "Asia/Shanghai",
    "labels": msgspec.to_builtins(Labels()), "checksums": {},
}  # fmt: skip


@pytest.fixture
def county(toy_store):
    body = msgspec.json.encode(FACTS).decode()
    insert = schema.setting.insert().values(key="county", value=body)
    toy_store.write(lambda tx: tx.conn.execute(insert), actor="test")
    return toy_store


def number(page, code):
    """The value shown in a KPI's row."""
    row = re.search(rf'<tr data-code="{code}">.*?</tr>', page, re.S).group(0)
    return re.findall(r">([^<>]+)</(?:a|td)>", row)[0].strip()


def test_figures_follow_each_call_and_lead_to_its_row(client, county, clock):
    """One call counts 1, a second 2; an arrival shows as response in the row behind."""
    first = take_call(client)
    assert number(client.get("/figures").text, "calls_all") == "1"
    take_call(client, category="dispute")
    page = client.get("/figures").text
    assert (number(page, "calls_all"), number(page, "calls_dispute")) == ("2", "1")
    start = county.board.calls[first].call.received_at
    at = lambda m: start + timedelta(minutes=m)  # noqa: E731
    fill(county, [
        ev.UnitAssigned(at(0), first, "S1", at(9)), ev.UnitEnRoute(at(1), first, "S1"),
        ev.UnitArrived(at(12), first, "S1"),
    ])  # fmt: skip
    page = client.get("/figures").text
    assert number(page, "response_p50") == "12.0"
    link = re.search(r'href="(/figures/rows\?[^"]*code=response_p50[^"]*)"', page).group(1)
    rows = client.get(link.replace("&amp;", "&")).text
    assert "S station" not in rows.split("<tbody>")[1]
    assert first in rows
    assert "old wall" not in rows
    assert "108.7" not in rows


def test_findings_stand_before_figures_and_figures_before_stations(client, county):
    take_call(client)
    page = client.get("/figures").text
    places = [page.index(f'id="{part}"') for part in ("findings", "kpis", "trend", "funnel")]
    assert places == sorted(places)


def test_filters_stand_in_the_address_and_narrow_the_figures(client, county):
    take_call(client)
    take_call(client, category="dispute")
    page = client.get("/figures?kind=dispute&station=Z").text
    assert number(page, "calls_all") == "1"
    assert "kind=dispute" in re.search(r'href="(/figures/rows[^"]*)"', page).group(1)
    assert '<option value="dispute" selected>' in page


@pytest.mark.parametrize(
    "wrong",
    ["from=yesterday", "from=2024-02-01&to=2024-01-01", "from=0001-01-01&to=9999-12-31",
     "station=nowhere", "kind=theft"],
)  # fmt: skip
def test_a_wrong_filter_is_said_and_the_page_still_stands(client, county, wrong):
    take_call(client)
    answer = client.get(f"/figures?{wrong}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'data-code="calls_all"' in answer.text


def test_without_any_call_nothing_is_zero_and_the_page_says_so(client, county):
    page = client.get("/figures").text
    assert "No figure of this period is known." in page
    assert "data-code" not in page


def test_shared_figures_withhold_small_counts_and_rows(client, county):
    take_call(client)
    page = client.get("/figures?share=1").text
    assert number(page, "calls_all") == "a count under 5, withheld"
    assert "/figures/rows" not in page
    assert client.get("/figures/rows?code=calls_all&share=1").status_code == 403


def test_the_report_of_the_period_comes_in_each_form_with_links_to_its_rows(client, county):
    """A month is a monthly account; a station's is its brief, with no figure of another."""
    call_id = take_call(client)
    first = county.board.calls[call_id].call.received_at.date().replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    page = client.get(f"/figures?from={first}&to={last}").text
    assert "Monthly account" in page
    links = re.findall(r'href="(/figures/report\.[^"]*)"', page)
    files = {p.split("?")[0][16:]: client.get(p.replace("&amp;", "&")) for p in links}
    assert set(files) == {"pdf", "docx", "xlsx", "html"}
    assert all("attachment" in f.headers["content-disposition"] for f in files.values())
    assert files["pdf"].content.startswith(b"%PDF")
    assert b"/figures/rows?code=calls_all" in files["pdf"].content
    assert "Open, and due next" not in files["html"].text  # no source has records
    assert "The month in brief" in files["html"].text
    brief = client.get("/figures/report.html?station=F").text
    assert "Brief: " in brief
    assert "station=Z" not in brief
    shared = client.get("/figures/report.html?share=1").text
    assert "a count under 5, withheld" in shared
    assert client.get("/figures/report.html?from=soon").status_code == 422
    assert client.get("/figures/report.exe").status_code == 422


def test_an_unknown_figure_has_no_rows_and_no_condition_of_the_caller_is_run(client, county):
    take_call(client)
    assert client.get("/figures/rows?code=TRUE").status_code == 404
    assert client.get("/figures/rows?code=calls_all&where=1%3D1").status_code == 200
    assert client.get("/figures/rows?code=disputes_found").status_code == 200


def test_the_policy_stays_strict_and_no_script_is_inline(client, county):
    answer = client.get("/figures")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    inline = re.findall(r"<script(?![^>]*src=)[^>]*>", answer.text)
    assert inline == ['<script type="application/json" id="chart-data">']
    assert "style=" not in answer.text


def test_the_map_shades_by_the_figure_asked_and_hatches_what_is_unknown(client, county):
    """Three calls in Z, none elsewhere: Z alone is darkest; shared outside, Z is hatched."""
    for _ in range(3):
        take_call(client)
    page = client.get("/figures?shade=calls_all").text
    part = page.split('id="map"')[1].split('id="trend"')[0]
    assert "<svg" in part
    bands = lambda html: dict(re.findall(r'data-id="(\w+)" fill="[^"]+" data-band="(\d?)"', html))  # noqa: E731
    assert bands(part) == {"F": "0", "S": "0", "T": "0", "Z": "4"}
    shared = client.get("/figures?shade=calls_all&share=1").text
    assert bands(shared) == {"F": "0", "S": "0", "T": "0", "Z": ""}
    assert "/figures/rows" not in shared
    assert "code=calls_all" in part
    assert "shade=calls_all" in re.search(r'href="(/figures/rows[^"]*)"', part).group(1)


def test_a_reform_on_a_wrong_or_unfit_day_is_said(client, county):
    take_call(client)
    assert client.get("/figures?reform=soon").status_code == 422
    late = client.get("/figures?reform=2099-01-01")
    assert late.status_code == 200
    assert "there is no before and after yet" in late.text


def test_of_months_nothing_is_shared_by_station_and_no_kind_apart(client, county):
    """A station's month, subtracted from the county's, would give back what is withheld."""
    for _ in range(6):
        take_call(client)
    part = lambda page: page.split('id="trend"')[1].split('id="response"')[0]  # noqa: E731
    assert '<td class="number">6</td>' in part(client.get("/figures?share=1").text)
    assert "<td" not in part(client.get("/figures?share=1&station=Z").text)
    apart = client.get("/figures?share=1&kind=dispute")
    assert apart.status_code == 422
    assert number(apart.text, "calls_all") == "6"


def test_while_many_calls_are_read_the_page_says_so_and_asks_again(client, county, monkeypatch):
    """503 at once with how far it has come, in the viewer's language; then the figures."""
    take_call(client)
    go_on, read = threading.Event(), figure_calls.read_calls

    def slowly(*args):
        args[-1](1, 4)
        assert go_on.wait(20)
        return read(*args)

    monkeypatch.setattr(desk_module, "READ_AT_ONCE", 0)
    monkeypatch.setattr(desk_module, "read_calls", slowly)
    client.get("/figures")
    for path in ("/figures", "/figures/rows?code=calls_all"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")
        assert 'http-equiv="refresh"' in answer.text
        assert "data-code" not in answer.text
    client.cookies.set("hubpost_language", "zh_CN")
    assert "正在首次读取警情数据" in client.get("/figures").text
    client.cookies.set("hubpost_language", "en")
    go_on.set()
    for _ in range(1_000):
        answer = client.get("/figures")
        if answer.status_code == 200:
            break
        threading.Event().wait(0.01)
    assert number(answer.text, "calls_all") == "1"


def test_the_study_of_the_reform_is_announced_and_then_there(client, county):
    """The first answer says that it is being computed; the page asks again and has it."""
    take_call(client)
    day = county.board.calls[next(iter(county.board.calls))].call.received_at.date()
    fill(county, [ev.CallReceived(county.now() - timedelta(days=40), _earlier(county))])
    address = f"/figures?reform={day}&from={day - timedelta(days=60)}&to={day}"
    page = client.get(address).text
    assert "data-pending" in page
    assert "being computed" in page
    for _ in range(1_000):
        page = client.get(address).text
        if "data-pending" not in page:
            break
        threading.Event().wait(0.01)
    assert "studied at" in page or "No kind of call can be studied." in page


def _earlier(store):
    call = next(iter(store.board.calls.values())).call
    at = call.received_at - timedelta(days=40)
    return replace(call, id="earlier", number="20260101-0001", received_at=at)
