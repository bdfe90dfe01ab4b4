"""Landmarks and kilometre posts a county keeps for its call takers."""

from collections.abc import Iterable

import sqlalchemy as sa

from hubpost.dispatch.gazetteer import KilometrePost, NamedPlace
from hubpost.storage import schema
from hubpost.storage.transaction import Tx


def keep_landmarks(
    tx: Tx, places: Iterable[NamedPlace], posts: Iterable[KilometrePost] = ()
) -> None:
    """Replace the landmarks and posts of the county; the room reads them when it is opened."""
    rows = [
        {"name": p.name, "lon": p.lon, "lat": p.lat, "road": None, "km": None, "area_id": p.area_id}
        for p in places
    ]
    rows += [
        {"name": p.road, "lon": p.lon, "lat": p.lat, "road": p.road, "km": p.km, "area_id": None}
        for p in posts
    ]
    tx.conn.execute(schema.landmark.delete())
    if rows:
        tx.conn.execute(schema.landmark.insert(), rows)
    tx.audit("keep_landmarks", "", {"count": len(rows)})


def list_landmarks(
    conn: sa.Connection,
) -> tuple[tuple[NamedPlace, ...], tuple[KilometrePost, ...]]:
    """The landmarks and the posts, as kept."""
    rows = conn.execute(sa.select(schema.landmark).order_by(schema.landmark.c.id)).all()
    places = [
        NamedPlace(r.name, "landmark", r.lon, r.lat, None, r.area_id) for r in rows if r.km is None
    ]
    posts = [KilometrePost(r.road, r.km, r.lon, r.lat) for r in rows if r.km is not None]
    return tuple(places), tuple(posts)
