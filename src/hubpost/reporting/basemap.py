"""The base map: vector tiles made from the county's own road file, without any network."""

import gzip
import json
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import osmium
import pmtiles.reader

from hubpost.model.place import Place
from hubpost.roads.errors import RoadFileError

_tiles: Any = pmtiles.reader  # comes without types

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
LAYERS = ("roads", "water", "places")
MIN_ZOOM, MAX_ZOOM = 6, 14  # a browser stretches the tiles of the last zoom further

_PATHS = ("path", "footway", "cycleway", "bridleway", "steps", "pedestrian")
_ROAD_ZOOM = {
    "motorway": 6,
    "trunk": 6,
    "primary": 7,
    "secondary": 9,
    "tertiary": 10,
    "unclassified": 11,
    "residential": 12,
    "road": 12,
    "living_street": 12,
    "service": 13,
    "track": 13,
    "ferry": 9,
    "path": 14,
}
_WATER_ZOOM = {"lake": 8, "river": 8, "canal": 11, "stream": 12}
_PLACE_ZOOM = {
    "city": 6,
    "town": 7,
    "township": 8,
    "suburb": 10,
    "village": 9,
    "hamlet": 11,
    "isolated_dwelling": 12,
    "neighbourhood": 12,
    "locality": 13,
}


@dataclass(frozen=True, slots=True)
class BasemapReport:
    """How many features of each layer went into the map, and how many had no usable shape."""

    roads: int
    water: int
    places: int
    shapeless: int


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place name for the map besides those in the road file; kind as in OSM's place tag."""

    name: str
    kind: str
    place: Place


def build_basemap(
    pbf: Path,
    out: Path,
    bounds: tuple[float, float, float, float] | None = None,
    names: Sequence[NamedPlace] = (),
) -> BasemapReport:
    """Write a PMTiles file of vector tiles, zoom 6 to 14, with the layers of LAYERS.

    Every feature has class and, where known, name. bounds: west, south, east, north in
    degrees; what lies outside is cut off. Raises RoadFileError for an unreadable road file.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        counts = _write_features(pbf, Path(folder), names)
        if not counts["roads"]:
            raise RoadFileError(
                f"{pbf}: expected roads to draw, found none. Give an extract that has highways."
            )
        made = Path(folder) / "map.pmtiles"
        _run_tippecanoe(Path(folder), made, bounds)
        made.replace(out)
    return BasemapReport(**counts)


def read_tile(path: Path, z: int, x: int, y: int) -> bytes | None:
    """The vector tile (MVT, not compressed) at z/x/y, or None where the map has none."""
    with path.open("rb") as file:
        tile = _tiles.Reader(_tiles.MmapSource(file)).get(z, x, y)
    return None if tile is None else gzip.decompress(tile)


def read_bounds(path: Path) -> tuple[float, float, float, float]:
    """West, south, east, north of a map file, degrees."""
    with path.open("rb") as file:
        header = _tiles.Reader(_tiles.MmapSource(file)).header()
    west, south, east, north = (
        header[f"{side}_e7"] / 1e7 for side in ("min_lon", "min_lat", "max_lon", "max_lat")
    )
    return west, south, east, north


def _write_features(pbf: Path, folder: Path, names: Sequence[NamedPlace]) -> dict[str, int]:
    counts = dict.fromkeys((*LAYERS, "shapeless"), 0)
    with ExitStack() as stack:
        files = {
            layer: stack.enter_context((folder / f"{layer}.json").open("w", encoding="utf-8"))
            for layer in LAYERS
        }
        for layer, line in _named(names):
            _put(files, counts, layer, line)
        try:
            for layer, line in _features(pbf):
                _put(files, counts, layer, line)
        except (RuntimeError, SystemError) as error:
            raise RoadFileError(
                f"{pbf}: expected a complete OpenStreetMap file (.osm.pbf), but reading failed: "
                f"{error}. Fetch or export it again."
            ) from error
    return counts


def _put(files: Mapping[str, TextIO], counts: dict[str, int], layer: str, line: str) -> None:
    counts[layer] += 1
    if line:
        files[layer].write(line + "\n")


def _features(pbf: Path) -> Iterator[tuple[str, str]]:
    """(layer, GeoJSON feature); ('shapeless', '') where an object has no usable shape."""
    factory = osmium.geom.GeoJSONFactory()
    wet = osmium.filter.KeyFilter("natural", "waterway", "landuse")
    wanted = osmium.filter.KeyFilter("highway", "route", "waterway", "natural", "landuse", "place")
    item: Any
    for item in osmium.FileProcessor(str(pbf)).with_areas(wet).with_filter(wanted):
        tags = dict(item.tags)
        found = _classify(item, tags)
        if found is None:
            continue
        layer, kind, zoom = found
        try:
            yield layer, _feature(_shape(factory, item), kind, tags.get("name"), zoom)
        except (RuntimeError, osmium.InvalidLocationError):
            yield "shapeless", ""


def _classify(item: Any, tags: dict[str, str]) -> tuple[str, str, int] | None:
    """(layer, class, first zoom) of what is drawn, None for all else."""
    if item.is_node():
        kind = tags.get("place", "")
        return (
            ("places", kind, _PLACE_ZOOM[kind]) if kind in _PLACE_ZOOM and "name" in tags else None
        )
    if item.is_area():
        wet = tags.get("natural") == "water" or tags.get("landuse") == "reservoir"
        wet |= tags.get("waterway") == "riverbank"
        return ("water", "lake", _WATER_ZOOM["lake"]) if wet else None
    if not item.is_way():
        return None
    if tags.get("waterway") in _WATER_ZOOM:
        return "water", tags["waterway"], _WATER_ZOOM[tags["waterway"]]
    kind = "ferry" if tags.get("route") == "ferry" else tags.get("highway", "")
    kind = "path" if kind in _PATHS else kind.split(";")[0].removesuffix("_link")
    return ("roads", kind, _ROAD_ZOOM[kind]) if kind in _ROAD_ZOOM else None


def _shape(factory: Any, item: Any) -> str:
    if item.is_node():
        return str(factory.create_point(item))
    return str(
        factory.create_multipolygon(item) if item.is_area() else factory.create_linestring(item)
    )


def _named(names: Iterable[NamedPlace]) -> list[tuple[str, str]]:
    return [
        (
            "places",
            _feature(
                json.dumps({"type": "Point", "coordinates": [n.place.lon, n.place.lat]}),
                n.kind,
                n.name,
                _PLACE_ZOOM.get(n.kind, 9),
            ),
        )
        for n in names
    ]


def _feature(shape: str, kind: str, name: str | None, zoom: int) -> str:
    properties = {"class": kind} | ({"name": name} if name else {})
    return (
        f'{{"type":"Feature","tippecanoe":{{"minzoom":{zoom}}},"geometry":{shape},'
        f'"properties":{json.dumps(properties, ensure_ascii=False)}}}'
    )


def _run_tippecanoe(
    folder: Path, out: Path, bounds: tuple[float, float, float, float] | None
) -> None:
    layers = [f"--named-layer={name}:{folder / name}.json" for name in LAYERS]
    clip = [f"--clip-bounding-box={','.join(map(str, bounds))}"] if bounds else []
    command = [
        find_tippecanoe(),
        *(f"--output={out}", "--force", "--quiet", "--read-parallel"),
        *(f"--minimum-zoom={MIN_ZOOM}", f"--maximum-zoom={MAX_ZOOM}", "--drop-rate=1"),
        *("--no-feature-limit", "--no-tile-size-limit", "--buffer=8"),
        *(f"--attribution={ATTRIBUTION}", f"--temporary-directory={folder}"),
        *clip,
        *layers,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"making the base map failed: {done.stderr.strip()[-500:]}")


def find_tippecanoe() -> str:
    """Path of the tile maker that comes with our dependencies."""
    own = Path(sysconfig.get_path("scripts")) / "tippecanoe"
    found = str(own) if own.exists() else shutil.which("tippecanoe")
    if found is None:
        raise RuntimeError("tippecanoe is not installed: run `make setup`, which installs it.")
    return found
