"""The live feed: no gap, no repeat, in order, and never silent for long."""

import asyncio
import json
import threading
from dataclasses import replace
from itertools import pairwise

import httpx
import pytest
from fastapi import FastAPI

from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.model.events import (
    CallCleared,
    CallReceived,
    UnitActivitySet,
    UnitAssigned,
    UnitReleased,
)
from hubpost.model.unit import UnitActivity
from hubpost.storage.store import Store
from hubpost.web import feed as feed_module
from hubpost.web.feed import Feed, read_changes
from tests.boards import NOON, founding_events, received
from tests.rooms import fill
from tests.web.serving import serving


def toggle(store: Store, times: int) -> None:
    """That many events, one commit each."""
    for i in range(times):
        activity = (UnitActivity.CASEWORK, UnitActivity.AT_STATION)[i % 2]
        store.write(lambda tx, a=activity: tx.record(UnitActivitySet(tx.now, "S1", a)), actor="t")


def read_ids(lines, stop_after: int) -> list[int]:
    ids = []
    for line in lines:
        if line.startswith("id: "):
            ids.append(int(line[4:]))
            if ids[-1] >= stop_after:
                break
    return ids


def test_a_screen_sees_each_commit(server: str, toy_store: Store):
    start = toy_store.last_event_id
    with httpx.stream("GET", f"{server}/feed", timeout=10) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        writer = threading.Thread(target=toggle, args=(toy_store, 20))
        lines = answer.iter_lines()
        assert next(lines) == "retry: 1000"
        writer.start()
        ids = read_ids(lines, start + 20)
        writer.join()
    assert ids == list(range(start + 1, start + 21))


def test_resuming_leaves_no_gap_and_no_repeat(server: str, toy_store: Store):
    """Cut off again and again while events are written, a screen still sees each exactly once."""
    start, wanted = toy_store.last_event_id, 200
    writer = threading.Thread(target=toggle, args=(toy_store, wanted))
    writer.start()
    seen: list[int] = []
    last = start
    while last < start + wanted:
        headers = {"Last-Event-ID": str(last)}
        with httpx.stream("GET", f"{server}/feed?after=1", headers=headers, timeout=10) as answer:
            seen += read_ids(answer.iter_lines(), min(last + 17, start + wanted))
        last = seen[-1]
    writer.join()
    assert seen == list(range(start + 1, start + wanted + 1))


def test_the_page_and_the_feed_join_without_a_gap(server: str, toy_store: Store):
    """What commits between the page and the feed comes by the feed."""
    page = httpx.get(f"{server}/").text
    shown = int(page.split('data-event-id="')[1].split('"')[0])
    toggle(toy_store, 3)
    with httpx.stream("GET", f"{server}/feed?after={shown}", timeout=10) as answer:
        assert read_ids(answer.iter_lines(), shown + 3) == [shown + 1, shown + 2, shown + 3]


def test_an_event_says_what_it_is_about(server: str, toy_store: Store):
    last = toy_store.last_event_id
    toggle(toy_store, 1)
    with httpx.stream("GET", f"{server}/feed?after={last}", timeout=10) as answer:
        lines = answer.iter_lines()
        data = next(x for x in lines if x.startswith("data: {") and "kind" in x)
    assert data == 'data: {"kind": "UnitActivitySet", "call_id": null, "unit_id": "S1"}'


def test_an_id_of_another_database_asks_for_a_reload(server: str):
    with httpx.stream("GET", f"{server}/feed?after=999999", timeout=10) as answer:
        assert "event: reset" in [next(lines) for lines in [answer.iter_lines()] for _ in range(5)]


@pytest.mark.parametrize("bad", ["abc", "-1", "1.5", "9" * 40, "١٢"])
def test_a_bad_event_id_is_refused(server: str, bad: str):
    assert httpx.get(f"{server}/feed", params={"after": bad}).status_code == 422


def test_a_server_that_stops_ends_its_streams(app: FastAPI):
    """Ctrl-C with screens open: the streams end, and the server is gone at once."""
    with serving(app) as url, httpx.stream("GET", f"{url}/feed", timeout=10) as answer:
        lines = answer.iter_lines()
        next(lines)
        app.state.console.feed.end()
        for _ in lines:
            pass


def test_a_commit_at_the_very_end_does_not_keep_the_feed_alive(toy_store: Store):
    """The server ends even when its cancellation meets a commit; it once waited for ever."""

    async def end() -> None:
        feed = Feed(toy_store)
        feed._poll_s = 30.0
        following = asyncio.create_task(feed.run())
        await asyncio.sleep(3 * feed_module.GATHER_S)
        feed._committed.set()
        following.cancel()
        done, _ = await asyncio.wait([following], timeout=5)
        following.cancel()
        assert done

    asyncio.run(end())


def test_a_silent_feed_still_beats(server: str):
    """The heartbeat by which a screen knows that silence is quiet and not a cut."""
    with httpx.stream("GET", f"{server}/feed", timeout=10) as answer:
        lines = answer.iter_lines()
        beats = 0
        while beats < 3:
            beats += next(lines) == "event: beat"


def test_a_screen_far_behind_is_served_from_the_database(toy_store: Store, monkeypatch):
    """Beyond what is kept in memory nothing is skipped."""
    monkeypatch.setattr(feed_module, "RECENT", 10)
    monkeypatch.setattr(feed_module, "_PAGE", 7)
    last = toy_store.last_event_id

    async def follow() -> list[int]:
        feed = Feed(toy_store, heartbeat_s=5)
        running = asyncio.create_task(feed.run())
        await asyncio.to_thread(toggle, toy_store, 60)
        ids: list[int] = []
        async for text in feed.stream(last):
            ids += [int(line[4:]) for line in text.splitlines() if line.startswith(b"id: ")]
            if len(ids) >= 60:
                break
        running.cancel()
        return ids

    assert asyncio.run(follow()) == list(range(last + 1, last + 61))


@pytest.mark.postgres
def test_commits_of_another_process_are_seen(postgres):
    """Two processes on one PostgreSQL: a screen of one sees what the other commits."""
    url = postgres()
    mine, other = Store(url), Store(url)
    fill(other, founding_events())
    mine.refresh()
    last = mine.last_event_id

    async def follow() -> int:
        feed = Feed(mine, heartbeat_s=5, poll_s=0.05)
        running = asyncio.create_task(feed.run())
        await asyncio.to_thread(toggle, other, 1)
        async for text in feed.stream(last):
            if text.startswith(b"id: "):
                running.cancel()
                return int(text.split()[1])
        raise AssertionError

    try:
        assert asyncio.run(asyncio.wait_for(follow(), 10)) == last + 1
    finally:
        mine.close()
        other.close()


def test_changes_are_read_in_order(toy_store: Store):
    toggle(toy_store, 5)
    changes = read_changes(toy_store, 0)
    assert all(b.id == a.id + 1 for a, b in pairwise(changes))


def test_a_feed_that_ended_leaves_the_writer_alive(app: FastAPI, toy_store: Store):
    """A server that stops must not take the writer thread with it."""
    from fastapi.testclient import TestClient

    with TestClient(app, base_url="http://127.0.0.1"):
        toggle(toy_store, 1)
    toggle(toy_store, 2)
    assert not toy_store._listeners


def group_dispatcher(hub_id: str) -> tuple[Grant, ...]:
    return (Grant(Role.DISPATCHER, ScopeKind.GROUP, hub_id),)


def read_shown(store: Store, grants, after: int, upto: int, chunks: int = 1_000) -> list[dict]:
    """What a viewer is shown up to an event id, cut off and resumed after so many pieces."""

    async def follow() -> list[dict]:
        feed = Feed(store, heartbeat_s=5)
        running = asyncio.create_task(feed.run())
        shown: list[dict] = []
        last = after
        while last < upto:
            got = 0
            async for text in feed.stream(last, grants):
                for block in text.decode().split("\n\n"):
                    ids = [x[4:] for x in block.splitlines() if x.startswith("id: ")]
                    last = int(ids[0]) if ids else last
                    if ids and "event: change" in block:
                        shown.append({"id": last, **json.loads(block.partition("data: ")[2])})
                got += 1
                if got >= chunks or last >= upto:
                    break
        running.cancel()
        return shown

    return asyncio.run(asyncio.wait_for(follow(), 60))


@pytest.fixture
def two_groups(toy_store: Store):
    """A call of Z (group of Z and S) and one of F, each sent its own unit and cleared."""
    start = toy_store.last_event_id
    for call_id, station, unit_id in (("c91", "Z", "Z1"), ("c92", "F", "F1")):
        call = replace(received(call_id=call_id).call, station_id=station)
        now = toy_store.now()
        fill(
            toy_store,
            [
                CallReceived(now, replace(call, received_at=now)),
                UnitAssigned(now, call.id, unit_id),
                UnitReleased(now, call.id, unit_id),
                CallCleared(now, call.id, "done"),
            ],
        )
    return start, toy_store.last_event_id


def test_a_viewer_with_an_account_is_shown_calls_in_reach_and_every_units_state(
    toy_store: Store, two_groups
):
    """Of a call elsewhere only that a unit is busy and free again; the call itself is hidden."""
    start, end = two_groups
    shown = read_shown(toy_store, group_dispatcher("Z"), start, end)
    assert [(s["kind"], s["call_id"], s["unit_id"]) for s in shown] == [
        ("CallReceived", "c91", None),
        ("UnitAssigned", "c91", "Z1"),
        ("UnitReleased", "c91", "Z1"),
        ("CallCleared", "c91", None),
        ("UnitAssigned", None, "F1"),
        ("UnitReleased", None, "F1"),
    ]
    county = (Grant(Role.DISPATCHER, ScopeKind.COUNTY, "toy"),)
    assert len(read_shown(toy_store, county, start, end)) == 8
    past = replace(county[0], valid_to=NOON)
    assert [s["call_id"] for s in read_shown(toy_store, (past,), start, end)] == [None] * 4


def test_a_filtered_stream_resumes_without_gap_and_without_repeat(toy_store: Store, monkeypatch):
    """Cut off after every piece of three, the viewer has exactly what one long stream shows."""
    monkeypatch.setattr(feed_module, "RECENT", 2)
    monkeypatch.setattr(feed_module, "_PAGE", 3)
    start = toy_store.last_event_id
    for n in range(12):
        call = replace(received(call_id=f"c{n}").call, station_id="ZF"[n % 2])
        now = toy_store.now()
        fill(toy_store, [CallReceived(now, replace(call, received_at=now))])
        fill(toy_store, [CallCleared(now, f"c{n}", "done")])
    end = toy_store.last_event_id
    grants = group_dispatcher("Z")
    once = read_shown(toy_store, grants, start, end)
    assert [s["call_id"] for s in once] == [f"c{n}" for n in range(0, 12, 2) for _ in range(2)]
    # The first pieces of a stream are its greeting; the fourth holds the next page.
    assert read_shown(toy_store, grants, start, end, chunks=3) == once


@pytest.mark.postgres
def test_another_process_is_heard_of_at_once_and_not_by_polling(postgres):
    """LISTEN/NOTIFY: with a poll that never comes, a commit elsewhere still reaches the screens."""
    url = postgres()
    mine, other = Store(url), Store(url)
    fill(other, founding_events())
    mine.refresh()
    last = mine.last_event_id

    async def follow() -> int:
        feed = Feed(mine, heartbeat_s=5, poll_s=10_000)
        running = asyncio.create_task(feed.run())
        await asyncio.sleep(1.0)  # until it listens
        await asyncio.to_thread(toggle, other, 1)
        async for text in feed.stream(last):
            if text.startswith(b"id: "):
                running.cancel()
                return int(text.split()[1])
        raise AssertionError

    try:
        assert asyncio.run(asyncio.wait_for(follow(), 60)) == last + 1
    finally:
        mine.close()
        other.close()
