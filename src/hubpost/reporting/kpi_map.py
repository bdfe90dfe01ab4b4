"""One figure of every station as a drawn map: SVG for page and paper, without any script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from hubpost.reporting.label_places import place_labels, text_width
from hubpost.reporting.map_paper import Paper, Point, Shapes, make_paper, points_of

#: One hue from light to dark, apart in grey print and for colour-blind eyes.
BANDS = ("#e3edf7", "#b7d0e8", "#7fabd4", "#417db8", "#17406d")
INK, LIGHT = "#1c2733", "#ffffff"
_SIZE = 13
HATCH = "no-number"


@dataclass(frozen=True, slots=True)
class ShadedStation:
    """A station's place in the shading.

    band: 0 lightest to 4 darkest, None where there is no number to shade by. outside: beyond the
    limits of chance, drawn with a heavy rim. said: what a pointer resting on it is told.
    """

    station_id: str
    name: str
    band: int | None
    outside: bool
    said: str


def bands_of(values: Sequence[float]) -> list[tuple[float, float]]:
    """Limits of five equally wide bands over the values; one band where they are all alike.

    Equal widths, for bands of equal numbers of stations would be a ranking in colours.
    """
    if not values:
        return []
    low, high = min(values), max(values)
    if high == low:
        return [(low, high)]
    step = (high - low) / len(BANDS)
    return [(low + i * step, low + (i + 1) * step) for i in range(len(BANDS))]


def band_idx(value: float, bands: Sequence[tuple[float, float]]) -> int:
    """Which band a value lies in; a limit belongs to the band above it."""
    return max(0, sum(value >= low for low, _ in bands) - 1)


def kpi_map(
    stations: Sequence[ShadedStation],
    places: Mapping[str, Point],
    territories: Shapes,
    title: str,
) -> str:
    """The map as one SVG element; stations without a number are hatched.

    places: (lon, lat) by station id. territories: GeoJSON geometry by station id.
    """
    shown = [s for s in stations if s.station_id in places]
    corners = [p for s in shown for p in points_of(territories.get(s.station_id, {}))]
    paper = make_paper([places[s.station_id] for s in shown] + corners)
    cells = [_cell(paper, s, territories) for s in shown if s.station_id in territories]
    # Heavy rims last, or a neighbour without one would cover half of them.
    rims = [_rim(paper, s, territories) for s in shown if s.outside]
    seats = [paper.at(*places[s.station_id]) for s in shown]
    spots = place_labels(seats, [text_width(s.name, _SIZE) for s in shown], _SIZE)
    names = [_name(*each) for each in zip(seats, spots, shown, strict=True)]
    return (
        f'<svg class="kpi-map" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="0 0 {paper.width:.0f} {paper.height:.0f}" font-size="{_SIZE}" '
        f'font-family="Noto Sans CJK SC, Microsoft YaHei, sans-serif">'
        f"<title>{escape(title)}</title>{_pattern()}{''.join(cells + rims + names)}</svg>"
    )


def swatch(band: int | None) -> str:
    """A small square of a band's colour for the legend; hatched for no number."""
    fill = f"url(#{HATCH})" if band is None else BANDS[band]
    return (
        '<svg class="swatch" width="28" height="18" aria-hidden="true">'
        f'<rect width="28" height="18" fill="{fill}" stroke="#66707a"/></svg>'
    )


def _pattern() -> str:
    return (
        f'<defs><pattern id="{HATCH}" width="8" height="8" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="8" height="8" fill="#fff"/>'
        '<path d="M0,0V8" stroke="#8d99a6" stroke-width="3"/></pattern></defs>'
    )


def _cell(paper: Paper, s: ShadedStation, territories: Shapes) -> str:
    fill = f"url(#{HATCH})" if s.band is None else BANDS[s.band]
    return (
        f'<path class="cell" data-id="{escape(s.station_id)}" fill="{fill}" '
        f'data-band="{"" if s.band is None else s.band}" fill-rule="evenodd" stroke="#fff" '
        f'stroke-width="1.2" d="{paper.outline(territories[s.station_id])}">'
        f"<title>{escape(s.said)}</title></path>"
    )


def _rim(paper: Paper, s: ShadedStation, territories: Shapes) -> str:
    if s.station_id not in territories:
        return ""
    return (
        f'<path class="rim" data-id="{escape(s.station_id)}" fill="none" stroke="#b3261e" '
        f'stroke-width="3" d="{paper.outline(territories[s.station_id])}"/>'
    )


def _name(at: Point, spot: Point, s: ShadedStation) -> str:
    x, y = at
    return (
        f'<circle cx="{x}" cy="{y}" r="3.5" fill="{INK}" stroke="{LIGHT}"/>'
        f'<text x="{spot[0]:.1f}" y="{spot[1]:.1f}" text-anchor="middle" fill="{INK}" '
        f'stroke="{LIGHT}" stroke-width="3" paint-order="stroke">{escape(s.name)}</text>'
    )
