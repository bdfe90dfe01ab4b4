"""Files of a backup, compressed as they are written: zstd, which the disk cannot outrun.

Gzip at its fastest packed 60 MB a second on one core and was the longest part of every backup.
"""

import shutil
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa

#: What is added to the name of a compressed file.
ENDING = ".zst"
_BLOCK = 1 << 20


def packed_writer(folder: Path, name: str) -> BinaryIO:
    """A file to write plain bytes to; on disk they are compressed."""
    return cast(BinaryIO, pa.output_stream(str(folder / (name + ENDING)), compression="zstd"))


def packed_reader(folder: Path, name: str) -> BinaryIO:
    """The plain bytes of a file, whether it lies there compressed or, as of old, plain."""
    packed = folder / (name + ENDING)
    if packed.exists():
        return cast(BinaryIO, pa.input_stream(str(packed), compression="zstd"))
    return (folder / name).open("rb")


def pack_file(folder: Path, name: str) -> None:
    """Compress a file that lies there plain; the plain one goes."""
    with (folder / name).open("rb") as source, packed_writer(folder, name) as target:
        shutil.copyfileobj(source, target, _BLOCK)
    (folder / name).unlink()


def unpack_file(folder: Path, name: str, to: Path) -> None:
    """Write the plain bytes of a file to another place."""
    with packed_reader(folder, name) as source, to.open("wb") as target:
        while block := source.read(_BLOCK):
            target.write(block)
