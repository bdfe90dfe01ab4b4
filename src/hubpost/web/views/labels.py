"""Which parts of the county are synthetic, estimated or stand-ins; said on every page."""

from collections.abc import Sequence

from hubpost.actions.command_room import CommandRoom
from hubpost.web.viewer import Viewer


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


def _parts(viewer: Viewer, parts: set[str]) -> str:
    """Two columns of one kind, such as lon and lat, are said once."""
    names = dict.fromkeys(viewer.word("data_part", part) for part in sorted(parts))
    return ("、" if viewer.language == "zh_CN" else ", ").join(names)
