"""Where the editable default files lie: beside the source tree, or inside the installed package."""

from pathlib import Path

import hubpost

_PACKAGE = Path(hubpost.__file__).parent


def get_default_file(name: str) -> Path:
    """The shipped file data/planning/NAME. Raises FileNotFoundError."""
    for root in (_PACKAGE / "data", _PACKAGE.parents[1] / "data"):
        path = root / "planning" / name
        if path.is_file():
            return path
    raise FileNotFoundError(f"the default file data/planning/{name} is not installed")
