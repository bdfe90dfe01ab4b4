"""Is what was restored what was backed up? Counts, every link of the audit chain, the board.

A chain is checked in stretches, each from the seal before it, so that on a large database several
processes share the work; the board is replayed from the first event beside them.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import sqlalchemy as sa

from hubpost.model.board import Board
from hubpost.storage.audit_chain import find_broken_row, last_seal
from hubpost.storage.backup import BackupError, Manifest
from hubpost.storage.board_state import catch_up, load_board
from hubpost.storage.engine import create_engine
from hubpost.storage.vault import OPTION

#: Below so many audit rows, starting processes takes longer than the check.
_ALONE = 200_000
#: Rows of one stretch of the chain.
_STRETCH = 500_000


def verify_restored(engine: sa.Engine, manifest: Manifest, keys: Path | None = None) -> None:
    """Counts, audit chain and board against the manifest and the events themselves.

    keys: the key file of the personal columns; the engine's own when None.

    Raises BackupError saying what differs.
    """
    with engine.connect() as conn:
        for name, wanted in manifest.rows.items():
            found = conn.execute(
                sa.select(sa.func.count()).select_from(sa.table(name))
            ).scalar_one()
            if found != wanted:
                raise BackupError(f"Expected {wanted} rows in {name}, restored {found}.")
        if last_seal(conn) != (manifest.audit_rows, manifest.audit_seal):
            raise BackupError("The last seal of the audit log is not the one of the manifest.")
    url = engine.url.render_as_string(hide_password=False)
    keys = keys or engine.get_execution_options()[OPTION].path
    if manifest.audit_rows < _ALONE:
        broken = [find_broken_stretch(url, 1, None)]
        different = find_different_board(url, manifest.last_event_id, keys)
    else:
        broken, different = _by_several(url, manifest, keys)
    for what in (*filter(None, broken), different):
        if what is not None:
            raise BackupError(what)


def _by_several(url: str, manifest: Manifest, keys: Path) -> tuple[list[str | None], str | None]:
    firsts = range(1, manifest.audit_rows + 1, _STRETCH)
    workers = max(2, os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        board = pool.submit(find_different_board, url, manifest.last_event_id, keys)
        chain = [
            pool.submit(find_broken_stretch, url, first, first + _STRETCH - 1) for first in firsts
        ]
        return [part.result() for part in chain], board.result()


def find_broken_stretch(url: str, first_id: int, last_id: int | None) -> str | None:
    """What is wrong with the audit rows of a stretch, in words; None when they are sound.

    last_id None: to the end of the log.
    """
    engine = create_engine(url)
    try:
        with engine.connect() as conn:
            broken = find_broken_row(conn, first_id, last_id)
    finally:
        engine.dispose()
    return None if broken is None else f"The audit log of the backup is broken: {broken[1]}."


def find_different_board(url: str, last_event_id: int, keys: Path) -> str | None:
    """How the board as kept differs from the one that all events lead to; None when it does not."""
    engine = create_engine(url, keys)
    try:
        with engine.connect() as conn:
            kept, last_id = load_board(conn)
            if last_id != last_event_id:
                return f"Expected events up to {last_event_id}, restored up to {last_id}."
            replayed, _ = catch_up(conn, Board(), 0)
    finally:
        engine.dispose()
    return None if kept == replayed else "The restored board is not the one its events lead to."
