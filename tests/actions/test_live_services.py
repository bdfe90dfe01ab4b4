"""What runs beside the console: two real servers across a border, and settings told wrong."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from hubpost.actions import mutual_aid as aid
from hubpost.actions import partners
from hubpost.actions.aid_messages import load_key, public_key_text
from hubpost.actions.aid_outbox import AidOutbox, Answer
from hubpost.actions.calls import receive_call
from hubpost.actions.live_services import LiveServices
from hubpost.actions.live_settings import LiveSettings, read_live_settings
from hubpost.actions.notifications import Notifier
from hubpost.model.aid import AidState
from hubpost.storage import schema
from hubpost.storage.store import Store
from hubpost.web.app import create_app
from tests.boards import founding_events
from tests.rooms import fill, report, toy_room
from tests.storage.test_store import rows
from tests.web.serving import free_port, serving

ZONE = ZoneInfo("Asia/Shanghai")
#: A test waits as long as a laden machine needs; what it waits for comes or it fails.
PATIENCE_S = 60.0


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


class Side:
    """One county's server: its folder, its store, its key."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.data, self.port = name, folder / name, free_port()
        self.data.mkdir()
        self.store = Store(f"sqlite:///{self.data / 'hubpost.sqlite'}")
        fill(self.store, founding_events())
        self.key = load_key(self.data / "aid.key")

    def agree_with(self, other: "Side", *, server: bool = True) -> None:
        theirs = (
            f'public_key = "{public_key_text(other.key)}"\n'
            f'address = "http://127.0.0.1:{other.port}/api/v1/aid"\n'
        )
        (self.data / "hubpost.toml").write_text(
            f'[aid]\nid = "{self.name}"\n[[aid.partner]]\nid = "{other.name}"\n'
            f'name = "{other.name} township"\nstation = "Z"\nuntil = 2099-12-31\n'
            + (theirs if server else "")
        )

    def serve(self, stack: ExitStack) -> None:
        services = LiveServices(self.store, self.data, ZONE)
        app = create_app(self.store, toy_room(), aid_server=services.aid_server)
        stack.enter_context(serving(app, self.port))
        services.start()
        stack.callback(services.stop)

    def do(self, action, *args):
        return self.store.write(lambda tx: action(tx, *args), actor="anna")

    @property
    def me(self) -> aid.AidServer:
        return aid.AidServer(self.name, self.key)


@pytest.fixture
def sides(tmp_path: Path):
    east, west = Side("east", tmp_path), Side("west", tmp_path)
    yield east, west
    east.store.close()
    west.store.close()


def take_call(side: Side) -> str:
    return side.do(receive_call, toy_room(), report()).call.id


def test_request_offer_commit_release_between_two_real_servers(sides):
    """Over HTTP, by their workers, while the asker's partner is at first not there at all."""
    east, west = sides
    east.agree_with(west)
    west.agree_with(east)
    with ExitStack() as stack:
        east.serve(stack)
        aid_id = east.do(aid.request_aid, east.me, take_call(east), "west", "bring a chain saw")
        until(lambda: east.store.read(aid.list_outbox)[0].attempts)
        west.serve(stack)
        until(lambda: aid_id in west.store.board.aid)
        west.do(aid.offer_aid, west.me, toy_room(), aid_id, ["S1"])
        until(lambda: east.store.board.aid[aid_id].state is AidState.OFFERED)
        theirs = west.do(aid.commit_aid, west.me, toy_room(), aid_id, ["S1"])
        assert west.store.board.units["S1"].call_id == theirs
        until(lambda: east.store.board.aid[aid_id].state is AidState.COMMITTED)
        east.do(aid.release_aid, east.me, aid_id, "done")
        until(lambda: not west.store.board.aid)
        until(lambda: not east.store.read(aid.list_outbox))
    sent = [r for r in rows(east.store, schema.aid_message) if r.outgoing]
    assert [r.error for r in sent] == [None, None]


def test_a_township_without_a_server_answers_by_shared_link_over_http(sides):
    east, west = sides
    east.agree_with(west, server=False)
    with ExitStack() as stack:
        east.serve(stack)
        url = f"http://127.0.0.1:{east.port}"
        call_id = take_call(east)
        page = httpx.post(f"{url}/calls/{call_id}/aid", data={"partner_id": "west"}).text
        link = next(w for w in page.replace('"', " ").split() if "/border/" in w).rstrip("<")
        link = link[link.index("/border/") :].partition("<")[0]
        assert httpx.get(url + link).status_code == 200
        for kind, state in (("offer", AidState.OFFERED), ("commit", AidState.COMMITTED)):
            httpx.post(url + link, data={"kind": kind, "units": "car 7"}).raise_for_status()
            (case,) = east.store.board.aid.values()
            assert case.state is state
        httpx.post(f"{url}/aid/{case.id}/release", data={"reason": "done"}).raise_for_status()
        assert east.store.board.aid == {}
        assert httpx.get(url + link).status_code == 404


def test_a_message_not_taken_is_tried_again_later_and_those_after_it_wait(sides, monkeypatch):
    """Order is kept; back-off is by the clock of the machine; a final refusal leaves the outbox."""
    east, west = sides
    east.agree_with(west)
    LiveServices(east.store, east.data, ZONE)
    aid_id = east.do(aid.request_aid, east.me, take_call(east), "west")
    east.do(aid.decline_aid, east.me, aid_id, "not needed")
    clock, answers, posted = [0.0], [Answer("no route"), Answer("no route")], []
    monkeypatch.setattr("hubpost.actions.aid_outbox.time.monotonic", lambda: clock[0])

    def post(_address: str, body: str) -> Answer:
        posted.append(body.partition('kind\\":\\"')[2].partition("\\")[0])
        return answers.pop(0) if answers else Answer()

    outbox = AidOutbox(east.store, east.me, post)
    assert (outbox.work_once(), outbox.work_once()) == (0, 0)
    assert posted == ["request"]
    clock[0] = 2.0
    assert outbox.work_once() == 0
    clock[0] = 4.0
    assert outbox.work_once() == 0
    clock[0] = 8.0
    assert outbox.work_once() == 2
    assert posted == ["request", "request", "request", "decline"]
    east.do(aid.request_aid, east.me, take_call(east), "west")
    answers.append(Answer("agreement_over", final=True))
    assert outbox.work_once() == 0
    assert east.store.read(aid.list_outbox) == []
    assert "agreement_over" in {r.error for r in rows(east.store, schema.aid_message)}


def test_a_withdrawn_agreement_is_not_renewed_by_a_restart(sides):
    east, west = sides
    east.agree_with(west)
    LiveServices(east.store, east.data, ZONE)
    agreed = rows(east.store, schema.partner)
    LiveServices(east.store, east.data, ZONE)
    assert rows(east.store, schema.partner) == agreed
    east.do(partners.withdraw, "west")
    LiveServices(east.store, east.data, ZONE)
    assert rows(east.store, schema.partner)[0].withdrawn_at is not None


def test_a_gateway_that_hangs_does_not_hold_up_a_call(sides, monkeypatch):
    east, _west = sides
    (east.data / "hubpost.toml").write_text(
        '[[webhook]]\nname = "county"\nurl = "http://127.0.0.1:9/"\nsecret = "s"\n'
        'events = ["CallReceived"]\n'
    )
    hanging, let_go = threading.Event(), threading.Event()

    def hang(_address: str, _title: str, _body: str) -> bool:
        hanging.set()
        return let_go.wait(PATIENCE_S)

    monkeypatch.setattr("hubpost.actions.live_services.Notifier", lambda s, c: Notifier(s, c, hang))
    services = LiveServices(east.store, east.data, ZONE)
    services.start()
    take_call(east)
    assert hanging.wait(PATIENCE_S)
    assert [take_call(east) for _ in range(5)]
    let_go.set()
    services.stop()


def test_every_wrong_key_is_named_with_what_was_expected(tmp_path: Path):
    file = tmp_path / "hubpost.toml"
    file.write_text(
        '[[notify]]\nname = "a"\naddress = "nonsense"\nevents = ["CallTaken"]\ncolour = 1\n'
        '[[webhook]]\nname = "a"\nurl = "http://elsewhere.example/"\nevents = ["CallReceived"]\n'
        '[aid]\nid = 7\n[[aid.partner]]\nid = "p"\nname = "P"\nstation = "Z"\nuntil = "soon"\n'
        'address = "https://p.example/api/v1/aid"\n'
    )
    with pytest.raises(ValueError, match=r"hubpost\.toml") as caught:
        read_live_settings(file)
    said = str(caught.value)
    for part in (
        "[[notify]] number 1: unknown key colour",
        "[[notify]] number 1, address: expected an address that Apprise knows",
        "[[notify]] number 1, events: expected a list of these",
        "[[webhook]] number 1, url: expected https://",
        "[[webhook]] number 1, secret: expected a text, came None",
        "[aid], id: expected a text, came 7",
        "[[aid.partner]] number 1, until: expected a date",
        "[[aid.partner]] number 1: expected public_key and address together",
    ):
        assert part in said, part


def test_a_secret_may_come_from_the_environment_and_no_file_means_nothing(tmp_path, monkeypatch):
    assert read_live_settings(tmp_path / "hubpost.toml") == LiveSettings()
    file = tmp_path / "hubpost.toml"
    file.write_text(
        '[[webhook]]\nname = "w"\nurl = "https://w.example/"\nsecret = "env:HUBPOST_SECRET"\n'
        'events = ["CallReceived"]\n'
    )
    with pytest.raises(ValueError, match="HUBPOST_SECRET in the environment"):
        read_live_settings(file)
    monkeypatch.setenv("HUBPOST_SECRET", "s3")
    assert read_live_settings(file).channels[0].address == "webhook+https://w.example/#s3"


def test_a_partner_of_an_unknown_station_is_named_before_anything_starts(sides):
    east, _west = sides
    (east.data / "hubpost.toml").write_text(
        '[aid]\nid = "east"\n[[aid.partner]]\nid = "p"\nname = "P"\nstation = "nowhere"\n'
        "until = 2099-01-01\n"
    )
    with pytest.raises(ValueError, match="came nowhere of partner p"):
        LiveServices(east.store, east.data, ZONE)
    assert rows(east.store, schema.partner) == []
