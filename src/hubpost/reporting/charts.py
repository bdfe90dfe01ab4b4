"""Charts as SVG text: no script, printable, the same everywhere; each beside its table."""

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from hubpost.evaluation.effect import EffectStudy
from hubpost.evaluation.prediction import PredictedActual
from hubpost.evaluation.ranking import StationFunnel

WIDTH, HEIGHT, MARGIN, TEXT = 640, 320, 54, 15
#: More names than this would lie on one another; the table has them.
NAMED = 6
#: Looked for in turn; a page and a document both have one of them.
FONTS = "Noto Sans CJK SC, SimHei, Microsoft YaHei, sans-serif"
INK, QUIET, BAND, ALERT = "#1b2a41", "#8a97a8", "#dfe6ee", "#b3261e"


class _Plot:
    """A frame with linear axes that collects SVG elements."""

    def __init__(self, x: Sequence[float], y: Sequence[float], title: str) -> None:
        self.x0, self.x1 = min(x), max(max(x), min(x) + 1e-9)
        self.y0, self.y1 = min(y), max(max(y), min(y) + 1e-9)
        self.title = title
        self.parts: list[str] = []

    def at(self, x: float, y: float) -> tuple[float, float]:
        px = MARGIN + (x - self.x0) / (self.x1 - self.x0) * (WIDTH - 2 * MARGIN)
        py = HEIGHT - MARGIN - (y - self.y0) / (self.y1 - self.y0) * (HEIGHT - 2 * MARGIN)
        return round(px, 1), round(py, 1)

    def line(self, x: Iterable[float], y: Iterable[float], colour: str, dash: str = "") -> None:
        points = " ".join(f"{a},{b}" for a, b in map(self.at, x, y))
        style = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"{style}/>'
        )

    def dot(self, x: float, y: float, colour: str, name: str = "") -> None:
        px, py = self.at(x, y)
        title = f"<title>{escape(name)}</title>" if name else ""
        self.parts.append(f'<circle cx="{px}" cy="{py}" r="3.5" fill="{colour}">{title}</circle>')

    def bar(self, x0: float, x1: float, y: float, colour: str) -> None:
        (a, top), (b, foot) = self.at(x0, y), self.at(x1, self.y0)
        self.parts.append(
            f'<rect x="{a}" y="{top}" width="{max(0.0, b - a - 1):.1f}" '
            f'height="{max(0.0, foot - top):.1f}" fill="{colour}"/>'
        )

    def text(self, x: float, y: float, words: str, anchor: str = "middle") -> None:
        px, py = self.at(x, y)
        self.parts.append(
            f'<text x="{px}" y="{py}" text-anchor="{anchor}" font-size="{TEXT}" fill="{INK}">'
            f"{escape(words)}</text>"
        )

    def svg(self, x_marks: dict[float, str], y_marks: dict[float, str]) -> str:
        frame = [
            f'<text x="{self.at(x, self.y0)[0]}" y="{HEIGHT - MARGIN + 20}" text-anchor="middle" '
            f'font-size="{TEXT}" fill="{INK}">{escape(w)}</text>'
            for x, w in x_marks.items()
        ]
        for y, w in y_marks.items():
            at = self.at(self.x0, y)[1]
            frame.append(
                f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{at}" y2="{at}" stroke="{BAND}"/>'
                f'<text x="{MARGIN - 6}" y="{at + 5}" text-anchor="end" font-size="{TEXT}" '
                f'fill="{INK}">{escape(w)}</text>'
            )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'font-family="{FONTS}" '
            f'aria-label="{escape(self.title)}"><title>{escape(self.title)}</title>'
            + "".join(frame + self.parts)
            + "</svg>"
        )


def funnel_chart(funnel: StationFunnel, names: dict[str, str], title: str) -> str:
    """Stations against size, with the limits of chance; those outside are named where few."""
    f = funnel.funnel
    order = np.argsort(f.size)
    size = f.size[order]
    plot = _Plot([0, *size], [0, *funnel.value, *f.high_998], title)
    for limits, dash in (("95", ""), ("998", "4 3")):
        for side in ("low", "high"):
            plot.line(size, getattr(f, f"{side}_{limits}")[order], QUIET, dash)
    plot.line([0, float(size[-1])], [f.target, f.target], INK)
    named = sum(p != "inside" for p in funnel.position) <= NAMED
    for i, station in enumerate(funnel.station_ids):
        outside = funnel.position[i] != "inside"
        name = names.get(station, station)
        plot.dot(f.size[i], funnel.value[i], ALERT if outside else INK, name)
        if outside and named:
            plot.text(f.size[i], funnel.value[i] + 0.03 * plot.y1, name)
    return plot.svg(_marks(plot.x0, plot.x1), _marks(plot.y0, plot.y1))


def series_chart(study: EffectStudy, title: str) -> str:
    """Observed counts by month, the fit, and what was expected without the reform (dashed)."""
    counts = study.series.counts
    n = len(counts)
    lines = [] if study.step is None else [study.step.fitted, study.step.counterfactual]
    plot = _Plot([0, n - 1], [0, *counts, *(v for line in lines for v in line)], title)
    start = study.series.idx_of(study.start)
    if 0 <= start < n:
        plot.line([start, start], [plot.y0, plot.y1], QUIET, "2 3")
    if study.step is not None:
        plot.line(range(n), study.step.fitted, INK)
        plot.line(range(start, n), study.step.counterfactual[start:], ALERT, "5 3")
    for i, count in enumerate(counts):
        plot.dot(i, count, QUIET, f"{study.series.months[i]:%Y-%m}: {count:.0f}")
    step = max(1, n // 8)
    months = {float(i): f"{study.series.months[i]:%Y-%m}" for i in range(0, n, step)}
    return plot.svg(months, _marks(plot.y0, plot.y1))


def calibration_chart(predicted: PredictedActual, title: str) -> str:
    """Histogram of the transform: flat when what happened looks like what was predicted."""
    counts = predicted.calibration.histogram
    n, bins = int(counts.sum()), len(counts)
    plot = _Plot([0, 1], [0, *counts.astype(float), 1.0], title)
    for i, count in enumerate(counts):
        plot.bar(i / bins, (i + 1) / bins, float(count), BAND if n == 0 else QUIET)
    plot.line([0, 1], [n / bins, n / bins], ALERT, "5 3")
    return plot.svg({0: "0", 0.5: "0.5", 1: "1"}, _marks(plot.y0, plot.y1))


def _marks(low: float, high: float) -> dict[float, str]:
    """Four or five round marks."""
    raw = (high - low) / 4
    power = 10 ** np.floor(np.log10(raw))
    step = float(min((m * power for m in (1, 2, 5, 10) if m * power >= raw), default=raw))
    first = np.ceil(low / step) * step
    return {float(v): f"{v:g}" for v in np.round(np.arange(first, high + step / 1e6, step), 10)}
