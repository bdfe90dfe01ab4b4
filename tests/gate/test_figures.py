"""The figures page within a viewer's reach: others' stations are neither drawn nor listed."""

import re

import msgspec

from hubpost.model.access import Role
from hubpost.storage import schema
from tests.gate.conftest import at_station, county
from tests.web.conftest import take_call
from tests.web.test_figures import FACTS


def _with_county(store):
    insert = schema.setting.insert().values(key="county", value=msgspec.json.encode(FACTS).decode())
    store.write(lambda tx: tx.conn.execute(insert), actor="test")


def _stations_on(page):
    drawn = set(re.findall(r'class="cell" data-id="(\w+)"', page))
    listed = set(
        re.findall(r'<option value="(\w+)"', page.split('name="station"')[1].split("</select>")[0])
    )
    return drawn, listed


def test_a_station_chief_sees_the_own_station_and_no_study_of_the_county(as_role, toy_store):
    _with_county(toy_store)
    chief = as_role(at_station(Role.STATION_CHIEF, "S"))
    answer = chief.get("/figures")
    assert answer.status_code == 303
    assert "station=S" in answer.headers["location"]
    page = chief.get(answer.headers["location"]).text
    assert _stations_on(page)[1] == {"S"}
    assert 'id="effect"' not in page
    assert 'id="predicted"' not in page
    for path in (
        "/figures?station=F",
        "/figures/rows?code=calls_all&station=F",
        "/figures/report.pdf?station=F",
    ):
        assert chief.get(path).status_code == 403
    assert chief.get("/figures/rows?code=calls_all&station=S").status_code == 200
    assert chief.get("/figures/report.html?station=S").status_code == 200
    assert chief.get("/figures/report.html").status_code == 303


def test_the_map_of_a_station_chief_shades_no_other_station(as_role, toy_store):
    """The evaluator sees all four with a call counted, the chief of Z only Z."""
    _with_county(toy_store)
    evaluator = as_role(county(Role.DISPATCHER), county(Role.EVALUATOR))
    take_call(evaluator)
    page = evaluator.get("/figures").text
    assert _stations_on(page) == ({"F", "S", "T", "Z"}, {"F", "S", "T", "Z"})
    assert 'id="effect"' in page
    chief = as_role(at_station(Role.STATION_CHIEF, "Z"), name="zoe")
    page = chief.get("/figures?station=Z").text
    assert _stations_on(page) == ({"Z"}, {"Z"})
