"""Photos from the scene: bare, few, for a purpose, by the crew of the call, gone in time."""

import struct
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hubpost.actions import assignments, calls, photos
from hubpost.actions.photos import MAX_BYTES, MOST_PER_CALL, bare_jpeg
from hubpost.model.apply import Refused
from hubpost.storage import schema
from tests.boards import founding_events
from tests.rooms import fill, report, toy_room

PLACE = b"Exif\0\0 GPS 29.26 N 108.72 E"


def segment(code: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, code, len(body) + 2) + body


def jpeg(
    *, width: int = 640, height: int = 480, more: bytes = b"", picture: bytes = b"\1\2"
) -> bytes:
    """The frame of a JPEG: header, metadata, size, scan, end."""
    size = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0")
    return b"".join(
        (b"\xff\xd8", segment(0xE0, b"JFIF\0"), more, size, segment(0xDA, b"\0" * 6), picture)
    ) + b"\xff\xd9"  # fmt: skip


@pytest.fixture
def at_scene(store):
    """A store in which unit S1 is on a call; its id."""
    fill(store, founding_events())
    room = toy_room()
    taken = store.write(lambda tx: calls.receive_call(tx, room, report()), actor="desk")
    call_id = taken.call.id
    store.write(
        lambda tx: assignments.assign_unit(tx, room, call_id, "S1", override_reason="test"),
        actor="desk",
    )
    return call_id


def keep(store, call_id, number=1, body=None, unit_id="S1", purpose="scene"):
    body = jpeg() if body is None else body
    return store.write(
        lambda tx: photos.keep_photo(
            tx, f"{number:032x}", call_id, unit_id, body, taken_at=tx.now, purpose=purpose
        ),
        actor="crew",
    )


def show(store, call_id, number=1, purpose="dispatch"):
    return store.write(
        lambda tx: photos.show_photo(tx, call_id, f"{number:032x}", purpose), actor="desk"
    )


def test_place_and_device_are_cut_off_and_the_picture_stays():
    body = jpeg(more=segment(0xE1, PLACE) + segment(0xFE, b"my phone"))
    bare = bare_jpeg(body)
    assert PLACE not in bare
    assert b"my phone" not in bare
    assert bare == jpeg()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"<svg onload=alert(1)>", b"\xff\xd8\xff\xd9",
        jpeg()[:-2], b"\xff\xd8" + segment(0xE0, b"x" * 9) + b"\xff\xd9", jpeg(width=1601),
        jpeg(height=0), b"\xff\xd8\xff\xe1\xff\xff" + b"\0" * 9 + b"\xff\xd9",
        jpeg(picture=b"\1" * MAX_BYTES),
    ],
)  # fmt: skip
def test_what_is_no_whole_small_jpeg_is_refused_by_its_content(body):
    with pytest.raises(Refused):
        bare_jpeg(body)


def test_a_photo_sent_twice_is_kept_once_and_every_screen_hears_of_it(store, at_scene):
    assert [keep(store, at_scene), keep(store, at_scene)] == ["kept", "repeated"]
    (kept,) = store.read(lambda c: photos.list_photos(c, at_scene, store.now()))
    assert (kept.unit_id, kept.purpose, kept.purged) == ("S1", "scene", False)
    assert [n.unit_id for n in store.board.calls[at_scene].notes] == ["S1"]


def test_only_the_crew_of_the_call_sends_and_no_more_than_needed(store, at_scene):
    with pytest.raises(Refused, match="not on this call"):
        keep(store, at_scene, unit_id="T1")
    for number in range(MOST_PER_CALL):
        keep(store, at_scene, number)
    with pytest.raises(Refused, match="at most"):
        keep(store, at_scene, 99)
    with pytest.raises(Refused):
        keep(store, at_scene, 98, purpose="curiosity")


def test_a_photo_taken_out_of_signal_comes_after_the_call_has_closed(store, at_scene):
    for step in ("acknowledge", "set-off", "arrive", "clear"):
        store.write(lambda tx, s=step: assignments.STEPS[s](tx, at_scene, "S1"), actor="crew")
    assert at_scene not in store.board.calls
    assert keep(store, at_scene) == "kept"


def test_it_is_shown_only_for_a_purpose_and_each_showing_is_logged(store, at_scene):
    keep(store, at_scene)
    with pytest.raises(Refused):
        show(store, at_scene, purpose="")
    with pytest.raises(Refused):
        show(store, "another call")
    assert show(store, at_scene) == jpeg()
    audit = schema.audit
    query = sa.select(audit.c.actor, audit.c.body).where(audit.c.action == "show_photo")
    ((actor, body),) = store.read(lambda c: c.execute(query).all())
    assert actor == "desk"
    assert "dispatch" in body


def test_its_time_over_it_is_neither_shown_nor_kept(store, at_scene, clock):
    keep(store, at_scene)
    clock.now += photos.KEPT + timedelta(seconds=1)
    with pytest.raises(Refused):
        show(store, at_scene)
    assert store.write(photos.purge_photos, actor="purge") == 1
    assert store.write(photos.purge_photos, actor="purge") == 0
    body = store.read(lambda c: c.execute(sa.select(photos.photo.c.body)).scalar())
    assert body is None
    (kept,) = store.read(lambda c: photos.list_photos(c, at_scene, store.now()))
    assert kept.purged
