"""The console's languages: English message ids, and gettext catalogues read at start."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

#: The first is what a visitor gets who has chosen nothing.
LANGUAGES = ("zh_CN", "en")
LOCALE_DIR = Path(__file__).parent / "locale"

#: Answers the words of a message in one language; facts fill its %(name)s places.
Translate = Callable[..., str]


def mark(message: str) -> str:
    """The message unchanged; tells the extractor that it will be translated where it is shown."""
    return message


@cache
def load_catalogue(language: str) -> Mapping[str, str]:
    """Translations by message id; empty for English, which is what the ids are written in.

    Every catalogue of the folder is read: hubpost.po, and one for each part with words of its own.
    """
    if language == "en":
        return {}
    found: dict[str, str] = {}
    for path in sorted((LOCALE_DIR / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        found |= {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}
    return found


def translator(language: str) -> Translate:
    """The function that says a message in this language."""
    catalogue = load_catalogue(language)

    def translate(message: str, /, **facts: object) -> str:
        text = catalogue.get(message, message)
        return text % facts if facts else text

    return translate
