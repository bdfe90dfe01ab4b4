"""Bytes of a text file to text: UTF-8 with or without BOM, or GB18030; nothing guessed silently."""

import codecs

_SAMPLE = 65_536
_MISREAD_AS = ("cp1252", "latin-1", "gb18030")


class WrongEncoding(ValueError):
    """Bytes that are no text in UTF-8 or GB18030, or that were garbled before they were saved."""


def decode_text(data: bytes) -> str:
    """The text of a file. Raises WrongEncoding, whose message says what was found."""
    text = _decode(data)
    if "\x00" in text:
        raise WrongEncoding("a binary file, not text")
    if "\ufffd" in text or "锟斤拷" in text:
        raise WrongEncoding("replacement characters (�, 锟斤拷) where letters were lost")
    if _garbled(text[:_SAMPLE]):
        raise WrongEncoding(f"garbled letters, such as {_first_strange(text)!r}")
    return text


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise WrongEncoding("UTF-16 text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decode_gb18030(data)


def _decode_gb18030(data: bytes) -> str:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise WrongEncoding(f"byte {error.start + 1} that is neither") from None
    if not _mostly_common(text[:_SAMPLE]):
        raise WrongEncoding(f"letters of another encoding, such as {_first_strange(text)!r}")
    return text


def _mostly_common(text: str) -> bool:
    """Whether text read as GB18030 is Chinese: Latin-1 read that way gives rare characters."""
    strange = [c for c in text if ord(c) > 127]
    common = sum(_in_gb2312(c) for c in strange)
    return common >= 0.7 * len(strange)


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _garbled(text: str) -> bool:
    """Whether UTF-8 was once read as another encoding and saved so: undoing that gives UTF-8."""
    words = "".join(c for c in text if ord(c) > 127)
    return len(words) >= 4 and any(_undoes(words, wrong) for wrong in _MISREAD_AS)


def _undoes(words: str, wrong: str) -> bool:
    try:
        words.encode(wrong).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return False
    return True


def _first_strange(text: str) -> str:
    at = next((i for i, c in enumerate(text) if ord(c) > 127), 0)
    return text[max(0, at - 2) : at + 6]
