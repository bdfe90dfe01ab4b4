"""Heights from an SRTM3 tile."""

import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIDE = 1201
VOID = -32768


class TerrainTile:
    """One degree of heights, 1201 by 1201 posts, north row first; name like N42E001."""

    def __init__(self, zipped: Path) -> None:
        name = zipped.name.split(".")[0]
        self.south, self.west = int(name[1:3]), int(name[4:7])
        with zipfile.ZipFile(zipped) as archive:
            raw = archive.read(archive.namelist()[0])
        self.posts: NDArray[np.int16] = np.frombuffer(raw, ">i2").reshape(SIDE, SIDE)

    def find_height_m(self, lon: float, lat: float) -> int | None:
        """Whole metres, bilinear between the four posts around; None beside a void."""
        x = (lon - self.west) * (SIDE - 1)
        y = (self.south + 1 - lat) * (SIDE - 1)
        column, row = int(x), int(y)
        square = self.posts[row : row + 2, column : column + 2].astype(float)
        if (square == VOID).any():
            return None
        across, down = x - column, y - row
        upper, lower = square @ (1 - across, across)
        return round(float(upper * (1 - down) + lower * down))
