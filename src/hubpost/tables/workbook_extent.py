"""How far the sheets of a workbook reach, found before anything makes room for all their cells.

A sheet is read into a full rectangle: one cell far out, in a file of 5 kB, asks for more memory
and time than there is, and the compiled reader cannot be interrupted.
"""

import re
import zipfile
import zlib
from io import BytesIO

_BLOCK = 1 << 20
_OVERLAP = 64
#: A cell or row whose place has a column beyond ZZ (702), or a row from 2,000,000 on.
_FAR = re.compile(rb"\sr\s*=\s*[\"'](?:[A-Za-z]{3,}\d|[A-Za-z]{0,2}(?:[2-9]\d{6}|\d{8,}))")
#: Columns from AA on, and rows from 100,000 on: a table has either, not both.
_WIDE = re.compile(rb"\sr\s*=\s*[\"'][A-Za-z]{2}\d")
_TALL = re.compile(rb"\sr\s*=\s*[\"'][A-Za-z]{0,2}\d{6}")


def find_too_far(data: bytes) -> str | None:
    """What is wrong with the extent of a workbook's sheets, in words; None when it can be read.

    An archive that cannot be looked into is "a damaged archive".
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = [p for p in archive.infolist() if p.filename.lower().endswith(".xml")]
            return next((far for p in parts if (far := _look(archive, p))), None)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, EOFError):
        return "a damaged archive"


def _look(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> str | None:
    sheet = wide = tall = False
    kept = b""
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            text = kept + block
            sheet = sheet or b"sheetData" in text
            if sheet and _FAR.search(text):
                return "a sheet with a cell beyond column ZZ or row 2,000,000"
            wide = wide or _WIDE.search(text) is not None
            tall = tall or _TALL.search(text) is not None
            kept = text[-_OVERLAP:]
    if sheet and wide and tall:
        return "a sheet with more than 26 columns and more than 100,000 rows"
    return None
