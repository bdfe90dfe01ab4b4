"""Requests that no page would send, to every route of the console, by one who is signed in."""

import random
import re
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from starlette.routing import BaseRoute

from hubpost.model.access import Role
from hubpost.storage.sealing import Keyring
from hubpost.storage.store import Store
from hubpost.web.app import _ROUTES, create_app
from hubpost.web.gate.gate import Gate
from hubpost.web.gate.limits import LimitParams, Limits
from tests.gate.conftest import add_account, add_session, county
from tests.rooms import toy_room

#: What is put where a text is expected.
TEXTS = (
    "", " ", "\x00", "a\x00b", "\ud7ff", "x" * 5000, "9" * 400, "-1", "nan", "inf", "1e400", "Z",
    "S", "S1", "c1", "c2", "2026-03-01", "2026-03-01T10:00", "2026-03-01T10:00:00+08:00",
    "0001-01-01",
    "9999-12-31", "assistance", "dispute", "task", "' OR 1=1 --", "<script>", "%00", "../../etc",
    "108.72", "29.26", "[]", "{}", "null", "true", "on", "派出所", "🚓", "١٢", "１２", "1_0", "0x1",
    "2026-02-30", "24:00", "13812345678", "age1x", "=1+1", "\u202e", "\r\n",
)  # fmt: skip
#: They end what the other requests need, run for long, or stay open.
SKIPPED = ("/feed", "/sign-out", "/account", "/static", "/simulation", "/plans", "/enter")


class Requests:
    """A console with somebody signed in; each request is made by chance. Use it in a `with`."""

    def __init__(self, store: Store, folder: Path, role: str, seed: int) -> None:
        self._rng = random.Random(seed)
        gate = Gate(Keyring(folder / "keys"), limits=Limits(LimitParams(*["100000/1 minute"] * 4)))
        app = create_app(store, toy_room(), gate=gate)
        self.client = TestClient(
            app, base_url="http://127.0.0.1", raise_server_exceptions=False, follow_redirects=False
        )
        if role != "public":
            account_id = add_account(store, f"a-{role}", county(Role(role)))
            self.client.cookies.set("hubpost_session", add_session(store, account_id))
        self._routes = [r for m in _ROUTES for r in m.router.routes if _asked(r)]
        self.forget()

    def __enter__(self) -> "Requests":
        self.client.__enter__()
        return self

    def __exit__(self, *of_error: Any) -> None:
        self.client.__exit__(*of_error)

    def forget(self) -> None:
        """Look for the worst answer anew."""
        self.worst, self._worst_status, self.last = "", 0, 0

    def ask_some(self, times: int) -> list[int]:
        """The statuses of so many requests."""
        return [self._ask() for _ in range(times)]

    def _ask(self) -> int:
        rng, route = self._rng, self._rng.choice(self._routes)
        method = rng.choice(sorted(route.methods - {"HEAD"}))
        path = re.sub(r"\{[^}]*\}", lambda _: _in_path(rng.choice(TEXTS)), route.path)
        names = [p.alias for p in route.dependant.query_params]
        query = [(n, rng.choice(TEXTS)) for n in names if rng.random() < 0.8]
        more: dict[str, Any] = {}
        if method != "GET":
            fields = _fields(route)
            form = {n: rng.choice(TEXTS) for n in fields if rng.random() < 0.85}
            kind = rng.random()
            if kind < 0.15:
                more["content"] = rng.randbytes(rng.choice((0, 3, 300)))
            elif "/api/" in path or kind < 0.25:
                more["json"] = form
            else:
                more["data"] = form
        answer = self.client.request(method, path, params=query, **more)
        self.last = answer.status_code
        if answer.status_code > self._worst_status:
            self._worst_status = answer.status_code
            self.worst = f"{answer.status_code} {method} {path!r} {query!r} {more!r}"
        return answer.status_code


def _asked(route: BaseRoute) -> bool:
    path = getattr(route, "path", "")
    return bool(getattr(route, "dependant", None)) and not path.startswith(SKIPPED)


def _fields(route: Any) -> list[str]:
    """The names of a form, or of the JSON body."""
    found = [p.alias for p in route.dependant.body_params]
    for param in route.dependant.body_params:
        model = getattr(param.field_info, "annotation", None)
        found += list(getattr(model, "model_fields", {}))
    return found


def _in_path(text: str) -> str:
    """Something that stays one part of the path."""
    return re.sub(r"[/?#\s\x00%.]", "", text)[:60] or "x"
