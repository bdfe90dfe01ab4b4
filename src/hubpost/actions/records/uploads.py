"""A workbook sent by web: kept aside while its sender looks at the preview, then brought in once.

It lies in a folder of its own for an hour at most; what the preview showed lies beside it, so that
any process of the server can take the confirmation.
"""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import msgspec
import sqlalchemy as sa

from hubpost.actions.records.imports import (
    ImportDone,
    ImportPreview,
    RowChange,
    Write,
    import_rows,
    preview_import,
)
from hubpost.model.records.change import Rules
from hubpost.model.refused import Refused
from hubpost.tables.records_book import RecordBook, read_record_book
from hubpost.tables.records_upload import check_workbook
from hubpost.tables.sources import sha256_of
from hubpost.tables.text_rows import Unreadable

#: How long a preview may be confirmed.
KEPT_FOR = timedelta(hours=1)


class _Waiting(msgspec.Struct):
    """What lies beside a workbook that waits for its sender's word."""

    kind: str
    file: str
    sha256: str
    actor: str
    at: datetime
    seen: list[tuple[int, str, int]]


@dataclass(frozen=True, slots=True)
class UploadPreview:
    """What a workbook would do, and the token that brings it in; empty where it cannot be.

    book: with the problems of its cells; shown is None while there are any.
    """

    token: str
    kind: str
    file: str
    book: RecordBook
    shown: ImportPreview | None


def upload_folder() -> Path:
    """Where workbooks wait: readable by this server's user alone."""
    folder = Path(tempfile.gettempdir()) / f"hubpost-workbooks-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.is_symlink():
        raise PermissionError(f"{folder} belongs to someone else. Remove it, then try again.")
    return folder


def keep_upload(
    conn: sa.Connection, rules: Rules, path: Path, kind: str, file: str, *, actor: str,
    now: datetime, station_ids: Sequence[str] | None = None,
) -> UploadPreview:  # fmt: skip
    """Look at a workbook and keep it for its sender's word; path is removed or taken over.

    station_ids: the stations its sender may write for, all where None.
    Raises Refused for what is no workbook, and for a row of another station.
    """
    sweep_uploads(now)
    try:
        check_workbook(path)
        book = read_record_book(path, kind, rules.zone)
    except Unreadable as error:
        path.unlink()
        if error.kind == "missing_column":
            lacking = error.expected.removeprefix("columns ")
            raise Refused("columns_missing", str(error), came=lacking) from error
        raise Refused("book_unreadable", str(error), found=error.found) from error
    if book.problem_count:
        path.unlink()
        return UploadPreview("", kind, file, book, None)
    _require_own(book, station_ids)
    shown = preview_import(conn, rules, kind, book.rows, book.numbers, now)
    if shown.problem_count:
        path.unlink()
        return UploadPreview("", kind, file, book, shown)
    seen = [(c.row, c.id, c.version) for c in shown.changed]
    token = _put_aside(path, _Waiting(kind, file, sha256_of(path), actor, now, seen))
    return UploadPreview(token, kind, file, book, shown)


def confirm_upload(
    write: Write[Any], rules: Rules, token: str, *, actor: str, now: datetime
) -> ImportDone:
    """Bring in what the sender has seen. Raises Refused when it is gone or somebody else's."""
    path = _path_of(token)
    waiting = _find_waiting(path)
    if waiting is None or waiting.actor != actor or waiting.at + KEPT_FOR < now:
        raise Refused("upload_gone", "This preview is over. Send the workbook again.")
    book = read_record_book(path, waiting.kind, rules.zone)
    changed = tuple(RowChange(row, rid, version, ()) for row, rid, version in waiting.seen)
    shown = ImportPreview(waiting.kind, 0, changed, 0, (), 0)
    try:
        return import_rows(write, rules, shown, book.rows, file=waiting.file, sha256=waiting.sha256)
    finally:
        drop_upload(token)


def drop_upload(token: str) -> None:
    """Forget a workbook that waits."""
    path = _path_of(token)
    path.unlink(missing_ok=True)
    path.with_suffix(".json").unlink(missing_ok=True)


def sweep_uploads(now: datetime) -> None:
    """Remove what has waited for too long."""
    for path in upload_folder().iterdir():
        if path.stat().st_mtime < (now - 2 * KEPT_FOR).timestamp():
            path.unlink(missing_ok=True)


def _put_aside(path: Path, waiting: _Waiting) -> str:
    token = token_hex(16)
    kept = _path_of(token)
    kept.with_suffix(".json").write_bytes(msgspec.json.encode(waiting))
    path.rename(kept)
    return token


def _path_of(token: str) -> Path:
    if len(token) != 32 or not set(token) <= set("0123456789abcdef"):
        raise Refused("upload_gone", "This preview is over. Send the workbook again.")
    return upload_folder() / f"{token}.xlsx"


def _find_waiting(path: Path) -> _Waiting | None:
    try:
        body = path.with_suffix(".json").read_bytes()
    except FileNotFoundError:
        return None
    return msgspec.json.decode(body, type=_Waiting) if path.exists() else None


def _require_own(book: RecordBook, station_ids: Sequence[str] | None) -> None:
    if station_ids is None:
        return
    allowed = set(station_ids)
    for number, row in zip(book.numbers, book.rows, strict=True):
        if row["station_id"] not in allowed:
            raise Refused(
                "row_of_other_station",
                f"row {number}: {row['station_id']} is not a station you write for.",
                row=str(number),
            )
