"""`hubpost.toml`: what an installation settles once."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from limits import parse

from hubpost.actions.identity.oidc import OidcParams
from hubpost.actions.identity.sessions import SessionParams
from hubpost.actions.live_settings import LIVE_SECTIONS
from hubpost.web.gate.limits import LimitParams
from hubpost.web.tracing import TRACES_VARIABLE, make_tracer

_KNOWN = {
    "sign_in": {"idle_minutes", "absolute_hours"},
    "oidc": {"issuer", "client_id", "client_secret_file", "claim", "name"},
    "limits": set(LimitParams.__dataclass_fields__),
    "telemetry": {"endpoint", "sample"},
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of signing in; the usual ones where the file says nothing."""

    sessions: SessionParams = field(default_factory=SessionParams)
    limits: LimitParams = field(default_factory=LimitParams)
    oidc: OidcParams | None = None
    telemetry: Mapping[str, Any] = field(default_factory=dict)

    def find_tracer(self) -> Any:
        """The tracer of `[telemetry]` or of the environment; None where neither names an address.

        Raises ValueError when its libraries are not installed.
        """
        endpoint = os.environ.get(TRACES_VARIABLE) or self.telemetry.get("endpoint")
        return make_tracer(endpoint, self.telemetry.get("sample", 1.0)) if endpoint else None


def read_settings(data: Path) -> Settings:
    """The settings of `hubpost.toml` in the data folder; the usual ones without such a file.

    Raises ValueError naming every section and key that is not known.
    """
    file = data / "hubpost.toml"
    if not file.is_file():
        return Settings()
    read = tomllib.loads(file.read_text("utf-8"))
    loose = [s for s in _KNOWN if not isinstance(read.get(s, {}), dict)]
    if loose:
        raise ValueError(f"{file}: expected a table, written [{loose[0]}].")
    unknown = [s for s in read if s not in _KNOWN and s not in LIVE_SECTIONS]
    unknown += [f"{s}.{k}" for s in _KNOWN for k in read.get(s, {}) if k not in _KNOWN[s]]
    if unknown:
        raise ValueError(
            f"{file}: unknown settings {', '.join(unknown)}. Known: "
            + "; ".join(f"[{s}] {', '.join(sorted(keys))}" for s, keys in _KNOWN.items())
            + f"; {', '.join(sorted(LIVE_SECTIONS))} (docs/live.md)."
        )
    return Settings(
        _sessions(read.get("sign_in", {}), file),
        _limits(read.get("limits", {}), file),
        _oidc(read["oidc"], file) if "oidc" in read else None,
        _telemetry(read.get("telemetry", {}), file),
    )


def _telemetry(section: dict[str, Any], file: Path) -> dict[str, Any]:
    sample = section.get("sample", 1.0)
    if not isinstance(sample, int | float) or not 0 <= sample <= 1:
        raise ValueError(f"{file}: [telemetry] sample: expected 0 to 1, came {sample!r}.")
    if not str(section.get("endpoint", "https://")).startswith(("http://", "https://")):
        raise ValueError(f"{file}: [telemetry] endpoint: expected an http:// or https:// address.")
    return section


def _sessions(section: dict[str, Any], file: Path) -> SessionParams:
    usual = SessionParams()
    idle = section.get("idle_minutes", usual.idle.total_seconds() / 60)
    absolute = section.get("absolute_hours", usual.absolute.total_seconds() / 3600)
    for key, value, most in (("idle_minutes", idle, 1440), ("absolute_hours", absolute, 168)):
        if type(value) not in (int, float) or not 0 < value <= most:
            raise ValueError(
                f"{file}: [sign_in] {key}: expected a number up to {most}, came {value!r}."
            )
    return SessionParams(timedelta(minutes=idle), timedelta(hours=absolute))


def _limits(section: dict[str, Any], file: Path) -> LimitParams:
    for key, value in section.items():
        try:
            parse(value if isinstance(value, str) else "")
        except ValueError:
            raise ValueError(
                f'{file}: [limits] {key}: expected such as "30/15 minute", came {value!r}.'
            ) from None
    return LimitParams(**section)


def _oidc(section: dict[str, Any], file: Path) -> OidcParams:
    missing = {"issuer", "client_id", "client_secret_file"} - set(section)
    if missing:
        raise ValueError(f"{file}: [oidc] lacks {', '.join(sorted(missing))}.")
    odd = [k for k, v in section.items() if not isinstance(v, str) or "\0" in v]
    if odd:
        raise ValueError(f"{file}: [oidc] {', '.join(odd)}: expected text.")
    secret = file.parent / section["client_secret_file"]
    known = {k: str(v) for k, v in section.items() if k != "client_secret_file"}
    return OidcParams(client_secret=secret.read_text("utf-8").strip(), **known)
