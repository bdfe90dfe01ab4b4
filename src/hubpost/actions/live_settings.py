"""The live half of `hubpost.toml`: where messages go, and who helps across the border."""

import os
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from hubpost.actions.gateways import is_address
from hubpost.actions.notifications import Channel
from hubpost.model.events import Event

#: The sections this module reads; the others of the file are read by the gate.
LIVE_SECTIONS = frozenset({"notify", "webhook", "aid"})
EVENT_NAMES = frozenset(kind.__name__ for kind in get_args(Event))

#: To ask of anything whether it is one of them, also of what has no hash.
_NAMES = sorted(EVENT_NAMES)
_KEYS = {
    "notify": {"name", "address", "events", "most_priority", "exercises"},
    "webhook": {"name", "url", "secret", "events", "most_priority", "exercises"},
    "aid": {"id", "partner"},
    "aid.partner": {"id", "name", "station", "until", "public_key", "address"},
}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class PartnerSettings:
    """An agreement as the file states it; until: its last day, by the county's clock."""

    id: str
    name: str
    station_id: str
    until: date
    public_key: str | None = None
    address: str | None = None

    def expires_at(self, zone: ZoneInfo) -> datetime:
        """The end of the last day."""
        return datetime.combine(self.until, time(23, 59, 59), zone)


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """What the file says; aid_id "" takes part in no mutual aid."""

    channels: tuple[Channel, ...] = ()
    aid_id: str = ""
    partners: tuple[PartnerSettings, ...] = ()


def read_live_settings(path: Path) -> LiveSettings:
    """The live settings of a file, none where there is no file.

    A value `env:NAME` is taken from the environment, so that secrets need not lie in the file.
    Raises ValueError listing every key that is not as expected.
    """
    if not path.is_file():
        return LiveSettings()
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: expected TOML: {error}.") from error
    problems: list[str] = []
    notify = [_channel(problems, "notify", *e) for e in _entries(problems, raw, "notify")]
    hooks = [_channel(problems, "webhook", *e) for e in _entries(problems, raw, "webhook")]
    channels = [c for c in (*notify, *hooks) if c is not None]
    names = [c.name for c in channels]
    problems += [f"name {n!r} is used twice; give each channel its own" for n in _twice(names)]
    aid_id, partners = _aid(problems, raw)
    if problems:
        raise ValueError(f"{path}:\n  " + "\n  ".join(problems))
    return LiveSettings(tuple(channels), aid_id, partners)


def _entries(
    problems: list[str], raw: dict[str, Any], section: str, label: str = ""
) -> list[tuple[str, dict[str, Any]]]:
    """The tables of a list of tables, each with how it is to be spoken of."""
    label = label or section
    found = raw.get(section, [])
    if not isinstance(found, list) or not all(isinstance(e, dict) for e in found):
        problems.append(f"{label}: expected a list of tables, written [[{label}]]")
        return []
    entries = [(f"[[{label}]] number {n}", e) for n, e in enumerate(found, 1)]
    for where, entry in entries:
        problems += [
            f"{where}: unknown key {k}; known are {', '.join(sorted(_KEYS[label]))}"
            for k in entry
            if k not in _KEYS[label]
        ]
    return entries


def _channel(
    problems: list[str], section: str, where: str, entry: dict[str, Any]
) -> Channel | None:
    before = len(problems)
    name = _text(problems, where, entry, "name")
    if section == "notify":
        address = _text(problems, where, entry, "address")
        if address and not is_address(address):
            problems.append(f"{where}, address: expected an address that Apprise knows")
    else:
        url = _text(problems, where, entry, "url")
        address = f"webhook+{url}#{_text(problems, where, entry, 'secret')}"
        if url and not _is_safe(url):
            problems.append(f"{where}, url: expected https://, or http:// to this machine")
    events = entry.get("events")
    if not isinstance(events, list) or not events or any(e not in _NAMES for e in events):
        known = ", ".join(sorted(EVENT_NAMES))
        problems.append(f"{where}, events: expected a list of these: {known}; came {events!r}")
    worst = entry.get("most_priority", 4)
    if type(worst) is not int or not 1 <= worst <= 4:
        problems.append(f"{where}, most_priority: expected 1 to 4, came {worst!r}")
    exercises = entry.get("exercises", False)
    if type(exercises) is not bool:
        problems.append(f"{where}, exercises: expected true or false, came {exercises!r}")
    if len(problems) > before:
        return None
    return Channel(name, address, frozenset(events or ()), worst, exercises)


def _aid(problems: list[str], raw: dict[str, Any]) -> tuple[str, tuple[PartnerSettings, ...]]:
    section = raw.get("aid")
    if section is None:
        return "", ()
    if not isinstance(section, dict):
        problems.append("aid: expected a table, written [aid]")
        return "", ()
    problems += [
        f"[aid]: unknown key {k}; known are id and [[aid.partner]]"
        for k in section
        if k not in _KEYS["aid"]
    ]
    me = _text(problems, "[aid]", section, "id")
    entries = _entries(problems, section, "partner", "aid.partner")
    made = [p for e in entries if (p := _partner(problems, *e)) is not None]
    ids = [p.id for p in made]
    problems += [f"[[aid.partner]]: id {i!r} is used twice" for i in _twice(ids)]
    problems += [f"[[aid.partner]]: id {i!r} is our own" for i in ids if i == me]
    return me, tuple(made)


def _partner(problems: list[str], where: str, entry: dict[str, Any]) -> PartnerSettings | None:
    before = len(problems)
    partner_id, name, station_id = (
        _text(problems, where, entry, key) for key in ("id", "name", "station")
    )
    until = entry.get("until")
    if type(until) is not date:
        problems.append(f"{where}, until: expected a date such as 2027-12-31, came {until!r}")
    server = [k for k in ("public_key", "address") if k in entry]
    values = {k: _text(problems, where, entry, k) for k in server}
    if len(server) == 1:
        problems.append(
            f"{where}: expected public_key and address together, or neither for a township "
            f"without a server; came {server[0]} alone"
        )
    if values.get("address") and not _is_safe(values["address"]):
        problems.append(f"{where}, address: expected https://, or http:// to this machine")
    if len(problems) > before or type(until) is not date:
        return None
    return PartnerSettings(
        partner_id, name, station_id, until, values.get("public_key"), values.get("address")
    )


def _text(problems: list[str], where: str, entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        problems.append(f"{where}, {key}: expected a text, came {value!r}")
        return ""
    if value.startswith("env:"):
        variable = value.removeprefix("env:")
        value = os.environ.get(variable, "")
        if not value:
            problems.append(f"{where}, {key}: expected {variable} in the environment; it is unset")
    return value.strip()


def _is_safe(url: str) -> bool:
    """What is sent holds a place and what happened there, so it goes encrypted or stays here."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _twice(values: list[str]) -> list[str]:
    return sorted({v for v in values if values.count(v) > 1})
