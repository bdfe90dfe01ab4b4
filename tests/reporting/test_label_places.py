"""Names on a map: none covers another where there is room for all."""

from itertools import combinations

from hubpost.reporting.label_places import place_labels, text_width

SIZE = 13.0


def boxes(spots, widths):
    return [(x - w / 2, y - 0.85 * SIZE, x + w / 2, y + 0.2 * SIZE)
            for (x, y), w in zip(spots, widths, strict=True)]  # fmt: skip


def meet(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_a_name_alone_stands_above_its_seat():
    assert place_labels([(100.0, 100.0)], [60.0], SIZE) == [(100.0, 92.0)]


def test_four_seats_close_together_keep_their_names_apart():
    """Above all four the names would cover one another, as those of Qianjiang's town did."""
    seats = [(100.0, 100.0), (130.0, 98.0), (160.0, 103.0), (185.0, 107.0)]
    widths = [text_width(n, SIZE) for n in ("Jinxi", "Shuitian", "Fengjia", "Pengdong")]
    above = boxes([(x, y - 8) for x, y in seats], widths)
    assert any(meet(a, b) for a, b in combinations(above, 2))
    placed = boxes(place_labels(seats, widths, SIZE), widths)
    assert not any(meet(a, b) for a, b in combinations(placed, 2))


def test_chinese_signs_are_as_wide_as_high():
    assert text_width("水市", 10) == 20
    assert text_width("Shui", 10) == 24.8
