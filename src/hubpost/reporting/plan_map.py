"""A plan as a drawn map: SVG that a page can show and a printer can print, without any script."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from hubpost.model.plan import Plan, PlannedStation
from hubpost.model.station import StationType
from hubpost.reporting.map_paper import Paper, Point, Shapes, make_paper, points_of

#: As on the console's map: colours that stay apart for colour-blind eyes, grey for the border.
COLOURS = ("#77aadd", "#ee8866", "#eedd88", "#ffaabb", "#99ddff", "#44bb99", "#bbcc33", "#aaaa00",
           "#c9a3d9")  # fmt: skip
LONE, INK = "#d5d9dd", "#1c2733"
FILL = {StationType.HUB: "#17406d", StationType.BASE: "#2b7bb9", StationType.BORDER: "#8a5a00"}


def plan_map(
    plan: Plan,
    places: Mapping[str, Point],
    names: Mapping[str, str],
    *,
    title: str,
    territories: Shapes | None = None,
    changed: Iterable[str] = (),
    broken: Iterable[str] = (),
) -> str:
    """The map of a plan as one SVG element. Types differ by shape: square hub, round base,
    triangular border station; changed stations carry a ring, broken ones a red dashed one.

    places: (lon, lat) by station id. territories: GeoJSON geometry by station id.
    """
    shown = [s for s in plan.stations if s.id in places]
    shapes = territories or {}
    paper = make_paper(
        [places[s.id] for s in shown] + [p for g in shapes.values() for p in points_of(g)]
    )
    colour = _colours(plan)
    parts = [_cell(paper, shapes[s.id], colour[s.id], s.id) for s in shown if s.id in shapes]
    parts += [_tie(paper, places, s) for s in shown if s.type is StationType.BASE]
    rings = dict.fromkeys(changed, "changed") | dict.fromkeys(broken, "broken")
    order = sorted(shown, key=lambda s: s.type is StationType.HUB)
    parts += [
        _station(paper.at(*places[s.id]), s, names.get(s.id, s.name), rings.get(s.id, ""))
        for s in order
    ]
    return (
        f'<svg class="plan-map" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="0 0 {paper.width:.0f} {paper.height:.0f}" font-size="13" '
        f'font-family="Noto Sans CJK SC, Microsoft YaHei, sans-serif">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _colours(plan: Plan) -> dict[str, str]:
    colour = {s.id: LONE for s in plan.stations}
    for k, group in enumerate(plan.groups):
        colour |= dict.fromkeys((group.hub, *group.bases), COLOURS[k % len(COLOURS)])
    return colour


def _cell(paper: Paper, geometry: Mapping[str, Any], colour: str, station_id: str) -> str:
    return (
        f'<path class="cell" data-id="{escape(station_id)}" d="{paper.outline(geometry)}" '
        f'fill="{colour}" '
        f'fill-opacity="0.38" fill-rule="evenodd" stroke="#8d99a6" stroke-width="0.7" '
        f'stroke-dasharray="4 3"/>'
    )


def _tie(paper: Paper, places: Mapping[str, Point], station: PlannedStation) -> str:
    if station.hub_id is None or station.hub_id not in places:
        return ""
    (x1, y1), (x2, y2) = paper.at(*places[station.id]), paper.at(*places[station.hub_id])
    return f'<path d="M{x1},{y1}L{x2},{y2}" stroke="#17406d" stroke-width="2.2"/>'


def _station(at: Point, station: PlannedStation, name: str, ring: str) -> str:
    x, y = at
    hub = station.type is StationType.HUB
    short = name.removesuffix("派出所")
    rim = {"changed": ("#ffb000", ""), "broken": ("#b3261e", ' stroke-dasharray="4 2"')}.get(ring)
    halo = (
        f'<circle cx="{x}" cy="{y}" r="14" fill="none" stroke="{rim[0]}" stroke-width="3"{rim[1]}/>'
        if rim
        else ""
    )
    return (
        f'<g class="station {station.type.value}" data-id="{escape(station.id)}">'
        f"{halo}{_sign(x, y, station.type)}"
        f'<text x="{x}" y="{y - 13}" text-anchor="middle" fill="{INK}" stroke="#fff" '
        f'stroke-width="3" paint-order="stroke" font-weight="{700 if hub else 400}">'
        f"{escape(short)}</text></g>"
    )


def _sign(x: float, y: float, kind: StationType) -> str:
    rest = f'fill="{FILL[kind]}" stroke="#fff" stroke-width="1.6"'
    if kind is StationType.HUB:
        return f'<rect x="{x - 8}" y="{y - 8}" width="16" height="16" {rest}/>'
    if kind is StationType.BASE:
        return f'<circle cx="{x}" cy="{y}" r="7" {rest}/>'
    return f'<path d="M{x},{y - 9}L{x + 9},{y + 7}L{x - 9},{y + 7}Z" {rest}/>'
