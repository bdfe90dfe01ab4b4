"""Read the car ways, barriers and turn restrictions of an OpenStreetMap file."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from numpy.typing import NDArray

from hubpost.roads.errors import RoadFileError
from hubpost.roads.profile import SpeedProfile, find_usage, node_delay_s


@dataclass(frozen=True, slots=True)
class Restriction:
    """A turn rule at the node via_node: 'no' forbids from→to, 'only' forbids all but it."""

    only: bool
    from_ways: tuple[int, ...]
    via_node: int
    to_ways: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RoadWays:
    """Car ways as read, W of them over N node visits; nodes of way i are start[i]:start[i+1].

    forward_kmh, backward_kmh: 0 where driving that way is not allowed. crossing_s: nan but
    for ferries that state it. blocked: node ids no car can pass. delay_node, delay_s: nodes
    that cost time. unread_restrictions: how many turn rules are not honoured, by reason.
    """

    way_id: NDArray[np.int64]
    start: NDArray[np.int64]
    class_code: NDArray[np.uint8]
    forward_kmh: NDArray[np.float64]
    backward_kmh: NDArray[np.float64]
    crossing_s: NDArray[np.float64]
    tunnel: NDArray[np.bool_]
    name_idx: NDArray[np.int32]
    names: tuple[str, ...]
    node_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    blocked: NDArray[np.int64]
    delay_node: NDArray[np.int64]
    delay_s: NDArray[np.float64]
    restrictions: tuple[Restriction, ...]
    unread_restrictions: dict[str, int]


def read_road_ways(path: Path, profile: SpeedProfile) -> RoadWays:
    """The car ways of an OSM file (PBF or any format osmium knows by its suffix).

    Raises RoadFileError where the file is absent, truncated, no OSM file, or without car roads.
    """
    if not path.is_file():
        raise RoadFileError(
            f"{path}: expected an OpenStreetMap road file (.osm.pbf), found no such file. "
            "Check the path; extracts by region are offered by OpenStreetMap mirrors."
        )
    collector = _Collector(profile)
    try:
        _collect(path, collector)
    except (RuntimeError, ValueError, SystemError) as error:
        raise RoadFileError(
            f"{path}: expected a complete OpenStreetMap file (.osm.pbf), but reading failed: "
            f"{error}. The file is truncated or of another kind; fetch or export it again."
        ) from error
    if not collector.way_id:
        raise RoadFileError(
            f"{path}: expected roads open to cars, found {collector.seen_ways} ways and none of "
            "them a car road with coordinates. Give an extract that contains highways and "
            "their nodes."
        )
    return collector.result()


def _collect(path: Path, collector: "_Collector") -> None:
    wanted = osmium.filter.KeyFilter("highway", "barrier", "route", "type")
    item: Any
    for item in osmium.FileProcessor(str(path)).with_locations().with_filter(wanted):
        if item.is_way():
            collector.add_way(item)
        elif item.is_node():
            collector.add_node(item)
        elif item.is_relation():
            collector.add_relation(item)


@dataclass(slots=True)
class _Collector:
    """Growing columns while the file streams past; one pass, nothing kept but car ways."""

    profile: SpeedProfile
    seen_ways: int = 0
    way_id: "array[int]" = field(default_factory=lambda: array("q"))
    start: "array[int]" = field(default_factory=lambda: array("q", [0]))
    usage: list[tuple[int, float, float, bool, float]] = field(default_factory=list)
    name_idx: "array[int]" = field(default_factory=lambda: array("i"))
    names: dict[str, int] = field(default_factory=lambda: {"": 0})
    node_id: "array[int]" = field(default_factory=lambda: array("q"))
    x: "array[int]" = field(default_factory=lambda: array("i"))
    y: "array[int]" = field(default_factory=lambda: array("i"))
    blocked: "array[int]" = field(default_factory=lambda: array("q"))
    delay: dict[int, float] = field(default_factory=dict)
    restrictions: list[Restriction] = field(default_factory=list)
    unread: dict[str, int] = field(default_factory=dict)

    def add_node(self, node: Any) -> None:
        delay_s = node_delay_s(dict(node.tags), self.profile)
        if delay_s is None:
            self.blocked.append(node.id)
        elif delay_s > 0:
            self.delay[node.id] = delay_s

    def add_way(self, way: Any) -> None:
        self.seen_ways += 1
        tags = dict(way.tags)
        usage = find_usage(tags, self.profile)
        if usage is None:
            return
        nan = float("nan") if usage.crossing_s is None else usage.crossing_s
        row = (usage.class_code, usage.forward_kmh, usage.backward_kmh, usage.tunnel, nan)
        label = tags.get("name") or tags.get("ref") or ""
        name_idx = self.names.setdefault(label, len(self.names))
        for refs, xs, ys in _complete_parts(way.nodes):
            self.way_id.append(way.id)
            self.usage.append(row)
            self.name_idx.append(name_idx)
            self.node_id.extend(refs)
            self.x.extend(xs)
            self.y.extend(ys)
            self.start.append(len(self.node_id))

    def add_relation(self, relation: Any) -> None:
        tags = dict(relation.tags)
        if tags.get("type") != "restriction":
            return
        found = read_restriction(tags, [(m.role, m.type, m.ref) for m in relation.members])
        if isinstance(found, Restriction):
            self.restrictions.append(found)
        else:
            self.unread[found] = self.unread.get(found, 0) + 1

    def result(self) -> RoadWays:
        usage = np.array(self.usage, dtype=np.float64).reshape(-1, 5)
        delay = sorted(self.delay.items())
        return RoadWays(
            way_id=np.array(self.way_id, dtype=np.int64),
            start=np.array(self.start, dtype=np.int64),
            class_code=usage[:, 0].astype(np.uint8),
            forward_kmh=usage[:, 1],
            backward_kmh=usage[:, 2],
            tunnel=usage[:, 3].astype(bool),
            crossing_s=usage[:, 4],
            name_idx=np.array(self.name_idx, dtype=np.int32),
            names=tuple(self.names),
            node_id=np.array(self.node_id, dtype=np.int64),
            lon=np.array(self.x, dtype=np.float64) / 1e7,
            lat=np.array(self.y, dtype=np.float64) / 1e7,
            blocked=np.unique(np.array(self.blocked, dtype=np.int64)),
            delay_node=np.array([n for n, _ in delay], dtype=np.int64),
            delay_s=np.array([s for _, s in delay], dtype=np.float64),
            restrictions=tuple(self.restrictions),
            unread_restrictions=dict(sorted(self.unread.items())),
        )


_UNDEFINED = 2_147_483_647


def _complete_parts(nodes: Any) -> list[tuple[list[int], list[int], list[int]]]:
    """(ids, x, y) of a way's runs of nodes with coordinates; an extract may cut a way."""
    rows = [(n.ref, n.x, n.y) for n in nodes]
    runs: list[list[tuple[int, int, int]]] = [[]]
    for row in rows:
        if row[1] == _UNDEFINED:
            runs.append([])
        elif not runs[-1] or runs[-1][-1][0] != row[0]:
            runs[-1].append(row)
    return [tuple(map(list, zip(*run, strict=True))) for run in runs if len(run) > 1]  # type: ignore[misc]


def read_restriction(
    tags: dict[str, str], members: Iterable[tuple[str, str, int]]
) -> Restriction | str:
    """The turn rule of an OSM relation, or the reason why it is not honoured.

    members: (role, type 'n' | 'w' | 'r', id).
    """
    rule = tags.get("restriction:motorcar") or tags.get("restriction")
    if rule is None:
        return "conditional or for other vehicles"
    if {"motorcar", "motor_vehicle"} & set(tags.get("except", "").split(";")):
        return "cars excepted"
    ways = [(role, ref) for role, kind, ref in members if kind == "w"]
    via = [ref for role, kind, ref in members if role == "via" and kind == "n"]
    from_ways = tuple(ref for role, ref in ways if role == "from")
    to_ways = tuple(ref for role, ref in ways if role == "to")
    if any(role == "via" for role, _ in ways):
        return "via a way"
    if len(via) != 1 or not from_ways or not to_ways or rule[:3] not in ("no_", "onl"):
        return "incomplete"
    return Restriction(rule.startswith("only_"), from_ways, via[0], to_ways)
