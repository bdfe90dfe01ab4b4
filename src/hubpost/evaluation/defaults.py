"""Where the shipped files of data/evaluation lie: in the source tree, or in the package."""

from pathlib import Path

import hubpost

_PACKAGE = Path(hubpost.__file__).parent


def get_evaluation_file(name: str) -> Path:
    """The shipped file data/evaluation/NAME. Raises FileNotFoundError."""
    for root in (_PACKAGE / "data", _PACKAGE.parents[1] / "data"):
        path = root / "evaluation" / name
        if path.is_file():
            return path
    raise FileNotFoundError(f"the default file data/evaluation/{name} is not installed")
