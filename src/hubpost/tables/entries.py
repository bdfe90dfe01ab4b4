"""Keys and values of county.toml, or of the sheet 区县 of a workbook, as written."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hubpost.tables.decode import WrongEncoding, decode_text
from hubpost.tables.findings import Findings
from hubpost.tables.headers import normal
from hubpost.tables.problems import Problem
from hubpost.tables.text_rows import TextRows, Unreadable, read_file

#: Key -> names in Chinese that a workbook may use for it.
KEYS: dict[str, tuple[str, ...]] = {
    "name": ("名称", "区县名称"),
    "name_en": ("英文名", "英文名称"),
    "timezone": ("时区",),
    "datum": ("坐标系", "坐标基准"),
    "roads": ("路网", "路网文件"),
    "synthetic": ("合成", "合成数据"),
    "estimated": ("估算", "估算数据"),
    "stand_in": ("替代", "替代数据"),
    "hubs": ("中心所数",),
    "bases_per_hub": ("每组基础所数",),
    "border_stations": ("边界所数",),
    "box": ("范围", "经纬度范围"),
    "id": ("代号",),
}
#: Keys that are for people; the reader passes over them.
NOTES = ("source", "sources", "provenance", "licence", "license", "note", "notes", "attribution")

_LISTS = ("synthetic", "estimated", "stand_in", "box", "bases_per_hub")


@dataclass(frozen=True, slots=True)
class Entries:
    """Keys and values as written, with the row of each; file and tab say where."""

    file: str
    values: Mapping[str, Any]
    rows: Mapping[str, int]
    tab: str | None = None


def read_toml(path: Path, findings: Findings) -> Entries | None:
    """The entries of county.toml; what is wrong with it becomes findings."""
    try:
        text = _toml_text(read_file(path))
        values = tomllib.loads(text)
    except Unreadable as error:
        findings.add(
            Problem(path.name, None, None, error.expected, error.found, error.fix, kind=error.kind)
        )
    except tomllib.TOMLDecodeError as error:
        findings.add(_bad_toml(path.name, str(error)))
    else:
        return Entries(path.name, values, _key_rows(text))
    return None


def entries_of_rows(text: TextRows, file: str, tab: str) -> Entries:
    """The entries of a sheet of keys (first column) and values (second), below a header."""
    names = {normal(n): key for key, zh in KEYS.items() for n in (key, *zh)}
    values: dict[str, Any] = {}
    rows: dict[str, int] = {}
    for row, number in zip(text.rows, text.numbers, strict=True):
        written = [normal(part) for part in re.split(r"[\n/ ]", row[0] or "")]
        if number == text.numbers[0] and not any(w in names for w in written):
            continue
        value = (row[1] or "").strip() if len(row) > 1 else ""
        key = next((names[w] for w in written if w in names), written[0])
        if key and value:
            values[key], rows[key] = _cell_value(key, value), number
    return Entries(file, values, rows, tab)


def _toml_text(data: bytes) -> str:
    try:
        return decode_text(data)
    except WrongEncoding as error:
        raise Unreadable(
            "wrong_encoding", "text in UTF-8", str(error), "Save the file as UTF-8."
        ) from None


def _bad_toml(file: str, error: str) -> Problem:
    line = re.search(r"at line (\d+)", error)
    return Problem(
        file, int(line[1]) if line else None, None, "TOML, such as name = \"黔江区\"", error,
        "Correct the line; texts stand in double quotes, lists in square brackets.",
        kind="bad_toml",
    )  # fmt: skip


def _key_rows(text: str) -> dict[str, int]:
    """The line each key of the top level stands in."""
    rows: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r"\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*=", line)
        if found:
            rows.setdefault(found[1], number)
    return rows


def _cell_value(key: str, cell: str) -> str | list[str]:
    """Lists are written with commas, or as a range 1..2."""
    return [p for p in re.split(r"[,,、;;\s]+|\.\.", cell) if p] if key in _LISTS else cell
