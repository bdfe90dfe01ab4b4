"""Before | after page: what it shows is what was simulated, and it never hides that it was."""

import io
import json
import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from fastapi.testclient import TestClient

from hubpost.actions.before_after import keep_before_after, read_before_after
from hubpost.actions.first_plan import plan_and_predict
from hubpost.actions.opening import before_after_file, county_travel
from hubpost.actions.preparation import bring_into_service
from hubpost.model.apply import replay
from hubpost.model.call import Call, CallCategory, Priority
from hubpost.model.events import (
    CallReceived,
    StationOpened,
    UnitActivitySet,
    UnitArrived,
    UnitAssigned,
    UnitCleared,
    UnitEnRoute,
    UnitJoined,
)
from hubpost.model.station import Station
from hubpost.model.unit import Unit, UnitActivity
from hubpost.planning.grouping import make_plan
from hubpost.planning.inputs import make_inputs
from hubpost.planning.params import GroupingParams
from hubpost.roads.travel_times import Route
from hubpost.simulation.before_after import SHARES
from hubpost.simulation.compare import before_and_after, compare
from hubpost.simulation.inputs import (
    SimulationParams,
    draw_replication,
    make_simulation_inputs,
    simulate,
)
from hubpost.storage.store import Store
from hubpost.tables import read_county
from hubpost.web.app import create_app
from hubpost.web.views.simulation_day import drive_day, part_of_line
from tests.rooms import toy_room

PARAMS = SimulationParams(replications=3, years=0.3)
MIDNIGHT = datetime(2022, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """qianjiang's kept prediction, with what it was made of."""
    county = read_county("qianjiang")
    travel = county_travel(county, None)
    plan = make_plan(make_inputs(county, travel))
    inputs = make_simulation_inputs(county, travel, PARAMS)
    policies = before_and_after(plan, inputs)
    path = tmp_path_factory.mktemp("kept") / "report" / "before_after.json"
    comparison = compare(inputs, *policies, PARAMS)
    keep_before_after(path, county, inputs, policies, PARAMS, comparison)
    return path, county, plan, inputs, policies, comparison


@pytest.fixture(scope="module")
def page(kept, tmp_path_factory):
    """A console on qianjiang with that prediction, read in English."""
    from hubpost.actions.opening import open_room

    path, county, plan, *_ = kept
    data = tmp_path_factory.mktemp("console")
    store = Store(f"sqlite:///{data / 'hubpost.sqlite'}")
    bring_into_service(store, county, plan, actor="test")
    app = create_app(store, open_room(store, data), before_after=path)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        client.cookies.set("hubpost_language", "en")
        yield client
    store.close()


def test_the_kept_spread_is_that_of_the_simulated_responses(kept):
    """Each kept second is the quantile, over all replications, of the responses drawn again."""
    path, _, _, inputs, policies, _ = kept
    spreads = read_before_after(path).spreads
    for side, policy in zip(("before", "after"), policies, strict=True):
        seconds = np.concatenate(
            [
                simulate(inputs, policy, draw_replication(inputs, PARAMS, r), PARAMS).response_s
                for r in range(PARAMS.replications)
            ]
        )
        expected = np.nanquantile(seconds, SHARES)
        assert spreads[side]["county"]["seconds"] == pytest.approx(expected, abs=0.06)


def test_both_days_hold_the_same_calls_and_are_accepted_by_the_board(kept):
    prediction = read_before_after(kept[0])
    calls = {
        side: [e for e in events if isinstance(e, CallReceived)]
        for side, events in prediction.events.items()
    }
    assert calls["before"] == calls["after"]
    within = [c for c in calls["after"] if prediction.begins_at <= c.at < prediction.ends_at]
    assert len(within) == prediction.calls > 0
    for events in prediction.events.values():
        assert len(replay(events).stations) == 25


def test_the_page_says_simulated_and_the_countys_own_labels(page):
    html = page.get("/simulation").text
    assert html.count("simulated · synthetic · estimated") >= 4
    html = page.get("/simulation?lang=zh_CN").text
    page.cookies.clear()
    page.cookies.set("hubpost_language", "en")
    assert "模拟 simulated" in html
    assert "改革前｜改革后" in html


def test_the_table_shows_the_figures_of_the_comparison_in_minutes(page, kept):
    comparison = kept[-1]
    lone = {g.hub_id for g in kept[2].hub_groups if not g.base_ids}
    assert len(lone) == 6
    html = page.get("/simulation/table", params={"figure": "mean_s"}).text
    assert not [h for h in lone if f'data-scope="groups" data-id="{h}"' in html]
    for scope in ("county", "groups", "stations"):
        for key, figures in comparison.scopes[scope].items():
            if scope == "groups" and key in lone:
                continue
            row = html.split(f'data-scope="{scope}" data-id="{key}"')[1].split("</tr>")[0]
            figure = figures["mean_s"]
            assert f'<td class="r">{figure.before / 60:.2f}</td>' in row
            assert f"{figure.low / 60:+.2f} … {figure.high / 60:+.2f}" in row
            clear = figure.low > 0 or figure.high < 0
            assert ("no difference shown" in row) is not clear
    assert page.get("/simulation/table", params={"figure": "nonsense"}).status_code == 404


def test_the_map_carries_each_villages_p90_on_both_sides(page, kept):
    comparison = kept[-1]
    answer = page.get("/api/simulation/areas").json()
    assert {"simulated", "estimated"} <= set(answer["labels"])
    assert len(answer["features"]) == len(comparison.scopes["areas"])
    for feature in answer["features"]:
        facts = feature["properties"]
        figure = comparison.scopes["areas"][facts["id"]]["p90_s"]
        for side in ("before", "after"):
            seconds = getattr(figure, side)
            assert facts[side] == (None if seconds is None else round(seconds / 60, 1))


def test_every_leg_of_the_day_joins_where_the_one_before_ended(page):
    """A unit neither leaps nor drives two ways at once, on either side."""
    for side in ("before", "after"):
        day = page.get(f"/api/simulation/day/{side}").json()
        homes = {u["id"]: [u["lon"], u["lat"]] for u in day["units"]}
        at, free_s = dict(homes), dict.fromkeys(homes, -1e9)
        assert len(day["legs"]) > 20
        for leg in day["legs"]:
            assert leg["to_s"] >= leg["from_s"] >= free_s[leg["unit"]] - 1
            assert leg["line"][0] == pytest.approx(at[leg["unit"]], abs=2e-5)
            at[leg["unit"]], free_s[leg["unit"]] = leg["line"][-1], leg["to_s"]
            assert leg["straight"]


def test_exports_hold_every_figure_with_its_labels(page, kept):
    comparison = kept[-1]
    text = page.get("/simulation/export/simulation.csv")
    assert "attachment" in text.headers["content-disposition"]
    table = pl.read_csv(io.BytesIO(text.content))
    book = pl.read_excel(io.BytesIO(page.get("/simulation/export/simulation.xlsx").content))
    assert len(table) == len(book) > len(comparison.scopes["areas"])
    assert set(table["labels"]) == {"simulated synthetic estimated"}
    county = table.filter((pl.col("scope") == "county") & (pl.col("figure") == "p90_s"))
    figure = comparison.scopes["county"]["qianjiang"]["p90_s"]
    assert county["difference"][0] == pytest.approx(figure.difference / 60)
    body = page.get("/simulation/export/simulation.json").json()
    assert body["labels"][0] == "simulated"
    events = page.get("/simulation/export/after-events.json").json()["events"]
    assert {"CallReceived", "UnitArrived"} <= {e["kind"] for e in events}
    assert page.get("/simulation/export/secrets.txt").status_code == 404


def _chart_data(html):
    return json.loads(re.search(r'id="simulation-charts">(.*?)</script>', html, re.S)[1])


def test_every_chart_draws_the_kept_spread_and_has_a_table_that_says_it(page, kept):
    """Minutes of the chart are the kept seconds; the table's median and p90 are the chart's."""
    html = page.get("/simulation").text
    data, spreads = _chart_data(html), read_before_after(kept[0]).spreads
    assert [c["tail"] for c in data["charts"]][:2] == [False, True]
    for side in ("before", "after"):
        seconds = spreads[side]["county"]["seconds"]
        assert data["charts"][0][side] == pytest.approx([s / 60 for s in seconds], abs=0.006)
        assert data["charts"][1][side] == data["charts"][0][side]
    assert html.count('class="chart"') == len(data["charts"]) == html.count("The same as a table")
    for chart in data["charts"]:
        rows = {share: (before, after) for share, before, after in chart["rows"]}
        assert rows[0.5] == (chart["before"][49], chart["after"][49])
        assert rows[0.9] == (chart["before"][89], chart["after"][89])
    assert f'<td class="r">{data["charts"][0]["before"][89]:.1f}</td>' in html


def _ended(client):
    runs = client.app.state.simulation_runs
    for _ in range(600):
        if runs.find().ended:
            return runs.find()
        time.sleep(0.1)
    raise AssertionError("the run did not end")


@pytest.fixture
def runner(kept, tmp_path):
    """A console on qianjiang whose plan in force is another than the one of its prediction."""
    from hubpost.actions.opening import open_room
    from hubpost.actions.plans import sign_plan

    path, county, plan, *_ = kept
    mine = tmp_path / "report" / "before_after.json"
    mine.parent.mkdir()
    mine.write_bytes(path.read_bytes())
    store = Store(f"sqlite:///{tmp_path / 'hubpost.sqlite'}")
    bring_into_service(store, county, plan, actor="test")
    other = _another_plan(make_inputs(county, county_travel(county, None)), plan)
    store.write(lambda tx: sign_plan(tx, other, signed_by="test", reason="another"), actor="test")
    app = create_app(store, open_room(store, tmp_path), before_after=mine)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        client.cookies.set("hubpost_language", "en")
        yield client, mine
    store.close()


def _another_plan(inputs, plan):
    """The best plan without some hub of this one."""
    without = (GroupingParams(forbidden_hubs=frozenset({g.hub_id})) for g in plan.hub_groups)
    return next(p for p in (make_plan(inputs, params) for params in without) if p.stations)


SHORT = {"replications": "2", "years": "0.2", "seed": "3", "target_min": "12"}


def test_after_a_new_plan_the_page_says_so_and_a_run_brings_its_prediction(runner):
    client, path = runner
    assert "This prediction is of an earlier plan" in client.get("/simulation").text
    answer = client.post("/simulation/run", data=SHORT)
    assert answer.status_code == 200
    assert _ended(client).reason == ""
    assert client.get("/simulation/progress").headers["HX-Redirect"] == "/simulation"
    assert "This prediction is of an earlier plan" not in client.get("/simulation").text
    found = read_before_after(path)
    assert set(found.groups) == set(client.app.state.console.store.board.groups)
    assert found.figures["assumptions"]["target_s"] == 720
    assert found.figures["assumptions"]["seed"] == 3


def test_only_one_run_at_a_time_and_a_stopped_one_leaves_what_was_kept(runner):
    client, path = runner
    before = path.read_bytes()
    client.post("/simulation/run", data={**SHORT, "replications": "100", "years": "5"})
    second = client.post("/simulation/run", data=SHORT)
    assert second.status_code == 409
    assert "already running" in second.text
    assert "of 100 replications" in client.get("/simulation/progress").text
    client.post("/simulation/stop", follow_redirects=False)
    assert _ended(client).reason == "stopped"
    assert "was stopped" in client.get("/simulation").text
    assert path.read_bytes() == before


def test_what_makes_no_sense_is_refused_in_words(runner, client):
    mine, _ = runner
    for wrong in (
        {"replications": "0"},
        {"years": "-1"},
        {"years": "50"},
        {"target_min": "0"},
        {"seed": "-1"},
    ):
        answer = mine.post("/simulation/run", data={**SHORT, **wrong})
        assert answer.status_code == 422
        assert "This cannot be simulated. Expected 1 to 100 replications" in answer.text
    client.cookies.set("hubpost_language", "en")
    nothing = client.post("/simulation/run", data=SHORT)
    assert nothing.status_code == 409
    assert "no records of the county" in nothing.text


def test_the_import_keeps_what_the_page_reads(tmp_path):
    """plan_and_predict, as the demo calls it, writes where the console looks."""
    county = read_county("qianjiang")
    plan_and_predict(county, county_travel(county, None), tmp_path / "report", lambda _: None)
    assert read_before_after(before_after_file(tmp_path)).figures["county"] == "qianjiang"


def test_other_groups_in_force_than_simulated_are_told(kept, toy_store, tmp_path):
    """Also: a prediction of another county is not shown at all."""
    with TestClient(
        create_app(toy_store, toy_room(), before_after=kept[0]), base_url="http://127.0.0.1"
    ) as client:
        client.cookies.set("hubpost_language", "en")
        assert "the groups in force are others" in client.get("/simulation").text


def test_without_a_prediction_the_page_says_what_to_run(client):
    answer = client.get("/simulation")
    assert answer.status_code == 200
    assert "hubpost simulate COUNTY --plan plan.json --keep DATA" in answer.text
    assert client.get("/api/simulation/day/after").status_code == 404


def test_a_damaged_file_is_told_not_shown(toy_store, tmp_path, kept):
    path = tmp_path / "before_after.json"
    body = json.loads(kept[0].read_text("utf-8"))
    del body["day"]
    path.write_text(json.dumps(body), "utf-8")
    with TestClient(
        create_app(toy_store, toy_room(), before_after=path), base_url="http://127.0.0.1"
    ) as client:
        answer = client.get("/simulation")
    assert answer.status_code == 500
    assert "expected a kept prediction" in answer.text


def test_a_way_home_that_a_call_breaks_off_ends_halfway():
    """One unit, 100 s from each call: sent again after half its way home, it starts from there."""
    station = Station("A", "A", 0.0, 0.0)
    call = Call("c1", MIDNIGHT, CallCategory.ASSISTANCE, Priority.ONGOING, 1.0, 0.0, "A")
    second = replace(call, id="c2", lon=1.0, lat=1.0)

    def at(s):
        return MIDNIGHT + timedelta(seconds=s)

    events = [
        StationOpened(MIDNIGHT, station),
        UnitJoined(MIDNIGHT, Unit("u", "u", "A")),
        CallReceived(at(0), call),
        UnitAssigned(at(0), "c1", "u"),
        UnitEnRoute(at(10), "c1", "u"),
        UnitArrived(at(110), "c1", "u"),
        UnitCleared(at(200), "c1", "u"),
        CallReceived(at(250), second),
        UnitAssigned(at(250), "c2", "u"),
        UnitEnRoute(at(250), "c2", "u"),
        UnitArrived(at(300), "c2", "u"),
        UnitCleared(at(400), "c2", "u"),
        UnitActivitySet(at(500), "u", UnitActivity.AT_STATION),
    ]

    def straight(a, b):
        return Route(100.0, 1.0, ((a.lon, a.lat), (b.lon, b.lat)))

    legs = drive_day(events, MIDNIGHT, straight, False)["legs"]
    assert [(leg["from_s"], leg["to_s"]) for leg in legs] == [
        (10, 110),
        (200, 250),
        (250, 300),
        (400, 500),
    ]
    assert legs[1]["line"] == [[1.0, 0.0], [0.5, 0.0]]
    assert legs[2]["line"][0] == [0.5, 0.0]
    assert [leg["call"] for leg in legs] == ["c1", None, "c2", None]
    assert not any(leg["straight"] for leg in legs)


def test_a_line_of_no_length_still_has_two_points():
    assert part_of_line([[1, 2], [1, 2]], 0.5) == [[1, 2], [1, 2]]
