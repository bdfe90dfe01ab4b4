"""The plan workbench on qianjiang: what it prices, what it refuses, what signing leaves behind."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

import fastexcel
import numpy as np
import pytest
from fastapi.testclient import TestClient

from hubpost.actions.command_room import CommandRoom
from hubpost.actions.opening import county_travel, open_room
from hubpost.actions.plan_basis import find_plan_basis
from hubpost.actions.plan_question import PlanQuestion
from hubpost.actions.planning import (
    Workbench,
    find_signed_plan,
    groups_of_plan,
    list_signed_plans,
    make_workbench,
)
from hubpost.actions.preparation import bring_into_service
from hubpost.actions.workbenches import Planning, Workbenches
from hubpost.model.plan import Plan
from hubpost.planning.plan_json import plan_from_json
from hubpost.storage.store import Store
from hubpost.tables import read_county
from hubpost.web.app import create_app
from hubpost.web.views.plan_draft import groups_from_form, key_of_groups
from tests.conftest import SteppingClock

HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def bench() -> Workbench:
    county = read_county("qianjiang")
    return make_workbench(county, county_travel(county, None))


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A laden machine may plan longer than a reader waits for a page."""
    monkeypatch.setattr("hubpost.web.views.plan_workbench.PAGE_WAIT_S", 60.0)


@pytest.fixture
def store(bench: Workbench, tmp_path: Path, clock: SteppingClock) -> Iterator[Store]:
    """qianjiang imported, its optimum signed by `first`."""
    store = Store(f"sqlite:///{tmp_path / 'county.sqlite'}", clock)
    bring_into_service(store, bench.county, bench.best, actor="first")
    yield store
    store.close()


@pytest.fixture
def client(store: Store, bench: Workbench, tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(store, open_room(store, tmp_path))
    app.state.workbenches.keep(bench)  # planning anew for each test would only cost time
    with TestClient(app, base_url="http://127.0.0.1") as client:
        client.cookies.set("hubpost_language", "en")
        yield client


def fields(plan: Plan, **moves: str) -> dict[str, str]:
    """The form of a plan as a browser sends it, with some stations given to other hubs."""
    chosen = {s.id: s.hub_id or "" for s in plan.stations} | moves
    return {f"hub-of-{station}": hub for station, hub in chosen.items()}


def illegal_move(bench: Workbench) -> dict[str, str]:
    """A base given to a hub that it does not adjoin."""
    inputs, idx = bench.inputs, {s: k for k, s in enumerate(bench.inputs.station_ids)}
    base = next(b for g in bench.best.groups for b in g.bases)
    far = (g.hub for g in bench.best.groups if not inputs.adjacent[idx[base], idx[g.hub]])
    return {base: next(far)}


def alternative(bench: Workbench) -> dict[str, str]:
    """The form of the first alternative."""
    rows = bench.best.alternatives[0]["groups"]
    given = {s: g["hub"] for g in rows for s in (g["hub"], *g["bases"])}
    return {f"hub-of-{s.id}": given.get(s.id, "") for s in bench.best.stations}


def signing(store: Store, **form: str) -> dict[str, str]:
    return {"signed_by": "Li", "reason": "pilot", "in_force": store.board.plan_id or "", **form}


def test_the_kept_records_give_the_very_same_plan_after_a_restart(store, bench):
    """The workbench works from the database alone: scores, workload and optimum agree."""
    kept = store.read(find_plan_basis)
    again = make_workbench(kept, county_travel(kept, None))
    assert np.array_equal(again.inputs.scores, bench.inputs.scores)
    assert np.array_equal(again.inputs.workload_h, bench.inputs.workload_h)
    assert groups_of_plan(again.best) == groups_of_plan(bench.best)
    assert again.predict(again.best.hub_groups) == bench.predict(bench.best.hub_groups)


def test_the_page_shows_the_proven_optimum_with_its_labels(client, bench):
    page = client.get("/plans").text
    assert "proven best" in page
    assert f"{bench.best.objective:.4f}" in page
    assert "estimated · synthetic" in page
    assert "simulated" in page
    assert page.count('name="hub-of-') == 25


def test_chinese_comes_first(client):
    client.cookies.clear()
    page = client.get("/plans").text
    assert 'lang="zh-CN"' in page
    assert "已证明最优" in page
    assert "模拟 simulated" in page


def test_an_illegal_move_names_the_rule_and_the_price(client, bench):
    ((base, hub),) = illegal_move(bench).items()
    answer = client.post("/plans/check", data=fields(bench.best, **{base: hub}), headers=HTMX)
    assert answer.status_code == 200
    assert 'data-legal="no"' in answer.text
    assert "does not adjoin" in answer.text


def test_a_legal_draft_costs_what_the_definition_says(client, bench):
    """The price on the screen is the difference of the objectives, from the planner's own list."""
    answer = client.post("/plans/check", data=alternative(bench), headers=HTMX).text
    over = bench.best.alternatives[0]["over_best"]
    assert over > 0
    assert 'data-legal="yes"' in answer
    assert f"costs {over:.4f} more than the best" in answer


def test_a_base_given_to_a_station_that_is_no_hub_is_named(client, bench):
    base, other = (g.bases[0] for g in bench.best.groups[:2])
    answer = client.post("/plans/check", data=fields(bench.best, **{base: other}), headers=HTMX)
    assert "which is no hub in this draft" in answer.text
    assert 'data-legal="no"' in answer.text


def test_signing_makes_a_new_version_and_the_groups_dispatch_together(client, store, bench):
    first = store.board.plan_id
    before = store.read(lambda conn: find_signed_plan(conn, first))
    answer = client.post(
        "/plans/sign", data=signing(store, **alternative(bench)), follow_redirects=False
    )
    assert answer.status_code == 303
    newest, oldest = store.read(list_signed_plans)
    assert (newest.signed_by, newest.reason) == ("Li", "pilot")
    assert newest.id == store.board.plan_id != first
    assert oldest == before  # what was signed is never changed
    wanted = {(g["hub"], *sorted(g["bases"])) for g in bench.best.alternatives[0]["groups"]}
    assert {(g.hub_id, *sorted(g.base_ids)) for g in store.board.groups if g.base_ids} == wanted
    assert newest.plan.bound == bench.best.bound
    assert newest.plan.status == "feasible"


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"reason": " "}, 422, "A reason is needed"),
        ({"signed_by": ""}, 422, "signed by name"),
        ({"in_force": "another"}, 409, "Somebody else signed"),
    ],
)
def test_signing_is_refused_in_words_and_nothing_is_kept(
    client, store, bench, change, status, words
):
    last = store.last_event_id
    answer = client.post("/plans/sign", data=signing(store, **alternative(bench)) | change)
    assert answer.status_code == status
    assert words in answer.text
    assert store.last_event_id == last
    assert len(store.read(list_signed_plans)) == 1


def test_an_illegal_draft_is_never_signed(client, store, bench):
    last = store.last_event_id
    form = signing(store, **fields(bench.best, **illegal_move(bench)))
    answer = client.post("/plans/sign", data=form)
    assert answer.status_code == 422
    assert "does not adjoin" in answer.text
    assert 'value="pilot"' in answer.text  # the signer need not write the reason again
    assert store.last_event_id == last


@pytest.mark.parametrize(
    ("method", "path", "data", "status"),
    [
        ("GET", "/plans?plan=nonsense", None, 404),
        ("GET", "/plans?plan=alternative-99", None, 404),
        ("GET", "/plans?plan=best&against=ghost", None, 404),
        ("GET", "/plans?plan=ghost:spirit", None, 422),
        ("GET", "/plans/export/plan.pdf", None, 404),
        ("GET", "/plans/export/plan.json?plan=ghost", None, 404),
        ("GET", "/plans/stations/ghost/score", None, 404),
        ("POST", "/plans/check", {}, 422),
        ("POST", "/plans/check", {"hub-of-ghost": "ghost"}, 422),
        ("POST", "/plans/sign", {}, 422),
        ("POST", "/plans/force", {"station": "ghost", "wish": "hub"}, 422),
        ("POST", "/plans/force", {"station": "500114006", "wish": "moon"}, 422),
    ],
)
def test_bad_input_is_answered_in_words(client, store, method, path, data, status):
    last = store.last_event_id
    answer = client.request(method, path, data=data)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "Traceback" not in answer.text
    assert store.last_event_id == last


def test_a_forced_hub_gives_the_best_plan_that_has_it(client, bench):
    """The base that most weight draws make a hub: forced, it is one, and that costs something."""
    base = max(
        (s for s in bench.best.stations if s.type.value == "base"), key=lambda s: s.hub_probability
    )
    page = client.post("/plans/force", data={"station": base.id, "wish": "hub"})
    assert page.status_code == 200
    assert 'data-legal="yes"' in page.text
    assert f"{base.id}:" in page.url.params["plan"]
    assert "more than the best" in page.text


def test_an_impossible_force_says_why(client, bench):
    """The weakest station can be no hub: nobody it adjoins may be its base."""
    weakest = min(bench.best.stations, key=lambda s: s.score).id
    answer = client.post("/plans/force", data={"station": weakest, "wish": "hub"})
    assert answer.status_code == 409
    assert "No plan is possible with that" in answer.text


def test_the_card_adds_up_to_the_score(client, bench):
    station = bench.best.stations[0]
    card = client.get(f"/plans/stations/{station.id}/score", headers=HTMX).text
    assert f"<b>{station.score:.3f}</b>" in card
    assert "synthetic" in card


def test_two_plans_stand_side_by_side(client, bench):
    page = client.get("/plans?plan=alternative-1&against=best").text
    changed = bench.best.alternatives[0]["changed"]
    rows = page.split("Stations that differ")[1].split("</table>")[0].count('<th scope="row">')
    assert rows == len(changed)


def test_exports_hold_the_plan(client, bench, store, tmp_path):
    """plan.json reads back as the plan; the workbook and the GeoPackage list every station."""
    body = plan_from_json(client.get("/plans/export/plan.json").json())
    assert groups_of_plan(body) == groups_of_plan(bench.best)

    book = fastexcel.read_excel(client.get("/plans/export/plan.xlsx").content)
    stations = book.load_sheet_by_name("派出所 stations").to_polars()
    assert len(stations) == 25
    assert set(stations["标注 labels"]) == {"estimated, synthetic"}

    path = tmp_path / "plan.gpkg"
    path.write_bytes(client.get("/plans/export/plan.gpkg").content)
    with sqlite3.connect(path) as gpkg:
        points = gpkg.execute("select count(*) from stations").fetchone()
        lines = gpkg.execute("select count(*) from groups").fetchone()
    assert (*points, *lines) == (25, sum(len(g.bases) for g in bench.best.groups))


def test_the_report_is_in_both_languages_with_a_map_and_the_signer(client):
    answer = client.get("/plans/export/report.html")
    assert "attachment" in answer.headers["content-disposition"]
    page = answer.text
    assert "<svg" in page
    assert "<script" not in page
    for words in ("枢所方案", "Hub-group plan", "签署人 signed by", "first", "estimated"):
        assert words in page


def test_a_reason_that_looks_like_a_formula_stays_text(client, store, bench):
    form = signing(store, **alternative(bench)) | {"reason": "=1+1"}
    client.post("/plans/sign", data=form)
    book = client.get("/plans/export/plan.xlsx").content
    frame = fastexcel.read_excel(book).load_sheet_by_name("方案 plan").to_polars()
    assert "=1+1" in frame["内容 value"].to_list()


def test_a_draft_that_breaks_a_rule_is_not_exported(client, bench):
    key = key_of_groups(groups_from_form(fields(bench.best, **illegal_move(bench))).groups)
    answer = client.get("/plans/export/plan.json", params={"plan": key})
    assert answer.status_code == 422
    assert "breaks a rule" in answer.text


def test_a_database_without_planning_records_says_so(tmp_path, clock, bench):
    """One imported by an older version: no figures, no workbench, but the page and the reason."""
    from hubpost.storage import schema

    store = Store(f"sqlite:///{tmp_path / 'old.sqlite'}", clock)
    bring_into_service(store, bench.county, bench.best, actor="first")
    forget = schema.setting.delete().where(schema.setting.c.key == "plan_basis")
    store.write(lambda tx: tx.conn.execute(forget), actor="test")
    app = create_app(store, open_room(store, tmp_path))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        client.cookies.set("hubpost_language", "en")
        page = client.get("/plans")
        assert page.status_code == 200
        assert "before planning records were kept" in page.text
        assert "plan-form" not in page.text.split("</header>")[1]
        assert client.post("/plans/check", data={}).status_code == 409
        assert client.get("/plans/export/plan.json").status_code == 200
    store.close()


@pytest.mark.parametrize("county", ["andorra", "porto"])
def test_counties_without_indicators_say_what_is_missing(county, tmp_path, clock):
    store = Store(f"sqlite:///{tmp_path / 'bare.sqlite'}", clock)
    read = read_county(county)
    bring_into_service(store, read, None, actor="first")
    app = create_app(store, room_without_roads(store))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        client.cookies.set("hubpost_language", "en")
        page = client.get("/plans").text
        assert "weighted indicators have no value here" in page
        assert "No plan has been signed yet" in page
    store.close()


def room_without_roads(store: Store) -> CommandRoom:
    """The room with estimated times: preparing the roads would take longer than the test."""
    county = store.read(find_plan_basis)
    return CommandRoom(
        county_name=county.name,
        zone=ZoneInfo(county.timezone),
        travel=county_travel(county, None),
        areas=county.areas,
        labels=county.labels,
    )


def test_other_weights_are_asked_by_a_form_and_planned_anew(client, bench):
    """Only travel counts: no plan drives less, and the page says what was asked."""
    page = client.get("/plans/ask?alpha=1&beta=0&gamma=0&hubs=&P1=&scaling=percentile")
    assert page.status_code == 200
    assert page.url.params["ask"] == "beta:0.0;gamma:0.0"
    asked = client.get("/plans/export/plan.json?plan=best&ask=beta:0;gamma:0").json()
    assert asked["status"] == "optimal"
    assert asked["objective"] == pytest.approx(asked["terms"]["travel"])
    assert asked["terms"]["travel"] <= bench.best.terms["travel"]
    assert "what the county asks" in page.text


def test_weights_that_the_data_suggest_stand_beside_those_in_use(client, bench):
    page = client.get("/plans").text
    assert page.count("other weight of") == len(bench.inputs.card.codes)
    assert "by entropy" in page
    assert "by CRITIC" in page


def test_an_impossible_question_is_explained_with_the_smallest_change(client):
    """25 stations cannot be 20 hubs with bases; the offered change leads to a plan."""
    page = client.get("/plans?ask=hubs:20").text
    assert "No plan meets what is asked" in page
    assert "plan-form" not in page.split("</header>")[1]
    offered = re.search(r'href="(/plans\?plan=best&amp;ask=hubs%3A\d+)">with', page)
    mended = client.get(offered[1].replace("&amp;", "&")).text
    assert "proven best" in mended
    assert client.post("/plans/check", data={"ask": "hubs:20"}, headers=HTMX).status_code == 409


@pytest.mark.parametrize("asked", ["hubs=nine", "alpha=-1", "moon=1", "alpha=0&beta=0&gamma=x"])
def test_a_question_that_cannot_be_read_is_named(client, asked):
    answer = client.get(f"/plans/ask?{asked}")
    assert answer.status_code == 422
    assert "cannot be planned as it is asked" in answer.text
    assert 'id="plan-form"' in answer.text  # the page stays usable
    text = asked.replace("=", ":").replace("&", ";")
    assert client.get("/plans", params={"ask": text}).status_code == 422


def test_the_trade_off_lists_every_unbeaten_plan_and_each_can_be_opened(client, bench):
    part = client.get("/plans/trade-off", headers=HTMX).text
    assert "complete: every other plan is beaten" in part
    links = re.findall(r'href="(/plans\?plan=[^"]+)">open', part)
    assert len(links) > 10
    opened = client.get(links[0].replace("&amp;", "&"))
    assert 'data-legal="yes"' in opened.text


def test_a_draft_is_signed_under_the_question_it_answers(client, store, bench):
    """The version keeps the weights it was planned with."""
    asked = client.get("/plans/export/plan.json?plan=best&ask=alpha:3").json()
    chosen = {s["id"]: s["hub_id"] or "" for s in asked["stations"]}
    form = signing(store, ask="alpha:3") | {f"hub-of-{i}": hub for i, hub in chosen.items()}
    answer = client.post("/plans/sign", data=form, follow_redirects=False)
    assert answer.status_code == 303
    newest = store.read(list_signed_plans)[0]
    assert newest.plan.params["alpha"] == 3.0
    assert newest.plan.status == "optimal"


def test_a_long_planning_shows_its_bound_and_can_be_stopped(client):
    """The page of a question in work, its progress, the stop, and where it then leads."""
    begun, go = Event(), Event()

    def open_bench(question, progress):
        begun.set()
        progress(0.7, 0.6)
        go.wait(30)
        progress(0.7, 0.65)
        raise AssertionError("was to be stopped")

    benches = Workbenches(open_bench)
    client.app.state.workbenches = benches
    assert isinstance(benches.ask(PlanQuestion(), 0.0), Planning)
    assert begun.wait(30)
    page = client.get("/plans/progress", headers=HTMX).text
    assert "0.7000" in page
    assert "0.6000" in page
    assert "14.29 %" in page
    client.post("/plans/stop", data={"ask": ""}, follow_redirects=False)
    assert "Stopping" in client.get("/plans/progress", headers=HTMX).text
    go.set()
