"""Damaged files: a result or the declared error, never a crash; `make fuzz` goes on for longer."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.long import try_seed
from tests.fuzz.readers import READERS, try_out

CRASHES = Path(__file__).parent / "crashes"
FOUND = sorted(p for p in CRASHES.glob("*/*") if p.is_file())


@pytest.mark.parametrize("name", READERS)
def test_a_sound_file_is_read(name, tmp_path):
    """Else the damage would be done to something that is refused at its door."""
    reader = READERS[name]
    path = tmp_path / reader.name
    path.write_bytes(reader.sound())
    reader.read(path)


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_file_is_read_or_refused_as_declared(name):
    @settings(
        max_examples=12, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(seed=st.integers(0, 2**32))
    def attempt(seed):
        try_seed(name, seed)

    attempt()


@pytest.mark.parametrize("path", FOUND, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_what_once_crashed_is_refused_as_declared(path, tmp_path):
    try_out(READERS[path.parent.name], path.read_bytes(), tmp_path)
