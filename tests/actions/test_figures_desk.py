"""The desk of figures against the database read anew: two processes, any run of events."""

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hubpost.actions import figure_calls
from hubpost.actions import figure_studies as study_module
from hubpost.actions import figures as desk_module
from hubpost.actions.call_changes import amend_call, merge_calls, unmerge_call
from hubpost.actions.calls import close_call, receive_call, strike_call
from hubpost.actions.evaluation import evaluation_source
from hubpost.actions.figure_query import FigureQuery, StillReading
from hubpost.actions.figure_studies import StudiesDesk
from hubpost.actions.figures import FiguresDesk
from hubpost.evaluation import call_stock
from hubpost.evaluation.evaluate import Reform, evaluate_frame
from hubpost.evaluation.period import Period
from hubpost.model import events as ev
from hubpost.model.call import CallCategory, CallChange
from hubpost.model.county import Labels
from hubpost.model.refused import Refused
from hubpost.storage import schema
from hubpost.storage.store import Store
from tests.boards import NOON, founding_events
from tests.rooms import fill, report, toy_room

FACTS = {
    "id": "toy", "name": "玩具县", "name_en": "Toy", "timezone": "Asia/Shanghai",
    "labels": msgspec.to_builtins(Labels()), "checksums": {},
}  # fmt: skip
YEAR = Period(NOON.date() - timedelta(days=20), NOON.date() + timedelta(days=380))


@pytest.fixture
def county(store):
    body = msgspec.json.encode(FACTS).decode()
    insert = schema.setting.insert().values(key="county", value=body)
    store.write(lambda tx: tx.conn.execute(insert), actor="test")
    fill(store, founding_events())
    return store


@pytest.fixture
def other(county, database_url, clock):
    """The same database as another process of the server sees it."""
    opened = Store(database_url, clock)
    yield opened
    opened.close()


STEPS = st.one_of(
    st.tuples(st.just("take"), st.sampled_from(["assistance", "dispute", "criminal"])),
    st.tuples(st.sampled_from(["answer", "close", "strike", "unmerge"]), st.integers(0, 50)),
    st.tuples(st.sampled_from(["merge", "kind", "place"]), st.integers(0, 50)),
    st.tuples(st.just("wait"), st.integers(1, 60)),
)


def step(store, clock, name, detail):
    """One thing that happens in the room; what the board refuses does not happen."""
    calls = sorted(store.board.calls)
    of = lambda i: calls[i % len(calls)]  # noqa: E731
    work = {
        "close": lambda tx: close_call(tx, of(detail)),
        "strike": lambda tx: strike_call(tx, of(detail), "typed twice"),
        "merge": lambda tx: merge_calls(tx, of(detail), of(detail + 1)),
        "unmerge": lambda tx: unmerge_call(tx, sorted(store.board.merged)[0]),
        "kind": lambda tx: amend_call(
            tx, toy_room(), of(detail), CallChange(category=CallCategory.TRAFFIC)
        ),
        "place": lambda tx: amend_call(
            tx, toy_room(), of(detail), CallChange(lon=108.7, lat=29.3, station_id="S")
        ),
    }
    if name == "wait":
        clock.now += timedelta(days=detail)
    elif name == "take":
        taken = report(category=CallCategory(detail))
        store.write(lambda tx: receive_call(tx, toy_room(), taken), actor="test")
    elif calls and name == "answer":
        at = lambda m: clock.now + timedelta(minutes=m, milliseconds=detail)  # noqa: E731
        fill(store, [ev.UnitAssigned(at(0), of(detail), "S1", at(9)),
                     ev.UnitEnRoute(at(1), of(detail), "S1"),
                     ev.UnitArrived(at(detail), of(detail), "S1")])  # fmt: skip
    elif calls:
        store.write(work[name], actor="test")


def read_anew(url, query, span, findings):
    source = evaluation_source(url)
    records = source["records"]
    calls = records.tables["calls"]
    of_kind = calls.filter(pl.col("category") == query.kind) if query.kind else calls
    records = replace(
        records, tables={**records.tables, "calls": of_kind}, observed={"calls": span}
    )
    found = evaluate_frame(records, query.period, rng=np.random.default_rng(0), checked=findings)
    return calls, {(r.kpi.code, r.station_id): r for r in found.results}


@settings(
    max_examples=5, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(st.lists(STEPS, min_size=1, max_size=6), min_size=2, max_size=4))
def test_the_desk_of_another_process_says_what_reading_all_anew_says(
    county, other, database_url, clock, monkeypatch, runs
):
    """After every run of events in one process, the figures of a desk in another one, which has
    followed event by event, equal those of the whole database read anew; so do its rows."""
    monkeypatch.setattr(call_stock, "MOST_IN_NEWEST", 4)
    desk = FiguresDesk(other)
    for steps in runs:
        for name, detail in steps:
            with suppress(Refused, IndexError, ValueError):
                step(county, clock, name, detail)
        span = desk.span()
        if span is None:
            continue
        month = Period(span.start, span.start + timedelta(days=30))
        for query in (FigureQuery(YEAR), FigureQuery(YEAR, "dispute"), FigureQuery(month)):
            # Checks are renewed beside the page: asked again, both sides go by the same ones.
            desk.ask(query)
            _wait_until(lambda: not desk._checking)
            figures = desk.ask(query)
            calls, slow = read_anew(database_url, query, span, desk._checks[1])
            assert {(r.kpi.code, r.station_id): r for r in figures.evaluation.results} == slow
        held = desk._held.stock.lazy().collect().sort("id")
        assert held.equals(calls.select(held.columns).sort("id"))


def test_an_answer_is_kept_until_something_of_its_own_days_changes(county, clock):
    """A call of today leaves the figures of a year ago as they were made; one of their days, an
    amended one, or a kind seen for the first time makes them anew."""
    take = lambda kind="dispute": step(county, clock, "take", kind)  # noqa: E731
    desk = FiguresDesk(county)
    take()
    early = FigureQuery(Period(NOON.date(), NOON.date() + timedelta(days=5)))
    first = desk.ask(early)
    clock.now += timedelta(days=90)
    take()
    # The checks are older than ten minutes, and an answer goes with the checks it was made by.
    desk.ask(early)
    _wait_until(lambda: not desk._checking)
    second = desk.ask(early)
    assert second is not first, "the days observed reach further now"
    take()
    assert desk.ask(early) is second
    take("criminal")
    third = desk.ask(early)
    assert third is not second
    first_call = min(county.board.calls.values(), key=lambda c: c.call.received_at).call.id
    county.write(
        lambda tx: amend_call(
            tx, toy_room(), first_call, CallChange(category=CallCategory.TRAFFIC)
        ),
        actor="test",
    )
    assert desk.ask(early).evaluation.find("calls_traffic").now.value == 1


def test_many_calls_are_read_beside_the_page_which_is_told_how_far(county, clock, monkeypatch):
    """Beyond the limit a question is refused with the progress until all are read and checked."""
    step(county, clock, "take", "dispute")
    monkeypatch.setattr(desk_module, "READ_AT_ONCE", 0)
    go_on, read = threading.Event(), figure_calls.read_calls

    def slowly(*args):
        assert go_on.wait(20)
        return read(*args)

    monkeypatch.setattr(desk_module, "read_calls", slowly)
    desk = FiguresDesk(county)
    desk.warm()
    with pytest.raises(StillReading):
        desk.ask(FigureQuery(YEAR))
    assert desk.find_reading().done == 0
    go_on.set()
    _wait_until(lambda: desk.find_reading() is None)
    assert desk.ask(FigureQuery(YEAR)).evaluation.find("calls_all").now.value == 1


def test_a_reading_that_failed_is_begun_again(county, clock, monkeypatch, caplog):
    step(county, clock, "take", "dispute")
    monkeypatch.setattr(desk_module, "READ_AT_ONCE", 0)
    read, failed = figure_calls.read_calls, []

    def first_fails(*args):
        if not failed:
            failed.append(True)
            raise OSError("the disk is away")
        return read(*args)

    monkeypatch.setattr(desk_module, "read_calls", first_fails)
    desk = FiguresDesk(county)
    _wait_until(lambda: desk.find_reading() is None)
    assert failed
    assert "the disk is away" in caplog.text
    assert desk.ask(FigureQuery(YEAR)).evaluation.find("calls_all").now.value == 1


def test_a_reading_that_is_over_at_once_still_says_that_it_was_begun(county, clock, monkeypatch):
    """Whoever asked is told to ask again, also when the thread is quicker than its starter."""
    step(county, clock, "take", "dispute")
    monkeypatch.setattr(desk_module, "READ_AT_ONCE", 0)
    start = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda self: (start(self), self.join()))
    desk = FiguresDesk(county)
    reading = desk.find_reading()
    assert (reading.done, reading.calls) == (0, 0)
    assert desk.find_reading() is None


def test_a_study_is_made_beside_the_page_and_kept_while_calls_come(county, clock):
    """None at first, then the study; a call more shows the same one for ten minutes, and after
    them the same again until the next is ready."""
    step(county, clock, "take", "dispute")
    desk = FiguresDesk(county)
    studies, figures = StudiesDesk(county, desk, patience_s=0), desk.ask(FigureQuery(YEAR))
    reform = Reform(date(2026, 6, 1))
    _wait_until(lambda: studies.study(figures, reform) is not None)
    first = studies.study(figures, reform)
    step(county, clock, "take", "dispute")
    again = desk.ask(FigureQuery(YEAR))
    assert studies.study(again, reform) is first
    clock.now += timedelta(minutes=11)
    assert studies.study(again, reform) is first
    _wait_until(lambda: studies.study(again, reform) is not first)


def test_a_study_whose_page_was_left_before_its_turn_is_not_made(county, clock, monkeypatch):
    """Three pages, the first study still going on: of the two that wait, the one that nobody asks
    for any more is never made."""
    step(county, clock, "take", "dispute")
    desk, go_on, made = FiguresDesk(county), threading.Event(), []
    studies, figures = StudiesDesk(county, desk, patience_s=0), desk.ask(FigureQuery(YEAR))
    days = [date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)]

    def slowly(_figures, reform):
        made.append(reform.start)
        assert go_on.wait(20)
        return reform

    monkeypatch.setattr(studies, "_made", slowly)
    monkeypatch.setattr(study_module, "LEFT_AFTER_S", 0.3)
    for day in (*days, *days):
        studies.study(figures, Reform(day))
    threading.Event().wait(0.4)
    studies.study(figures, Reform(days[2]))
    go_on.set()
    _wait_until(lambda: studies.study(figures, Reform(days[2])) is not None)
    assert made == [days[0], days[2]]


def test_a_study_that_fails_says_so_and_is_tried_again(county, clock, monkeypatch):
    step(county, clock, "take", "dispute")
    desk = FiguresDesk(county)
    studies, figures = StudiesDesk(county, desk, patience_s=5), desk.ask(FigureQuery(YEAR))
    monkeypatch.setattr(studies, "_made", lambda *_: 1 / 0)
    assert studies.study(figures, Reform(date(2026, 6, 1))) is None
    with pytest.raises(RuntimeError, match="division by zero"):
        studies.study(figures, Reform(date(2026, 6, 1)))
    monkeypatch.undo()
    _wait_until(lambda: studies.study(figures, Reform(date(2026, 6, 1))) is not None)


def _wait_until(done):
    for _ in range(2_000):
        if done():
            return
        threading.Event().wait(0.01)
    pytest.fail("it did not come to pass within twenty seconds")
