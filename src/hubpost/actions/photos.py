"""Photos from the scene: kept with a call for a purpose, shown for a purpose, gone in time."""

import hashlib
import re
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from hubpost.model import events as ev
from hubpost.model.apply import Refused
from hubpost.storage import schema
from hubpost.storage.field_tables import photo
from hubpost.storage.sealed import place_of
from hubpost.storage.transaction import Tx
from hubpost.storage.vault import vault_of

#: The largest photo taken in; the page of the crew makes them smaller than this by itself.
MAX_BYTES = 256 * 1024
#: The longest side, pixels.
MAX_SIDE_PX = 1600
#: A call has no more photos than this: never more than needed.
MOST_PER_CALL = 6
#: Days until the picture is purged [proposed]. What must be kept longer belongs in the case file.
KEPT = timedelta(days=30)
#: A crew may send a photo of a call this long after it; phones may be out of signal for days.
SENT_WITHIN = timedelta(days=7)
#: What a photo may be taken for, and what it may be looked at for.
TAKEN_FOR = ("scene", "road", "damage", "other")
SHOWN_FOR = ("dispatch", "casework", "review")
_ID = re.compile(r"[0-9a-f]{32}")
_SIZE_MARKERS = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


@dataclass(frozen=True, slots=True)
class PhotoNote:
    """What is shown of a photo without showing it."""

    id: str
    unit_id: str
    taken_at: datetime
    purpose: str
    size_bytes: int
    expires_at: datetime
    purged: bool


def keep_photo(
    tx: Tx, photo_id: str, call_id: str, unit_id: str, body: bytes, *, taken_at: datetime,
    purpose: str,
) -> str:  # fmt: skip
    """Keep a photo with a call its crew is or was on; `kept`, or `repeated` when sent before.

    Everything but the picture (place, device, comments) is cut off before it is kept.
    Raises Refused when it is no JPEG, too large, of another's call, or one too many.
    """
    if not _ID.fullmatch(photo_id) or purpose not in TAKEN_FOR:
        raise Refused("photo_unlikely", "Expected an id of 32 hex digits and a known purpose.")
    if tx.conn.execute(sa.select(photo.c.id).where(photo.c.id == photo_id)).first():
        return "repeated"
    _require_crew(tx, call_id, unit_id)
    picture = bare_jpeg(body)
    held = sa.select(sa.func.count()).where(photo.c.call_id == call_id)
    if tx.conn.execute(held).scalar_one() >= MOST_PER_CALL:
        raise Refused("photos_enough", f"A call keeps at most {MOST_PER_CALL} photos.")
    at = min(taken_at, tx.now)
    tx.conn.execute(
        photo.insert().values(
            id=photo_id, call_id=call_id, unit_id=unit_id, taken_at=at, received_at=tx.now,
            purpose=purpose, sha256=hashlib.sha256(picture).hexdigest(),
            size_bytes=len(picture), expires_at=tx.now + KEPT,
            body=vault_of(tx.conn).seal_bytes(picture, place_of("photo", "body", photo_id)),
        )
    )  # fmt: skip
    tx.audit("keep_photo", photo_id, {"call_id": call_id, "unit_id": unit_id, "purpose": purpose})
    if call_id in tx.board.calls:
        # The event brings it to every screen; a call that is closed meanwhile takes no more notes.
        tx.record(ev.CallNoted(max(at, tx.board.calls[call_id].call.received_at), call_id,
                               "［照片 photo］", unit_id))  # fmt: skip
    return "kept"


def show_photo(tx: Tx, call_id: str, photo_id: str, purpose: str) -> bytes:
    """The picture, for a purpose that is kept in the log. Raises Refused."""
    if purpose not in SHOWN_FOR:
        raise Refused("purpose_missing", f"Expected one of {', '.join(SHOWN_FOR)}.")
    row = tx.conn.execute(
        sa.select(photo.c.body, photo.c.expires_at).where(
            (photo.c.id == photo_id) & (photo.c.call_id == call_id)
        )
    ).first()
    if row is None or row.body is None or row.expires_at <= tx.now:
        raise Refused("photo_gone", "There is no such photo, or its time is over.")
    tx.audit("show_photo", photo_id, {"call_id": call_id, "purpose": purpose})
    return vault_of(tx.conn).open_bytes(bytes(row.body), place_of("photo", "body", photo_id))


def list_photos(conn: sa.Connection, call_id: str, now: datetime) -> list[PhotoNote]:
    """The photos of a call, oldest first, without the pictures."""
    c = photo.c
    query = sa.select(
        c.id, c.unit_id, c.taken_at, c.purpose, c.size_bytes, c.expires_at,
        (c.purged_at.is_not(None) | (c.expires_at <= now)).label("purged"),
    )  # fmt: skip
    rows = conn.execute(query.where(c.call_id == call_id).order_by(c.taken_at, c.id))
    return [PhotoNote(*row) for row in rows]


def purge_photos(tx: Tx) -> int:
    """Delete the pictures whose time is over; how many. The row says that there was one."""
    done = tx.conn.execute(
        photo.update()
        .where((photo.c.expires_at <= tx.now) & photo.c.purged_at.is_(None))
        .values(body=None, purged_at=tx.now)
    ).rowcount
    if done:
        tx.audit("purge_photos", tx.now.date().isoformat(), {"photos": done})
    return done


def bare_jpeg(body: bytes) -> bytes:
    """A JPEG without its metadata segments (EXIF, comments, profiles).

    Told by its content, never by what it is called. Raises Refused when it is no baseline or
    progressive JPEG, not whole, or larger than MAX_BYTES or MAX_SIDE_PX.
    """
    if len(body) > MAX_BYTES:
        raise Refused("photo_large", f"Expected at most {MAX_BYTES} bytes, came {len(body)}.")
    if not body.startswith(b"\xff\xd8\xff") or not body.rstrip(b"\0").endswith(b"\xff\xd9"):
        raise _no_jpeg()
    kept, position, sized = [b"\xff\xd8"], 2, False
    while position + 4 <= len(body):
        mark, code, length = struct.unpack_from(">BBH", body, position)
        end = position + 2 + length
        if mark != 0xFF or length < 2 or end > len(body):
            raise _no_jpeg()
        if code in _SIZE_MARKERS:
            sized = _require_size(body, position, length)
        if code == 0xDA and sized:
            return b"".join((*kept, body[position:]))
        if not (0xE1 <= code <= 0xEF or code == 0xFE):
            kept.append(body[position:end])
        position = end
    raise _no_jpeg()


def _require_size(body: bytes, position: int, length: int) -> bool:
    if length < 8:
        raise _no_jpeg()
    height, width = struct.unpack_from(">HH", body, position + 5)
    if not (0 < height <= MAX_SIDE_PX and 0 < width <= MAX_SIDE_PX):
        raise Refused("photo_large", f"Expected at most {MAX_SIDE_PX} pixels a side.")
    return True


def _no_jpeg() -> Refused:
    return Refused("photo_no_jpeg", "Expected a whole JPEG picture.")


def _require_crew(tx: Tx, call_id: str, unit_id: str) -> None:
    """The unit is on the call, or was within the time in which it may still send."""
    on_board = tx.board.calls.get(call_id)
    if on_board is not None and any(r.unit_id == unit_id for r in on_board.responses):
        return
    response, call = schema.response, schema.call
    row = tx.conn.execute(
        sa.select(call.c.received_at)
        .select_from(response.join(call, call.c.id == response.c.call_id))
        .where((response.c.call_id == call_id) & (response.c.unit_id == unit_id))
    ).first()
    if row is None or row.received_at < tx.now - SENT_WITHIN:
        raise Refused("unit_not_on_call", "The unit was not on this call.", unit_id=unit_id)
