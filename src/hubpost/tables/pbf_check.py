"""Whether an OSM PBF file is whole, seen from its frame alone, without reading the map."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_MOST_HEADER, _MOST_BLOB = 64 * 1024, 32 * 1024 * 1024


class _Broken(ValueError):
    """The frame does not hold; the message says where."""


def find_pbf_fault(path: Path) -> str | None:
    """What is wrong with the frame of a PBF file, in words, or None when it is whole.

    Looks at the length of every blob (OSM wiki, "PBF Format"): the first must be of type
    OSMHeader, the rest must add up to the end of the file. Damage inside a blob is not seen
    here but when the roads are read.
    """
    try:
        with path.open("rb") as stream:
            kinds = list(_blob_kinds(stream, path.stat().st_size))
    except _Broken as error:
        return str(error)
    except OSError as error:
        return error.strerror or "a file that cannot be read"
    return None if "OSMData" in kinds else "a header and no data"


def _blob_kinds(stream: BinaryIO, size: int) -> Iterator[str]:
    at = 0
    if size == 0:
        raise _Broken("an empty file")
    while at < size:
        kind, data_size, header_size = _blob_header(stream, at, size)
        if (at == 0) != (kind == "OSMHeader"):
            raise _Broken("a file of another kind" if at == 0 else f"a second header at byte {at}")
        at += header_size + data_size
        if at > size:
            raise _Broken(f"a file cut short: it ends at byte {size}, a blob ends at {at}")
        yield kind
        stream.seek(at)


def _blob_header(stream: BinaryIO, at: int, size: int) -> tuple[str, int, int]:
    length = int.from_bytes(stream.read(4), "big")
    if at + 4 > size or at + 4 + length > size:
        raise _Broken("a file of another kind" if at == 0 else f"a file cut short at byte {size}")
    if not 0 < length <= _MOST_HEADER:
        raise _Broken("a file of another kind" if at == 0 else f"no blob at byte {at}")
    fields = _fields(stream.read(length), at)
    kind, data_size = fields.get(1), fields.get(3)
    if not isinstance(kind, bytes) or not isinstance(data_size, int):
        raise _Broken("a file of another kind" if at == 0 else f"no blob at byte {at}")
    if not 0 <= data_size <= _MOST_BLOB:
        raise _Broken(f"a blob of {data_size} bytes at byte {at}")
    return kind.decode("ascii", "replace"), data_size, 4 + length


def _fields(message: bytes, at: int) -> dict[int, int | bytes]:
    """The fields of a protocol buffer that has only numbers and byte strings."""
    fields: dict[int, int | bytes] = {}
    position = 0
    while position < len(message):
        tag, position = _varint(message, position, at)
        value, position = _varint(message, position, at)
        if tag & 7 == 2:
            fields[tag >> 3] = message[position : position + value]
            position += value
        elif tag & 7 == 0:
            fields[tag >> 3] = value
        else:
            raise _Broken(f"no blob at byte {at}")
    return fields


def _varint(message: bytes, position: int, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if position >= len(message):
            break
        byte = message[position]
        position += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, position
    raise _Broken(f"no blob at byte {at}")
