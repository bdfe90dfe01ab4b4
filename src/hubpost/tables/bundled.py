"""The counties that come with Hubpost, by name."""

from pathlib import Path

import hubpost

SETTINGS_FILE = "county.toml"


def list_bundled() -> tuple[str, ...]:
    """Names of the bundled counties, in order."""
    found = {p.parent.name for root in _roots() for p in root.glob(f"*/{SETTINGS_FILE}")}
    return tuple(sorted(found))


def find_bundled(name: str) -> Path | None:
    """The folder of a bundled county, or None."""
    if name not in list_bundled():
        return None
    return next(root / name for root in _roots() if (root / name / SETTINGS_FILE).is_file())


def resolve_county(county: str | Path) -> Path:
    """The path of a county given by path or by bundled name; a county at the path comes first."""
    path = Path(county)
    if path.is_file() or (path / SETTINGS_FILE).is_file():
        return path
    return find_bundled(str(county)) or path


def _roots() -> tuple[Path, ...]:
    """data/ of the source tree, or what the wheel packed of it."""
    package = Path(hubpost.__file__).resolve().parent
    source, packed = package.parents[1] / "data", package / "data"
    in_source_tree = (package.parents[1] / "pyproject.toml").is_file()
    return (source, packed) if in_source_tree else (packed,)
