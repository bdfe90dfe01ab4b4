"""Workbooks of records: template and export out, an import in with preview and undo."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hubpost.actions.records import uploads
from hubpost.actions.records.exports import export_records
from hubpost.actions.records.imports import undo_import
from hubpost.model.refused import Refused
from hubpost.storage.records.batches import find_batch, list_batches
from hubpost.storage.records.reading import ALL, Filters
from hubpost.tables.records_book import write_record_template
from hubpost.tables.records_columns import IMPORTABLE, list_columns
from hubpost.tables.records_upload import MOST_BYTES
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.record_pages import rules_of, show_record_page
from hubpost.web.record_refusals import record_refusal, record_status
from hubpost.web.record_words import expected_word
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN, _CHUNK = 50, 256 * 1024


@router.get("/records/books")
def show_books(
    console: InConsole, viewer: AsViewer, station: str = "", batch: str = ""
) -> Response:
    """Templates, exports, the form to send a workbook, and the imports so far."""
    return _show(console, viewer, station, done=batch)


@router.get("/records/books/{kind}/template")
def get_record_template(kind: str) -> Response:
    """An empty workbook of a kind."""
    if kind not in IMPORTABLE:
        raise HTTPException(404)
    return _workbook(write_record_template(kind), f"{kind}.xlsx")


@router.post("/records/books/{kind}/export")
def export_book(console: InConsole, viewer: AsViewer, kind: str, station: str = "") -> Response:
    """Records of a kind as a workbook, of one station where it is named; that it left is logged."""
    rules = rules_of(console)
    filters = Filters(station_ids=(station,)) if station else ALL
    try:
        data = console.do(viewer, lambda tx: export_records(tx, rules, kind, filters))
    except Refused as refused:
        return _refused(console, viewer, station, refused)
    return _workbook(data, f"{kind}-{station or 'all'}.xlsx")


@router.post("/records/books/upload")
async def upload_book(
    request: Request, console: InConsole, viewer: AsViewer, kind: str = "", station: str = ""
) -> Response:
    """Look at a workbook that is sent; nothing is written before its sender says so."""
    async with request.form(max_files=1, max_fields=4) as form:
        sent = form.get("book")
        if not isinstance(sent, UploadFile) or kind not in IMPORTABLE:
            gone = Refused("book_missing", "Choose a kind and a workbook.")
            return await run_in_threadpool(_refused, console, viewer, station, gone)
        path = await _keep(sent)
    name = Path(sent.filename or "").name[:80]
    return await run_in_threadpool(_preview, console, viewer, path, kind, name, station)


@router.post("/records/books/confirm")
def confirm_book(
    console: InConsole, viewer: AsViewer, token: _Text = "", station: str = ""
) -> Response:
    """Bring in what the preview showed; the page then says what came of it."""
    rules = rules_of(console)
    try:
        done = uploads.confirm_upload(
            lambda job: console.do(viewer, job), rules, token, actor=viewer.actor,
            now=console.store.now(),
        )  # fmt: skip
    except Refused as refused:
        return _refused(console, viewer, station, refused)
    back = f"/records/books?station={quote(station)}&batch={done.batch_id}"
    if done.conflicts:
        return _show(console, viewer, station, done=done.batch_id, conflicts=done.conflicts)
    return RedirectResponse(back, 303)


@router.post("/records/books/cancel")
def cancel_book(
    console: InConsole, viewer: AsViewer, token: _Text = "", station: str = ""
) -> Response:
    """Forget a workbook that waits."""
    try:
        uploads.drop_upload(token)
    except Refused as refused:
        return _refused(console, viewer, station, refused)
    return RedirectResponse(f"/records/books?station={quote(station)}", 303)


@router.post("/records/books/undo")
def undo_book(
    console: InConsole, viewer: AsViewer, batch: _Text = "", station: str = ""
) -> Response:
    """Take an import back: one's own, or any where no station narrows the right."""
    rules = rules_of(console)
    try:
        found = console.store.read(lambda c: find_batch(c, batch))
        if station and found is not None and found.actor != viewer.actor:
            raise Refused("batch_of_other", "Only its sender takes this import back here.")
        done = undo_import(lambda job: console.do(viewer, job), rules, batch)
    except Refused as refused:
        return _refused(console, viewer, station, refused)
    if done.conflicts:
        return _show(console, viewer, station, done=batch, conflicts=done.conflicts)
    return RedirectResponse(f"/records/books?station={quote(station)}&batch={batch}", 303)


async def _keep(sent: UploadFile) -> Path:
    """Write a sent file to one of ours, a piece at a time."""
    folder = uploads.upload_folder()
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".new", delete=False) as out:
        try:
            while piece := await sent.read(_CHUNK):
                if out.tell() + len(piece) > MOST_BYTES:
                    raise HTTPException(413, f"Expected at most {MOST_BYTES} bytes.")
                out.write(piece)
            out.flush()
        except BaseException:
            # A full disk, or a sender who is gone: nothing half written stays.
            Path(out.name).unlink()
            raise
    return Path(out.name)


def _preview(
    console: Console, viewer: Viewer, path: Path, kind: str, file: str, station: str
) -> Response:
    rules, now = rules_of(console), console.store.now()
    # Without a station named the right reaches the county: any of its stations, and no others.
    mine = (station,) if station else tuple(console.store.board.stations)
    try:
        shown = console.store.read(
            lambda c: uploads.keep_upload(
                c, rules, path, kind, file, actor=viewer.actor, now=now, station_ids=mine
            )
        )
    except Refused as refused:
        return _refused(console, viewer, station, refused)
    finally:
        path.unlink(missing_ok=True)
    return _show(console, viewer, station, upload=shown, status=200 if shown.token else 422)


def _refused(console: Console, viewer: Viewer, station: str, refused: Refused) -> Response:
    words = record_refusal(viewer, refused)
    return _show(console, viewer, station, words, record_status(refused))


def _show(
    console: Console, viewer: Viewer, station: str, problem: str = "", status: int = 200,
    upload: uploads.UploadPreview | None = None, done: str = "", conflicts: tuple[str, ...] = (),
) -> Response:  # fmt: skip
    batches = console.store.read(list_batches)[:_SHOWN]
    # A field's Chinese header stands in the template; the code is shown where there is none.
    headers = {c.field: c.zh for c in list_columns(upload.kind)} if upload else {}
    header: Callable[[str], str] = lambda field: headers.get(field, field)  # noqa: E731
    return show_record_page(
        console, viewer, "books.html", status=status, problem=problem, station_id=station,
        kinds=IMPORTABLE, batches=batches, upload=upload, done=done, conflicts=conflicts,
        header=header, shown_rows=_SHOWN, most_mb=MOST_BYTES // (1024 * 1024),
        expected=lambda p: expected_word(viewer, p.code),
        refusal=lambda r: record_refusal(viewer, r),
    )  # fmt: skip


def _workbook(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=_XLSX, headers=headers)
