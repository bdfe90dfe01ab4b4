"""What the database gives to an evaluation, on SQLite and PostgreSQL, now and as of a day."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hubpost.actions import calls, units
from hubpost.actions.call_changes import amend_call
from hubpost.actions.evaluation import evaluation_source
from hubpost.actions.kept_sources import keep_source
from hubpost.actions.record_sources import record_tables
from hubpost.actions.records import disputes
from hubpost.actions.records.burden import burden_ledger
from hubpost.cli.main import main
from hubpost.evaluation.call_frame import UTC as UTC_TIME
from hubpost.model import events as ev
from hubpost.model.call import CallCategory, CallChange
from hubpost.model.county import Labels
from hubpost.model.records.dispute import DisputeCategory
from hubpost.model.unit import UnitActivity
from hubpost.storage import schema
from hubpost.storage.call_chunks import read_changed_calls
from hubpost.storage.records.figure_rows import FoldedRecord
from tests.boards import founding_events
from tests.records.rules import shipped_rules
from tests.rooms import fill, report, toy_room

CHINA = ZoneInfo("Asia/Shanghai")
FACTS = {
    "id": "toy", "name": "玩具县", "name_en": "Toy", "timezone": "Asia/Shanghai",
    "labels": msgspec.to_builtins(Labels()), "checksums": {"county.toml": "ab"},
}  # fmt: skip


@pytest.fixture
def county_store(store):
    """The founding stations, and the setting that says whose county they are."""
    body = msgspec.json.encode(FACTS).decode()
    insert = schema.setting.insert().values(key="county", value=body)
    store.write(lambda tx: tx.conn.execute(insert), actor="test")
    fill(store, founding_events())
    return store


def take(store, **changes):
    work = lambda tx: calls.receive_call(tx, toy_room(), report(**changes))  # noqa: E731
    return store.write(work, actor="anna").call.id


def answer(store, clock, call_id, unit_id, wait_min):
    """A unit is sent, drives off a minute later, arrives after wait_min more, and clears."""
    start = clock()
    at = lambda m: start + timedelta(minutes=m)  # noqa: E731
    fill(store, [
        ev.UnitAssigned(at(0), call_id, unit_id, at(8)),
        ev.UnitEnRoute(at(1), call_id, unit_id),
        ev.UnitArrived(at(1 + wait_min), call_id, unit_id),
        ev.UnitCleared(at(30), call_id, unit_id),
        ev.CallCleared(at(31), call_id),
    ])  # fmt: skip
    clock.now = at(40)
    store.write(lambda tx: units.set_activity(tx, unit_id, UnitActivity.AT_STATION, "back"),
                actor="anna")  # fmt: skip


def amend(tx, call_id):
    change = CallChange(category=CallCategory.CRIMINAL)
    return amend_call(tx, toy_room(), call_id, change, "heard more")


def url_of(store):
    return store.engine.url.render_as_string(hide_password=False)


def calls_of(store, as_of=None):
    found = evaluation_source(url_of(store), as_of)["records"].tables.get("calls")
    return pl.DataFrame() if found is None else found.sort("id").select(sorted(found.columns))


def test_exercises_and_merged_calls_are_no_calls_and_legs_are_right(county_store, clock):
    one = take(county_store)
    answer(county_store, clock, one, "S1", 10)
    take(county_store, exercise=True)
    again, other = take(county_store), take(county_store)
    fill(county_store, [ev.CallMerged(clock(), again, other)])
    records = evaluation_source(url_of(county_store))["records"]
    rows = records.find_table("calls").collect().to_dicts()
    assert {r["id"] for r in rows} == {one, other}
    done = next(r for r in rows if r["id"] == one)
    assert (done["turnout_min"], done["travel_min"]) == (1, 10)
    assert (done["late_min"], done["first_station_id"]) == (3, "S")
    assert not {"note", "place_text", "caller_masked", "caller_key"} & set(rows[0])
    assert records.station_names["Z"] == "Z station"


def test_as_of_gives_back_what_each_evening_knew(county_store, clock):
    """Frames taken each evening equal those asked for later: amended, merged, closed calls too."""
    seen = {}
    open_calls = []
    for day in range(4):
        for _ in range(2):
            open_calls.append(take(county_store))
        if day:
            answer(county_store, clock, open_calls.pop(0), "S1", 5 + day)
        if day == 2:
            county_store.write(lambda tx: amend(tx, open_calls[0]), actor="anna")
            fill(county_store, [ev.CallMerged(clock(), open_calls[-1], open_calls[-2])])
        if day == 3:
            strike = lambda tx: calls.strike_call(tx, open_calls[1], "entered twice")  # noqa: E731
            county_store.write(strike, actor="anna")
        seen[clock.now.astimezone(CHINA).date()] = calls_of(county_store)
        clock.now += timedelta(days=1)
    assert len({f.height for f in seen.values()}) > 2
    for day, frame in seen.items():
        assert_frame_equal(calls_of(county_store, day), frame, check_column_order=False)


def test_a_day_before_the_import_is_refused_by_name(county_store, clock):
    with pytest.raises(ValueError, match="玩具县 was imported"):
        evaluation_source(url_of(county_store), date(2020, 1, 1))


def test_a_database_without_a_county_says_what_to_do(database_url):
    with pytest.raises(ValueError, match="hubpost import"):
        evaluation_source(database_url)


def test_only_what_changed_is_read_anew(county_store, clock):
    first = take(county_store)
    seen = county_store.last_event_id
    second = take(county_store)
    ids, changed = county_store.read(lambda c: read_changed_calls(c, seen))
    assert ids == changed["id"].to_list() == [second]
    answer(county_store, clock, first, "S1", 9)
    ids, both = county_store.read(lambda c: read_changed_calls(c, seen))
    assert set(ids) == set(both["id"]) == {first, second}


def test_disputes_count_by_their_changes_and_as_of_a_day(county_store, clock):
    """Settled is known from the day it was recorded on, not before."""
    rules = shipped_rules()
    new = disputes.DisputeReport(station_id="Z", category=DisputeCategory.LAND, title="界址")
    register = lambda tx: disputes.register_dispute(tx, rules, new)  # noqa: E731
    case = county_store.write(register, actor="a")
    grade = lambda tx: disputes.grade_dispute(tx, rules, case.id, "general")  # noqa: E731
    county_store.write(grade, actor="a")
    first_day = clock.now.astimezone(CHINA).date()
    clock.now += timedelta(days=2)
    hand = lambda tx: disputes.advance_dispute(  # noqa: E731
        tx, rules, case.id, "transfer", transferred_to="court", reason="claim"
    )
    county_store.write(hand, actor="a")
    now = evaluation_source(url_of(county_store))["records"].tables["disputes"].row(0, named=True)
    then = evaluation_source(url_of(county_store), first_day)["records"].tables["disputes"]
    assert now["resolved_at"] is not None
    assert now["station_id"] == "Z"
    assert then["resolved_at"].to_list() == [None]
    assert "title" not in now


def test_hubpost_evaluate_reads_the_database(county_store, clock, capsys):
    answer(county_store, clock, take(county_store), "S1", 10)
    take(county_store)
    day = clock.now.astimezone(CHINA).date().isoformat()
    command = ["evaluate", "--db", url_of(county_store), "--from", day, "--to", day, "--json"]
    assert main(command) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["county"]["calls_all"]["now"]["value"] == 2
    assert told["stations"]["Z"]["response_p50"]["now"]["counts"]["n"] == 1
    assert told["inputs"] == {"county.toml": "ab"}
    assert main([*command, "--as-of", day]) == 0
    assert json.loads(capsys.readouterr().out)["county"] == told["county"]


def test_as_of_prints_the_same_bytes_whatever_came_later(county_store, clock, capsys):
    """Calls, an amendment and cases of the next days change today's figures, not that day's."""
    first = take(county_store)
    answer(county_store, clock, first, "S1", 10)
    second = take(county_store)
    day = clock.now.astimezone(CHINA).date()
    last = (day + timedelta(days=5)).isoformat()
    command = ["evaluate", "--db", url_of(county_store), "--from", day.isoformat(), "--to", last,
               "--json"]  # fmt: skip
    assert main([*command, "--as-of", day.isoformat()]) == 0
    told = capsys.readouterr().out
    clock.now += timedelta(days=2)
    take(county_store)
    county_store.write(lambda tx: amend(tx, second), actor="anna")
    county_store.write(lambda tx: keep_source(tx, "cases", _cases(clock())), actor="anna")
    assert main([*command, "--as-of", day.isoformat()]) == 0
    assert capsys.readouterr().out == told
    assert main(command) == 0
    now = json.loads(capsys.readouterr().out)["county"]
    assert now["calls_all"]["now"]["value"] == 3
    assert now["calls_criminal"]["now"]["value"] == 1
    assert now["cases_filed"]["now"]["value"] == 2


def _cases(at, solved=1):
    rows = [
        {"filed_at": at, "station_id": "Z", "kind": "criminal", "violent": False, "minors": False,
         "solved_at": at if i < solved else None}
        for i in range(2)
    ]  # fmt: skip
    return pl.DataFrame(rows, {"filed_at": UTC_TIME, "station_id": pl.String, "kind": pl.String,
                               "violent": pl.Boolean, "minors": pl.Boolean,
                               "solved_at": UTC_TIME})  # fmt: skip


def test_cases_kept_later_replace_those_before_but_not_for_a_past_day(county_store, clock):
    county_store.write(lambda tx: keep_source(tx, "cases", _cases(clock(), 0)), actor="a")
    day = clock.now.astimezone(CHINA).date()
    clock.now += timedelta(days=1)
    county_store.write(lambda tx: keep_source(tx, "cases", _cases(clock(), 2)), actor="a")
    solved = lambda as_of: evaluation_source(url_of(county_store), as_of)["records"].tables[  # noqa: E731
        "cases"
    ]["solved_at"].null_count()  # fmt: skip
    assert (solved(day), solved(None)) == (2, 0)


def test_a_source_the_database_makes_itself_is_not_kept(county_store):
    with pytest.raises(ValueError, match="disputes of its own records"):
        county_store.write(lambda tx: keep_source(tx, "disputes", pl.DataFrame()), actor="a")


def test_cases_come_in_by_the_command_and_need_to_be_kept(county_store, clock, tmp_path, capsys):
    day = clock.now.astimezone(CHINA).date().isoformat()
    rows = [f"{day}T00:30:00,Z,criminal,no,no,{day}T09:00:00", f"{day}T00:40:00,Z,criminal,no,no,"]
    head = "filed_at,station_id,kind,violent,minors,solved_at"
    (tmp_path / "cases.csv").write_text("\n".join([head, *rows, ""]))
    command = ["evaluate", "--db", url_of(county_store), "--from", day, "--to", day, "--json",
               "--records", str(tmp_path)]  # fmt: skip
    assert main(command) == 2
    assert "--keep" in capsys.readouterr().err
    assert main([*command, "--keep"]) == 0
    county = json.loads(capsys.readouterr().out)["county"]
    assert county["cases_filed"]["now"]["value"] == 2
    assert county["clearance"]["now"]["value"] == 0.5


def test_the_burden_figure_is_the_ledger_of_the_same_days(county_store, clock):
    """Registered disputes save what the ledger says; the word *estimated* stands beside it."""
    rules = shipped_rules()
    new = disputes.DisputeReport(station_id="Z", category=DisputeCategory.LAND, title="界址")
    for _ in range(3):
        county_store.write(lambda tx: disputes.register_dispute(tx, rules, new), actor="a")
    records = evaluation_source(url_of(county_store))["records"]
    begin, end = clock.now - timedelta(days=1), clock.now + timedelta(days=1)
    ledger = county_store.read(lambda c: burden_ledger(c, rules, begin, end))
    saved = sum(row.minutes_saved for row in ledger)
    assert saved != 0
    assert records.tables["burden"]["minutes_saved"].sum() == saved
    assert records.words_for("burden") == ("estimated",)


def _record(record_id, at, moves=(), **fields):
    facts = {"station_id": "Z", "opened_at": at, "state": "", **fields}
    return FoldedRecord(record_id, facts, list(moves))


def test_services_ratings_and_reopened_disputes_by_hand():
    """Three delivered services and one rating in March: rated 1 of 3; best is 5."""
    at = lambda day: datetime(2026, 3, day, 4, tzinfo=UTC)  # noqa: E731
    delivered = [
        _record(f"s{d}", at(d), [("ready", at(d + 1)), ("deliver", at(d + 5))],
                state="delivered", limited_by=at(d + 2))
        for d in (1, 2, 3)
    ]  # fmt: skip
    dispute = _record("d", at(1), [("settle", at(5)), ("reopen", at(15)), ("settle", at(20))],
                      state="settled")  # fmt: skip
    folded = {
        "dispute": [dispute], "task": [], "service": delivered, "survey": [], "staff": [],
        "rating": [_record("r", at(9), state="given", level=1)],
        "answer": [],
    }  # fmt: skip
    tables, synthetic = record_tables(folded, CHINA, {"Z": "Z"}, at(30))
    assert sorted(tables["ratings"]["rating"].to_list(), key=str) == [5, None, None]
    assert (tables["services"]["done_at"] <= tables["services"]["due_at"]).all()
    assert tables["disputes"]["reopened_days"].to_list() == [10.0]
    assert tables["disputes"]["resolved_at"].to_list() == [at(5)]
    assert synthetic == frozenset()


def test_staff_count_where_they_serve_month_by_month():
    """One of two officers is seconded from the bureau to Z for April."""
    start = datetime(2026, 3, 1, tzinfo=CHINA).astimezone(UTC)
    stay = {"station_id": "Z", "first": "2026-04-01", "last": "2026-04-30"}
    staff = [
        _record("a", start, state="active", category="officer"),
        _record("b", start, state="active", category="officer", station_id="bureau",
                secondments=[stay]),
    ]  # fmt: skip
    folded = {k: [] for k in ("dispute", "task", "service", "rating", "survey", "answer")}
    until = datetime(2026, 4, 2, tzinfo=UTC)
    tables, _ = record_tables({**folded, "staff": staff}, CHINA, {"Z": "Z"}, until)
    rows = tables["strength"].group_by("at", "at_station").agg(pl.col("officers").sum())
    counted = {(r["at"].month, r["at_station"]): r["officers"] for r in rows.to_dicts()}
    assert counted == {(2, True): 1, (2, False): 1, (3, True): 2}
