"""Tiny OpenStreetMap files for tests, written with osmium."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

Nodes = Mapping[int, tuple[float, float]]
Ways = Sequence[tuple[int, Sequence[int], Mapping[str, str]]]
Rules = Sequence[tuple[str, int, int, int]]


def write_pbf(
    path: Path,
    nodes: Nodes,
    ways: Ways,
    rules: Rules = (),
    node_tags: Mapping[int, Mapping[str, str]] | None = None,
) -> Path:
    """nodes: id → (lon, lat); ways: (id, node ids, tags); rules: (kind, from, via node, to)."""
    with osmium.SimpleWriter(str(path), overwrite=True) as out:
        for key in sorted(nodes):
            tags = (node_tags or {}).get(key, {})
            out.add_node(Node(id=key, location=nodes[key], tags=dict(tags), version=1))
        for key, refs, tags in ways:
            out.add_way(Way(id=key, nodes=list(refs), tags=dict(tags), version=1))
        for number, (kind, from_way, via, to_way) in enumerate(rules, start=1):
            members = [("w", from_way, "from"), ("n", via, "via"), ("w", to_way, "to")]
            tags = {"type": "restriction", "restriction": kind}
            out.add_relation(Relation(id=number, members=members, tags=tags, version=1))
    return path


def road(
    way_id: int, nodes: Sequence[int], **tags: str
) -> tuple[int, Sequence[int], dict[str, str]]:
    """A residential road unless tags say otherwise."""
    return way_id, nodes, {"highway": "residential"} | tags
