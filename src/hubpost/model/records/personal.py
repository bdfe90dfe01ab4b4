"""Keeping persons out of sight: masked names, no identity numbers, purposes of a personal view."""

import re
from collections.abc import Iterable
from enum import StrEnum

#: Resident identity numbers, 18 characters or, before 1999, 15; the date in them tells them from
#: other numbers. No word boundary: between a Chinese character and a digit there is none.
_FIFTEEN = re.compile(r"(?<![\d])\d{6}\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}(?![\dXx])")
_EIGHTEEN = re.compile(
    r"(?<!\d)(?:\d[ \-]?){6}(?:19|20)[ \-]?\d{2}[ \-]?(?:0[1-9]|1[0-2])[ \-]?(?:[0-2]\d|3[01])"
    r"[ \-]?\d{3}[ \-]?[\dXx](?![\dXx])"
)
#: What every such number begins with: nearly all texts have no fifteen digits in a row.
_DIGITS = re.compile(r"(?:\d[ \-]?){15}")
REMOVED = "[ID]"
_SHORTEST = 15
_NARROW = {c: c - 0xFEE0 for c in (*range(0xFF10, 0xFF1A), 0xFF38, 0xFF58)}


class Purpose(StrEnum):
    """Why someone looks at a person's details; logged each time."""

    MEDIATE = "mediate"
    FOLLOW_UP = "follow_up"
    CONTACT = "contact"
    SERVE = "serve"
    CORRECT = "correct"
    INSPECT = "inspect"
    SUBJECT_REQUEST = "subject_request"


def strip_id_numbers(text: str) -> str:
    """The text without resident identity numbers; full-width digits are digits too."""
    if len(text) < _SHORTEST or not _DIGITS.search(text):
        return text
    plain = text if text.isascii() else text.translate(_NARROW)
    if not (_EIGHTEEN.search(plain) or _FIFTEEN.search(plain)):
        return text
    return _FIFTEEN.sub(REMOVED, _EIGHTEEN.sub(REMOVED, plain))


#: Telephone numbers: mobile ones, and those with an area code.
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}|0\d{2,3}[ \-]?\d{7,8})(?!\d)")
#: What stands between a person's names, as in 张三(老三); the escapes are the full-width signs.
_BETWEEN_NAMES = re.compile("[()\\[\\],;/\\s\uff08\uff09\u3010\u3011\u3001\uff0c\uff1b]+")


def names_of(name: str) -> list[str]:
    """What a text may call a person: the name as entered, each alias, the given name alone.

    One character alone is no name: it would mask half of every text. The longest come first.
    """
    parts = [p for p in _BETWEEN_NAMES.split(name.strip()) if len(p) > 1]
    given = [p[1:] for p in parts if len(p) == 3 and not p.isascii()]
    given += [p[2:] for p in parts if len(p) == 4 and not p.isascii()]
    return sorted({*parts, *given}, key=lambda n: (-len(n), n))


#: A name that its writer has called one; without a colon it would be a guess.
_LABELLED = re.compile(
    "((?:姓名|联系人|当事人|报警人|户主)\\s*[:\uff1a]\\s*)([\u4e00-\u9fff]{2,4})"
)


def mask_text(text: str, names: Iterable[str] = ()) -> str:
    """A text with the names given, telephone numbers and identity numbers masked.

    So is what stands behind a label such as 姓名: up to four characters of it. Any other name that
    nobody entered as a person of the record cannot be told from other words, and stays.
    """
    if not text:
        return text
    masked = _PHONE.sub(lambda m: mask_phone(m.group()), strip_id_numbers(text))
    masked = _LABELLED.sub(lambda m: m[1] + mask_name(m[2]), masked)
    for name in names:
        masked = masked.replace(name, mask_name(name))
    return masked


def mask_name(name: str) -> str:
    """The surname and a star for each other character; a Latin name keeps its initials."""
    name = name.strip()
    if not name:
        return ""
    if name.isascii():
        return " ".join(part[0] + "." for part in name.split())
    return name[0] + "*" * max(1, len(name) - 1)


def mask_phone(phone: str) -> str:
    """All but the first three and last two digits starred; a short number wholly."""
    digits = phone.strip()
    if len(digits) < 7:
        return "*" * len(digits)
    return digits[:3] + "*" * (len(digits) - 5) + digits[-2:]
