"""A PBF file is whole when its blobs add up to its end; every truncation of it is not."""

from pathlib import Path

import pytest

from hubpost.tables import find_bundled
from hubpost.tables.pbf_check import find_pbf_fault
from tests.tables.small_county import TOML, check_with, places, problems


def _blob(kind: bytes, size: int) -> bytes:
    """A blob as the OSM wiki describes it: length, header (1: type, 3: datasize), data."""
    header = b"\x0a" + bytes([len(kind)]) + kind + b"\x18" + bytes([size])
    return len(header).to_bytes(4, "big") + header + b"x" * size


WHOLE = _blob(b"OSMHeader", 20) + _blob(b"OSMData", 100) + _blob(b"OSMData", 60)


def test_whole_file(tmp_path: Path) -> None:
    (tmp_path / "m.osm.pbf").write_bytes(WHOLE)
    assert find_pbf_fault(tmp_path / "m.osm.pbf") is None


@pytest.mark.parametrize("keep", range(len(WHOLE)))
def test_every_truncation_is_found(tmp_path: Path, keep: int) -> None:
    """Cut anywhere but exactly between two data blobs, where what remains is a whole file."""
    (tmp_path / "m.osm.pbf").write_bytes(WHOLE[:keep])
    last = len(_blob(b"OSMData", 60))
    assert (find_pbf_fault(tmp_path / "m.osm.pbf") is None) == (keep == len(WHOLE) - last)


def test_other_files_are_not_maps(tmp_path: Path) -> None:
    for data in (b"", b"<osm>" * 100, b"PK\x03\x04" * 50, _blob(b"OSMData", 5), b"\0" * 99):
        (tmp_path / "m.osm.pbf").write_bytes(data)
        assert find_pbf_fault(tmp_path / "m.osm.pbf")


def test_bundled_roads_are_whole() -> None:
    folder = find_bundled("andorra")
    assert folder is not None
    [roads] = folder.glob("*.osm.pbf")
    assert find_pbf_fault(roads) is None


def test_truncated_roads_of_a_county(tmp_path: Path) -> None:
    """The real Andorra extract less its last kilobyte is refused by name."""
    folder = find_bundled("andorra")
    assert folder is not None
    [roads] = folder.glob("*.osm.pbf")
    (tmp_path / "roads.osm.pbf").write_bytes(roads.read_bytes()[:-1024])
    check = check_with(tmp_path, county_toml=TOML + 'roads = "roads.osm.pbf"\n')
    assert places(problems(check)) == [("roads.osm.pbf", None, None, "bad_pbf")]
    assert "cut short" in problems(check)[0].found
