"""What the call generator assumes, read from a county's generator.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class CategoryParams:
    """One kind of call; see the notes in generator.toml."""

    name: str
    share: float
    profile: str
    busy: str
    busy_factor: float
    attended: float
    priority: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class GeneratorParams:
    """All assumptions of the generator; see the notes in generator.toml."""

    seed: int
    first_year: int
    last_year: int
    rate_per_1000: float
    area_spread: float
    community_factor: float
    jitter_m: float
    month_factor: tuple[float, ...]
    processing_median_s: float
    processing_log_sd: float
    travel_log_sd: float
    categories: tuple[CategoryParams, ...]


#: Not plain numbers of the calls.
_TABLES = ("category", "fitted", "month_factor", "officers")


def read_params(path: Path, event_split: Mapping[str, float]) -> GeneratorParams:
    """Parameters of a county; shares left open divide the rest as event_split says."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    plain = {k: v for k, v in raw.items() if k not in _TABLES}
    return GeneratorParams(
        **plain,
        month_factor=tuple(raw["month_factor"]),
        categories=_categories(raw["category"], event_split),
    )


def fitted_folder(path: Path) -> Path:
    """The folder of fitted tables a generator.toml names, relative to itself."""
    return path.parent / str(tomllib.loads(path.read_text(encoding="utf-8"))["fitted"])


def _categories(
    tables: Mapping[str, dict[str, Any]], event_split: Mapping[str, float]
) -> tuple[CategoryParams, ...]:
    left = 1.0 - sum(t.get("share", 0.0) for t in tables.values())
    open_names = [name for name, t in tables.items() if "share" not in t]
    whole = sum(event_split[name] for name in open_names)
    return tuple(
        CategoryParams(
            **{
                "name": name,
                "share": left * event_split.get(name, 0.0) / whole,
                **table,
                "priority": tuple(table["priority"]),
            }
        )
        for name, table in tables.items()
    )
