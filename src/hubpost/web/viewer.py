"""Who looks at a page: language, name, and how times and words are said to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from starlette.requests import Request

from hubpost.model.access import OPEN_RIGHTS, holds
from hubpost.web.gate.visitor import Visitor
from hubpost.web.languages import LANGUAGES, translator
from hubpost.web.words import KINDS, LABEL

LANGUAGE_COOKIE = "hubpost_language"
ACTOR_COOKIE = "hubpost_actor"
DEFAULT_ACTOR = "demo"
_ACTOR_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Viewer:
    """language is one of LANGUAGES; actor is the name that stands beside what is done.

    visitor: who has signed in, None on public pages and where nobody signs in. gated: whether this
    console asks for sign-in. names_itself: whether the actor may be chosen, as in the demo.
    """

    language: str
    actor: str
    zone: ZoneInfo
    visitor: Visitor | None = None
    gated: bool = False
    names_itself: bool = True
    at: datetime | None = None

    def may(self, right: str) -> bool:
        """Whether a way to what needs a right is worth showing."""
        if not self.gated or right in OPEN_RIGHTS:
            return True
        return (
            self.visitor is not None
            and self.at is not None
            and holds(self.visitor.grants, right, self.at)
        )

    def say(self, message: str, /, **facts: object) -> str:
        """A message in the viewer's language."""
        return translator(self.language)(message, **facts)

    def word(self, kind: str, code: object) -> str:
        """The word for a code; a code without one is shown as it is, rather than hidden."""
        message = KINDS[kind].get(str(code))
        return self.say(message) if message else str(code)

    def label(self, word: str) -> str:
        """A label such as *estimated*; outside English the English word stands beside it."""
        said = self.say(LABEL[word]) if word in LABEL else word
        return said if said == word else f"{said} {word}"

    def labels(self, words: Iterable[str]) -> str:
        return " · ".join(self.label(w) for w in words)

    def clock(self, at: datetime | None) -> str:
        """HH:MM by the county's clock, with the date when that is not today's for the reader."""
        return at.astimezone(self.zone).strftime("%H:%M") if at else ""

    def clock_s(self, at: datetime | None) -> str:
        return at.astimezone(self.zone).strftime("%H:%M:%S") if at else ""

    def day_clock(self, at: datetime, now: datetime) -> str:
        """HH:MM by the county's clock, with month and day when that is not today there."""
        local = at.astimezone(self.zone)
        today = local.date() == now.astimezone(self.zone).date()
        return local.strftime("%H:%M" if today else "%m-%d %H:%M")

    @property
    def html_lang(self) -> str:
        return self.language.replace("_", "-")


def minutes(seconds: float) -> str:
    """Whole minutes, at least 1; a dash where there is no way."""
    return str(max(1, round(seconds / 60))) if isfinite(seconds) else "—"


def get_viewer(request: Request, zone: ZoneInfo) -> Viewer:
    """The viewer of a request: language by `?lang=` or cookie, name by who has signed in.

    The demo, and a console without a gate, let their user act under any name.
    """
    wanted = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    language = wanted if wanted in LANGUAGES else LANGUAGES[0]
    gate = request.scope.get("hubpost_gate")
    visitor: Visitor | None = request.scope.get("hubpost_visitor")
    named = clean_actor(unquote(request.cookies.get(ACTOR_COOKIE, "")))
    if gate is None:
        return Viewer(language, named, zone)
    free = visitor is not None and visitor.person.name == gate.demo
    known = visitor.person.name if visitor is not None else "public"
    reach = request.scope.get("hubpost_reach")
    at = reach.at if reach is not None else None
    return Viewer(language, named if free else known, zone, visitor, True, free, at)


def clean_actor(name: str) -> str:
    """A name fit for the log: printable, at most 40 characters; the default when empty."""
    return "".join(c for c in name if c.isprintable()).strip()[:_ACTOR_LENGTH] or DEFAULT_ACTOR


def actor_cookie(name: str) -> str:
    return quote(clean_actor(name))
