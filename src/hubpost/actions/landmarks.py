"""Landmarks and kilometre posts a county keeps for its call takers."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa

from hubpost.dispatch.gazetteer import KilometrePost, NamedPlace
from hubpost.storage import schema
from hubpost.storage.transaction import Tx
from hubpost.tables.landmarks_file import LandmarkRows, read_landmarks_file

#: Files of a county folder that are read at its import.
COUNTY_FILES = ("landmarks.csv", "地标.csv", "posts.csv", "公里桩.csv")


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


def read_county_landmarks(folder: Path) -> LandmarkRows:
    """The landmarks and posts of a county folder, none where it has no file of them.

    In the datum that county.toml names. Raises TableProblems.
    """
    files = [folder / n for n in COUNTY_FILES if folder.is_dir() and (folder / n).is_file()]
    settings = folder / "county.toml"
    read = tomllib.loads(settings.read_text("utf-8-sig")) if files and settings.is_file() else {}
    found = [read_landmarks_file(f, str(read.get("datum", "wgs84"))) for f in files]
    return LandmarkRows(
        tuple(r for rows in found for r in rows.landmarks),
        tuple(r for rows in found for r in rows.posts),
    )


def import_landmarks(tx: Tx, rows: LandmarkRows) -> tuple[int, int]:
    """Put the landmarks of a file in place of those kept, or its posts; the other kind stays.

    How many landmarks and posts are kept now. A room that is open sees them when it is reopened.
    """
    places, posts = list_landmarks(tx.conn)
    if rows.landmarks:
        places = tuple(
            NamedPlace(r.name, "landmark", r.lon, r.lat, None, r.area_id) for r in rows.landmarks
        )
    if rows.posts:
        posts = tuple(KilometrePost(r.road, r.km, r.lon, r.lat) for r in rows.posts)
    keep_landmarks(tx, places, posts)
    return len(places), len(posts)
