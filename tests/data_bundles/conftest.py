"""Makes the build scripts' modules importable and reads each bundle once."""

import sys
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from bundles.tables import Row, read_rows  # noqa: E402

Sheet = Callable[[str, str], list[Row]]


@cache
def _sheet(county: str, name: str) -> list[Row]:
    plain = ROOT / "data" / county / f"{name}.csv"
    return read_rows(plain if plain.exists() else plain.with_suffix(".csv.gz"))


@pytest.fixture(scope="session")
def sheet() -> Sheet:
    """sheet(county, name): the rows of a bundle's file, read once."""
    return _sheet


@pytest.fixture(scope="session")
def described() -> Callable[[str], dict[str, Any]]:
    """described(county): its county.toml."""

    def read(county: str) -> dict[str, Any]:
        return tomllib.loads((ROOT / "data" / county / "county.toml").read_text("utf-8"))

    return read
