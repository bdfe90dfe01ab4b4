"""Which parts of the county are synthetic, estimated or stand-ins; said on every page."""

from collections.abc import Sequence

from hubpost.actions.command_room import CommandRoom
from hubpost.web.languages import mark as _
from hubpost.web.viewer import Viewer

_SHEETS = ("calls", "stations", "areas")


def labelled_parts(
    room: CommandRoom, viewer: Viewer, plan_words: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """Pairs of label and the parts it holds for, in the viewer's words; empty when all is record.

    plan_words: the words of the plan whose groups are in force.
    """
    marks = {
        "synthetic": set(room.labels.synthetic),
        "estimated": set(room.labels.estimated),
        "stand-in": set(room.labels.stand_in),
    }
    if room.travel.estimated:
        marks["estimated"].add("travel_times")
    for word in plan_words:
        marks.setdefault(word, set()).add("plan")
    return [(viewer.label(word), _parts(viewer, parts)) for word, parts in marks.items() if parts]


def labelled_sheets(room: CommandRoom, viewer: Viewer) -> list[str]:
    """Short marks for the head of the page: whole sheets, and the driving times."""
    marks = (
        ("synthetic", room.labels.synthetic),
        ("estimated", room.labels.estimated),
        ("stand-in", room.labels.stand_in),
    )
    found = {sheet: [w for w, marked in marks if sheet in marked] for sheet in _SHEETS}
    found["travel_times"] = list(room.time_words)
    colon = viewer.say(_(": "))
    return [
        viewer.word("data_part", part) + colon + viewer.labels(words)
        for part, words in found.items()
        if words
    ]


def _parts(viewer: Viewer, parts: set[str]) -> str:
    """Two columns of one kind, such as lon and lat, are said once."""
    names = dict.fromkeys(viewer.word("data_part", part) for part in sorted(parts))
    return ("、" if viewer.language == "zh_CN" else ", ").join(names)
