"""Spreads of response as the charts of the before | after page and the tables behind them."""

from typing import Any

from hubpost.actions.before_after import SIDES, KeptPrediction
from hubpost.web.languages import mark as _
from hubpost.web.viewer import Viewer

#: Shares of calls that the table behind a chart has rows for.
ROWS = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)


def spread_charts(viewer: Viewer, kept: KeptPrediction) -> list[dict[str, Any]]:
    """A chart for all calls, its tail on a logarithmic scale, and one for each priority.

    before, after: minutes at each of the kept shares, empty where there was no call. rows: share,
    minutes before, minutes after.
    """
    found = []
    for key in kept.spreads["before"]:
        minutes = {
            side: [round(s / 60, 2) for s in kept.spreads[side][key]["seconds"]] for side in SIDES
        }
        if not any(minutes.values()):
            continue
        level = key.removeprefix("priority-")
        name = viewer.say(_("All calls")) if key == "county" else viewer.word("priority", level)
        chart = {"name": name, "tail": False, **minutes, "rows": _rows(kept, minutes)}
        found.append(chart)
        if key == "county":
            name = viewer.say(_("Share still waiting after so many minutes (logarithmic)"))
            found.append({**chart, "name": name, "tail": True})
    return found


def _rows(
    kept: KeptPrediction, minutes: dict[str, list[float]]
) -> list[tuple[float, float | None, float | None]]:
    found = []
    for share in ROWS:
        at = min(range(len(kept.shares)), key=lambda k: abs(kept.shares[k] - share))
        before, after = (minutes[side][at] if minutes[side] else None for side in SIDES)
        found.append((share, before, after))
    return found
