"""Damage done to files: bytes, cells, archives and documents, all by one source of chance."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

Damage = Callable[[Random, bytes], bytes]

#: What a person, a spreadsheet or an attacker may put into a cell.
CELLS = (
    "", " ", "nan", "inf", "-inf", "1e999", "1e308", "-1", "9" * 400, "１２", "0x1F", "1_000", "'",
    "=1+1", "=cmd|' /C calc'!A0", "+1", "@SUM(A1)", '"', '"unbalanced', "\x00", "\ufeff", "\u2028",
    "\ud800", "a\r\nb", "x" * 70_000, "S1", "是", "2014-02-30", "0001-01-01T00:00", "24:00",
    "9999-12-31T23:59:59+00:00", "1900-01-01 00:00:60", "2014-10-26T01:30", "45000.5", "91", "181",
)  # fmt: skip
_NASTY_JSON = (
    float("nan"), float("inf"), -1, 0, 1e308, -1e308, 2**63, 2**70, "", "x" * 5000, None, True, [],
    {}, [[]], "\u0000", "1e5", "NaN", [None] * 50, {"": {}}, -0.0,
)  # fmt: skip


def damage_bytes(rng: Random, data: bytes) -> bytes:
    """A few bytes changed, put in, taken out, doubled, or the end cut off."""
    body = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(len(body) + 1)
        match rng.randrange(6):
            case 0 if body:
                body[at % len(body)] = rng.randrange(256)
            case 1:
                body[at:at] = rng.randbytes(rng.choice((1, 2, 4, 40)))
            case 2:
                del body[at : at + rng.choice((1, 2, 4, 100))]
            case 3:
                body[at:at] = body[at : at + rng.choice((1, 8, 200))]
            case 4:
                body[at : at + 4] = struct.pack(">I", rng.choice((0, 1, 2**31 - 1, 2**32 - 1)))
            case 5 if rng.random() < 0.2:
                del body[at:]
    return bytes(body)


def damage_table(rng: Random, data: bytes) -> bytes:
    """Cells of a CSV replaced, rows and columns lost or doubled, another encoding, other ends."""
    rows = [line.split(",") for line in data.decode().splitlines()]
    for _ in range(rng.randint(1, 4)):
        row = rng.choice(rows)
        match rng.randrange(5):
            case 0 | 1:
                row[rng.randrange(len(row))] = rng.choice(CELLS)
            case 2:
                row.append(rng.choice(CELLS))
            case 3 if len(row) > 1:
                row.pop(rng.randrange(len(row)))
            case 4:
                rows.insert(rng.randrange(len(rows) + 1), list(rng.choice(rows)))
    if rng.random() < 0.02:
        rows[rng.randrange(len(rows))] = ["x"] * 100_000
    end = rng.choice(("\n", "\n", "\r\n", "\r", "\n\n"))
    text = end.join(",".join(row) for row in rows)
    code = rng.choice(("utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16", "latin-1"))
    body = text.encode(code, "replace" if code != "utf-8" else "surrogatepass")
    return damage_bytes(rng, body) if rng.random() < 0.3 else body


def damage_archive(rng: Random, data: bytes) -> bytes:
    """A member of a ZIP changed, lost, doubled or made huge; or the archive itself."""
    if rng.random() < 0.3:
        return damage_bytes(rng, data)
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        members = [(i.filename, source.read(i)) for i in source.infolist()]
    at = rng.randrange(len(members))
    name, body = members[at]
    match rng.randrange(6):
        case 0 | 1:
            members[at] = (name, damage_bytes(rng, body))
        case 2:
            members[at] = (name, _damage_xml(rng, body))
        case 3:
            members.pop(at)
        case 4:
            members[at] = (rng.choice(("../../evil", "/etc/x", "xl/vbaProject.bin", "")), body)
        case 5:
            members[at] = (name, body + b" " * rng.choice((10, 10_000, 3_000_000)))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members:
            archive.writestr(name or "x", body)
    return target.getvalue()


_LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]>"
)
_XXE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def _damage_xml(rng: Random, body: bytes) -> bytes:
    """What a hostile sheet says: entities, columns that cannot be, wrong types, merged cells."""
    start = body.find(b"?>") + 2
    match rng.randrange(6):
        case 0:
            return (
                body[:start]
                + rng.choice((_LAUGHS, _XXE))
                + body[start:].replace(b"</t>", b"&j;&a;</t>")
            )
        case 1:
            places = (b'r="XFD1048576"', b'r="ZZZZZ1"', b'r="A0"', b'r="1"')
            return body.replace(b'r="A2"', rng.choice(places))
        case 2:
            types = (b't="s"', b't="n"', b't="e"', b't="d"', b't="b"', b't="str"', b't="x"')
            return body.replace(rng.choice(types), rng.choice(types))
        case 3:
            return body.replace(b"</sheetData>", b'</sheetData><mergeCells count="1">'
                                b'<mergeCell ref="A1:XFD1048576"/></mergeCells>')  # fmt: skip
        case 4:
            return body.replace(b"<v>", b"<v>" + rng.choice((b"-1", b"999999999", b"1e400", b"x")))
        case _:
            spans = (b'<dimension ref="A1:XFD1048576"/>', b'<dimension ref="A1:B999999999"/>')
            return body.replace(b"<sheetData>", rng.choice(spans) + b"<sheetData>")


def damage_json(rng: Random, data: bytes) -> bytes:
    """A value somewhere replaced or lost, a list reversed, something nested deeply; or bytes."""
    choice = rng.random()
    if choice < 0.2:
        return damage_bytes(rng, data)
    document = json.loads(data)
    for _ in range(rng.choice((1, 1, 2, 3))):
        document = _changed(rng, document)
    text = json.dumps(document)
    if choice > 0.95:
        deep = rng.choice((50, 2_000, 100_000))
        text = text.replace("null", "[" * deep + "]" * deep, 1) if "null" in text else "[" * deep
    return text.encode("utf-8", "surrogatepass")


def _changed(rng: Random, value: Any) -> Any:
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(list(value))
        match rng.randrange(12):
            case 0:
                return {k: v for k, v in value.items() if k != key}
            case 1:
                return {**value, "more": rng.choice(_NASTY_JSON)}
            case _:
                return {**value, key: _changed(rng, value[key])}
    if isinstance(value, list) and value and rng.random() < 0.9:
        at = rng.randrange(len(value))
        match rng.randrange(12):
            case 0:
                return value[::-1]
            case 1:
                return value[:at] + value[at + 1 :]
            case 2:
                return [*value, value[at]]
            case _:
                return [*value[:at], _changed(rng, value[at]), *value[at + 1 :]]
    return rng.choice(_NASTY_JSON)


def damage_toml(rng: Random, data: bytes) -> bytes:
    """A value replaced by one of another kind, a line lost or doubled; or bytes."""
    if rng.random() < 0.3:
        return damage_bytes(rng, data)
    lines = data.decode().splitlines()
    values = (
        "1", "-1", "true", '""', "[]", "{}", "nan", "2027-12-31", "1e400", '["a"]', "[[]]",
              '"x"', "9" * 30, '"env:HOME"', '"\\u0000"', "12:00:00",
        "0001-01-01T00:00:00Z",
    )  # fmt: skip
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(lines))
        key, equals, _old = lines[at].partition("=")
        match rng.randrange(4):
            case 0:
                lines.insert(at, lines[at])
            case 1 if len(lines) > 1:
                lines.pop(at)
            case _ if equals:
                lines[at] = f"{key}= {rng.choice(values)}"
    return "\n".join(lines).encode()
