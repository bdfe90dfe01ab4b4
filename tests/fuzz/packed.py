"""Files within files: a GeoPackage, and what lies inside the seal of a backup.

Damage to a sealed backup is found by its seal and never gets further, but whoever knows the
recipient, which is no secret, may seal what he likes.
"""

import io
import tarfile
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyogrio
import pyrage
import shapely

from hubpost.cli.main import main
from hubpost.storage.backup import DATABASE, MANIFEST, new_identity
from hubpost.storage.packing import ENDING
from tests.fuzz import mutation
from tests.tables.small_county import AREAS

IDENTITY, RECIPIENT = new_identity()
_PACKED = DATABASE + ENDING


@cache
def areas_gpkg() -> bytes:
    """The areas of the small county as points with their other columns as text."""
    head, *rows = [line.split(",") for line in AREAS.splitlines()]
    lon, lat = head.index("lon"), head.index("lat")
    points = shapely.to_wkb([shapely.Point(float(r[lon]), float(r[lat])) for r in rows])
    kept = [i for i in range(len(head)) if i not in (lon, lat)]
    fields = [np.array([r[i] for r in rows], dtype=object) for i in kept]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "areas.gpkg"
        pyogrio.raw.write(
            path, points, fields, [head[i] for i in kept], layer="areas", driver="GPKG",
            geometry_type="Point", crs="EPSG:4326",
        )  # fmt: skip
        return path.read_bytes()


@cache
def members() -> dict[str, bytes]:
    """The files of a small SQLite backup, the database unpacked."""
    from tests.fuzz.readers import backup_of

    with TemporaryDirectory() as folder:
        opened = pyrage.decrypt(backup_of(RECIPIENT), [pyrage.x25519.Identity.from_str(IDENTITY)])
        with tarfile.open(fileobj=io.BytesIO(opened)) as archive:
            archive.extractall(folder)  # noqa: S202 - made here
        held = {p.name: p.read_bytes() for p in Path(folder).iterdir()}
    packed = pa.input_stream(io.BytesIO(held[_PACKED]), compression="zstd")
    return {**held, _PACKED: packed.read()}


def archive_of(held: dict[str, bytes], *, packed: bool = False) -> bytes:
    """They as the archive inside the seal. packed: the database is compressed already."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in held.items():
            body = _zstd(data) if name == _PACKED and not packed else data
            info = tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return out.getvalue()


def _zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


def sound_archive() -> bytes:
    return archive_of(members())


def damage_archive(rng: Random, _: bytes) -> bytes:
    """The manifest's values, the database's bytes, its compression, or the archive itself."""
    held, where = dict(members()), rng.randrange(4)
    if where == 0:
        held[MANIFEST] = mutation.damage_json(rng, held[MANIFEST])
    elif where == 1:
        held[_PACKED] = mutation.damage_bytes(rng, held[_PACKED])
    elif where == 2:
        held[_PACKED] = mutation.damage_bytes(rng, _zstd(held[_PACKED]))
        return archive_of(held, packed=True)
    else:
        return mutation.damage_bytes(rng, sound_archive())
    return archive_of(held)


def rehearse(path: Path) -> None:
    """Seal it and restore it as `hubpost restore --drill` does; it ends with 0 or 2."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        to = pyrage.x25519.Recipient.from_str(RECIPIENT)
        (folder / "b.age").write_bytes(pyrage.encrypt(path.read_bytes(), [to]))
        (folder / "identity").write_text(IDENTITY)
        words = [
            "restore",
            str(folder / "b.age"),
            "--drill",
            "--identity",
            str(folder / "identity"),
        ]
        assert main([*words, "--data", str(folder)]) in (0, 2)
        left = {p.name for p in folder.iterdir()} - {"keys"}
        assert left == {"b.age", "identity"}, left
