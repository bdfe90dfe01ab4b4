"""A checksum of the files that are compiled together."""

import zlib
from pathlib import Path

import hubpost.dispatch.rule as rule


def compiled_sources_crc() -> int:
    """Changes whenever a file changes that the compiled kernel is made of.

    numba looks only at the file of the function it caches, not at what that function calls; a
    kernel that kept yesterday's dispatch rule would be silent nonsense.
    """
    here = Path(__file__).parent
    ours = ("kernel.py", "moves.py", "short_list.py", "clock.py", "arrays.py", "work.py", "jit.py")
    files = [Path(rule.__file__), *(here / name for name in ours)]
    return zlib.crc32(b"".join(path.read_bytes() for path in files))
