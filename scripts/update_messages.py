"""Bring the console's Chinese catalogue up to date: keep translations, add new messages empty.

Parts of the console with words of their own keep a catalogue of their own beside hubpost.po; what
stands there is left there.

Run from the root of the repository: `.venv/bin/python -m scripts.update_messages`. It prints what
is left to translate; `tests/web/test_words.py` fails until nothing is.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from tests.web.messages import extract_messages, extract_script_messages

from hubpost.web.languages import LOCALE_DIR

HEADER = """\
# Chinese words of the console.
# Kept by scripts/update_messages.py; tests/web/test_words.py says what is missing or idle here."""


def main(language: str = "zh_CN") -> int:
    folder = LOCALE_DIR / language / "LC_MESSAGES"
    path = folder / "hubpost.po"
    known = _read(path, language)
    elsewhere = {m for p in folder.glob("*.po") if p != path for m in _read(p, language)}
    extracted = {**extract_script_messages(), **extract_messages()}
    found = {m: at for m, at in extracted.items() if m not in elsewhere}
    catalogue = Catalog(locale=language, project="hubpost", version="1", fuzzy=False)
    catalogue.header_comment = HEADER
    for message, at in sorted(found.items(), key=lambda item: (item[1].split(":")[0], item[0])):
        catalogue.add(message, known.get(message, ""), locations=[(at.split(":")[0], None)])
    path.write_text(_without_dates(catalogue), "utf-8")
    missing = [m for m in found if not known.get(m)]
    for message in missing:
        print(f"to translate: {message}", file=sys.stderr)
    return 1 if missing else 0


def _read(path: Path, language: str) -> dict[str, str]:
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id}


def _without_dates(catalogue: Catalog) -> str:
    """Lines that change with each run would hide what really changed."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100)
    idle = ('"POT-', '"PO-', '"Generated-', '"Last-', '"Language-Team', '"Report-')
    lines = buffer.getvalue().decode().split("\n")
    return "\n".join(line for line in lines if not line.startswith(idle))


if __name__ == "__main__":
    sys.exit(main())
