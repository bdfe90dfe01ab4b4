"""Where the names on a map stand, so that none covers another or a seat."""

from collections.abc import Sequence

Point = tuple[float, float]
_Box = tuple[float, float, float, float]

#: Half the side of the dot that marks a seat.
_DOT = 5.0


def text_width(text: str, size: float) -> float:
    """About how wide a text is set: Chinese signs are as wide as high, Latin letters narrower."""
    return sum(size if ord(sign) > 0x2E80 else 0.62 * size for sign in text)


def place_labels(seats: Sequence[Point], widths: Sequence[float], size: float) -> list[Point]:
    """The middle of each name's base line: above its seat if there is room, else around it.

    seats: (x, y), y downwards. Names are placed in the given order; where every place is taken,
    the one that is covered least is chosen. Christensen, Marks and Shieber (1995), greedily.
    """
    dots = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in seats]
    taken: list[_Box] = []
    found = []
    for i, ((x, y), width) in enumerate(zip(seats, widths, strict=True)):
        others = taken + dots[:i] + dots[i + 1 :]
        spots = _around(x, y, width, size)
        best = min(spots, key=lambda s: _covered(_box(s, width, size), others))
        taken.append(_box(best, width, size))
        found.append(best)
    return found


def _around(x: float, y: float, width: float, size: float) -> list[Point]:
    """Above, below, right, left, then further off and askew; the first free one is taken."""
    aside = width / 2 + 8
    near = [(x, y - 8), (x, y + size + 5), (x + aside, y + size / 3), (x - aside, y + size / 3)]
    askew = [(x + sx * width / 2, y + dy) for dy in (-8, size + 5) for sx in (0.7, -0.7)]
    far = [(x + sx * width / 2, y + dy) for dy in (-22, size + 19) for sx in (0, 0.8, -0.8)]
    return near + askew + far


def _box(spot: Point, width: float, size: float) -> _Box:
    x, y = spot
    return x - width / 2, y - 0.85 * size, x + width / 2, y + 0.2 * size


def _covered(box: _Box, others: Sequence[_Box]) -> float:
    return sum(
        max(0.0, min(box[2], o[2]) - max(box[0], o[0]))
        * max(0.0, min(box[3], o[3]) - max(box[1], o[1]))
        for o in others
    )
