"""Small-number rules for figures that leave the house."""

from collections.abc import Mapping
from dataclasses import replace

from hubpost.evaluation.figure import Figure

SUPPRESS_UNDER = 5
COUNTS_UNDER = 30


def suppress_cells(counts: Mapping[str, int], under: int = SUPPRESS_UNDER) -> dict[str, int | None]:
    """Cells of one row whose total is published: 1..under−1 withheld, and where only one is,
    the next smallest too, for it could be had by subtraction. A true 0 tells of nobody.
    """
    withheld = {name for name, count in counts.items() if 0 < count < under}
    if len(withheld) == 1:
        others = [name for name in counts if name not in withheld and counts[name] > 0]
        if others:
            withheld.add(min(others, key=lambda name: (counts[name], name)))
    return {name: None if name in withheld else count for name, count in counts.items()}


def shared(figure: Figure, under: int = SUPPRESS_UNDER) -> Figure:
    """The figure as it may be shared outside: withheld when any count behind it is 1..under−1.

    For a share the complement counts too: 58 of 60 tells of 2.
    """
    counts = dict(figure.counts)
    # Days and exposure tell of nobody.
    cells = [v for k, v in counts.items() if not k.startswith(("exposure", "days"))]
    if {"hits", "of"} <= counts.keys():
        cells.append(counts["of"] - counts["hits"])
    if any(0 < cell < under for cell in cells):
        return Figure(None, statement="suppressed", confidence=figure.confidence)
    return figure


def with_base_note(figure: Figure, base: float, under: int = COUNTS_UNDER) -> Figure:
    """The figure with the note that its base is small, where it is."""
    if figure.value is None or base >= under or "small_base" in figure.notes:
        return figure
    return replace(figure, notes=(*figure.notes, "small_base"))
