"""Processes of the console under test, and the clients that write to them and follow their feed."""

import atexit
import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx

from tests.soak.crash import ROOT
from tests.web.serving import free_port

NEW_CALL = {"category": "assistance", "priority": 2, "lon": 108.72, "lat": 29.26}
#: Asked for by `make faults`: more cuts, more kills, slower lines.
LONG = os.environ.get("FAULTS_LONG") == "1"
ROUNDS = 10 if LONG else 2
#: How long anything may take before a test gives it up; nothing here is a measurement.
GIVE_UP_S = 40.0


class Nursery:
    """The process that forks the consoles; it is started once."""

    _process: subprocess.Popen[str] | None = None

    def open(self) -> None:
        """Let it import everything on the other core while tests without it run."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.served"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            )  # fmt: skip
            atexit.register(self.close)

    def bear(self, order: dict[str, object]) -> int:
        """Start a console; the id of its process."""
        self.open()
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)


NURSERY = Nursery()


@dataclass(slots=True)
class Console:
    """A served console; its process may be killed and another started at the same address."""

    url: str
    folder: Path
    token: str
    channels: tuple[tuple[str, str, str], ...] = ()
    port: int = field(default_factory=free_port)
    pid: int | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def temp(self) -> Path:
        """Where its process puts what it keeps for a moment."""
        return self.folder / "temp"

    @property
    def uploads(self) -> list[str]:
        """Files that wait to be confirmed, or were left behind."""
        return sorted(p.name for p in self.temp.rglob("*") if p.is_file())

    @property
    def log(self) -> Path:
        return self.folder / f"{self.port}.log"

    @property
    def lives(self) -> bool:
        return self.pid is not None and Path(f"/proc/{self.pid}").exists()

    def start(self) -> "Console":
        """Start and wait until it answers."""
        self.temp.mkdir(exist_ok=True)
        self.pid = NURSERY.bear(
            {
                "url": self.url, "port": self.port, "folder": str(self.folder),
                "temp": str(self.temp), "log": str(self.log), "channels": list(self.channels),
            }
        )  # fmt: skip
        wait_until(lambda: not self.lives or self.status("/healthz") == 200)
        assert self.lives, self.log.read_text()
        return self

    def kill(self) -> None:
        """As the power switch would."""
        os.kill(self.pid, signal.SIGKILL)
        wait_until(lambda: not self.lives)

    def stop(self) -> None:
        """As a service manager would; killed when it does not end."""
        if not self.lives:
            return
        os.kill(self.pid, signal.SIGTERM)
        try:
            wait_until(lambda: not self.lives, 10)
        except AssertionError:
            self.kill()

    def client(self, timeout_s: float = 10.0) -> httpx.Client:
        """A signed-in program at this console."""
        return httpx.Client(
            base_url=self.address, cookies={"hubpost_session": self.token}, timeout=timeout_s,
            verify=False,  # noqa: S501 - plain http to this machine; a context takes 50 ms to make
        )  # fmt: skip

    def status(self, path: str) -> int:
        """The status of a page, 0 where nobody answers."""
        try:
            with self.client() as client:
                return client.get(path).status_code
        except httpx.HTTPError:
            return 0


@contextlib.contextmanager
def consoles(*of: Console) -> Iterator[tuple[Console, ...]]:
    """Started consoles, stopped at the end of the block."""
    try:
        yield tuple(one.start() for one in of)
    finally:
        for one in of:
            one.stop()


class Writer:
    """Takes calls one after the other, each under a key of its own, until each is acknowledged.

    acknowledged: number of the call by its key, as the console said it; statuses: all answers.
    """

    def __init__(self, *at: Console) -> None:
        self.acknowledged: dict[str, str] = {}
        self.statuses: list[int] = []
        self.said: list[str] = []
        self._at, self._ended = at, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, *_of_error: object) -> None:
        self._ended.set()
        self._thread.join(GIVE_UP_S)
        assert not self._thread.is_alive(), "the writer never got its last answer"

    def await_more(self, calls: int = 5) -> None:
        """Wait until so many more were acknowledged from here on."""
        wanted = len(self.acknowledged) + calls
        wait_until(lambda: len(self.acknowledged) >= wanted)

    def _run(self) -> None:
        while not self._ended.is_set():
            self._take(uuid4().hex)

    def _take(self, key: str) -> None:
        """Again and again, at one console after the other, with the same key."""
        give_up = time.monotonic() + GIVE_UP_S
        for console in itertools.cycle(self._at):
            answer = _post_call(console, key)
            self.statuses.append(0 if answer is None else answer.status_code)
            if answer is not None and answer.status_code == 201:
                self.acknowledged[key] = answer.json()["call"]["number"]
                return
            if answer is not None:
                self.said.append(answer.text)
            assert time.monotonic() < give_up, f"{key} was never taken: {self.said[-3:]}"
            time.sleep(0.05)


def _post_call(console: Console, key: str) -> httpx.Response | None:
    with contextlib.suppress(httpx.HTTPError), console.client() as client:
        headers = {"Idempotency-Key": key}
        body = {**NEW_CALL, "place_text": key}
        return client.post("/api/v1/calls", json=body, headers=headers)
    return None


class Follower:
    """A screen: follows the feed, and after each cut asks on from the last id it has."""

    def __init__(self, console: Console, after: int) -> None:
        self.first, self.ids = after, list[int]()
        self.cuts = 0
        self._console, self._ended = console, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Follower":
        self._thread.start()
        return self

    def __exit__(self, *_of_error: object) -> None:
        self._ended.set()
        self._thread.join(GIVE_UP_S)

    def await_id(self, event_id: int) -> None:
        wait_until(lambda: bool(self.ids) and self.ids[-1] >= event_id)

    def _run(self) -> None:
        while not self._ended.is_set():
            with contextlib.suppress(httpx.HTTPError):
                self._follow()
            self.cuts += 1
            time.sleep(0.1)

    def _follow(self) -> None:
        last = self.ids[-1] if self.ids else self.first
        headers = {"Last-Event-ID": str(last)}
        with (
            self._console.client(timeout_s=5) as client,
            client.stream("GET", "/feed", headers=headers) as answer,
        ):
            kind = ""
            for line in answer.iter_lines():
                if line.startswith("id: "):
                    self.ids.append(int(line[4:]))
                kind = line[7:] if line.startswith("event: ") else kind
                assert kind != "reset", "the feed asked to reload everything"
                if self._ended.is_set():
                    return


def wait_until(so: object, give_up_s: float = GIVE_UP_S) -> None:
    """Look until it is so; an AssertionError when it never is."""
    until = time.monotonic() + give_up_s
    while not so():
        assert time.monotonic() < until, f"never came: {so}"
        time.sleep(0.02)
