"""Who looks at a page: language, name, and how times and words are said to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from starlette.requests import Request

from hubpost.web.languages import LANGUAGES, translator
from hubpost.web.words import KINDS, LABEL

LANGUAGE_COOKIE = "hubpost_language"
ACTOR_COOKIE = "hubpost_actor"
DEFAULT_ACTOR = "demo"
_ACTOR_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Viewer:
    """language is one of LANGUAGES; actor is the name that stands beside what is done."""

    language: str
    actor: str
    zone: ZoneInfo

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
    """The viewer of a request, by its cookies, or by `?lang=` when it asks for another language."""
    wanted = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    language = wanted if wanted in LANGUAGES else LANGUAGES[0]
    return Viewer(language, clean_actor(unquote(request.cookies.get(ACTOR_COOKIE, ""))), zone)


def clean_actor(name: str) -> str:
    """A name fit for the log: printable, at most 40 characters; the default when empty."""
    return "".join(c for c in name if c.isprintable()).strip()[:_ACTOR_LENGTH] or DEFAULT_ACTOR


def actor_cookie(name: str) -> str:
    return quote(clean_actor(name))
