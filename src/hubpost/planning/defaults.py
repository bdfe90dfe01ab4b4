"""Where the editable default files lie: beside the source tree, or inside the installed package."""

from pathlib import Path

import hubpost

_PACKAGE = Path(hubpost.__file__).parent


def get_default_file(name: str, folder: str = "planning") -> Path:
    """The shipped file data/FOLDER/NAME. Raises FileNotFoundError."""
    for root in (_PACKAGE / "data", _PACKAGE.parents[1] / "data"):
        path = root / folder / name
        if path.is_file():
            return path
    raise FileNotFoundError(f"the default file data/{folder}/{name} is not installed")
