"""A workbook somebody sent: looked at from outside before anything reads what is in it."""

import zipfile
import zlib
from pathlib import Path

from hubpost.tables.text_rows import Unreadable

#: A year of one kind for a county is about 10 MB; this is what a web page takes at once.
MOST_BYTES = 12 * 1024 * 1024
#: Unpacked, and how much a part may shrink in packing: sheets of text come to 5-30.
MOST_UNPACKED_BYTES = 400 * 1024 * 1024
MOST_RATIO = 150
MOST_PARTS = 200
_FREE_BYTES = 1024 * 1024


def check_workbook(path: Path) -> None:
    """Raises Unreadable for what is no XLSX workbook, holds macros, or unpacks to far too much.

    Sizes are first taken from the archive's own list, then proved by unpacking: a part longer than
    the list says has another checksum.
    """
    with path.open("rb") as stream:
        if stream.read(4) != b"PK\x03\x04":
            raise _refused("a file of another kind")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise _refused("a damaged archive") from None
    names = {p.filename for p in parts}
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise _refused("an archive that is no workbook")
    if any(n.lower().endswith("vbaproject.bin") for n in names):
        raise _refused("a workbook with macros")
    if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED_BYTES:
        raise _refused("one that unpacks to more than it should")
    if any(_swells(p) for p in parts):
        raise _refused("one that unpacks to more than it should")
    _unpack(path)


def _unpack(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            wrong = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, EOFError):
        raise _refused("a damaged archive") from None
    if wrong is not None:
        raise _refused("an archive whose list of sizes is false")


def _swells(part: zipfile.ZipInfo) -> bool:
    return part.file_size > _FREE_BYTES and part.file_size > MOST_RATIO * max(part.compress_size, 1)


def _refused(found: str) -> Unreadable:
    return Unreadable("bad_workbook", "an XLSX workbook without macros", found, "Use the template.")
