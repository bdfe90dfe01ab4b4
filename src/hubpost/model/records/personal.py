"""Keeping persons out of sight: masked names, no identity numbers, purposes of a personal view."""

import re
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
