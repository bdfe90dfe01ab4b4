"""The kept prediction as JSON, CSV and XLSX; every row carries its labels."""

import json
from collections.abc import Callable
from io import BytesIO

import polars as pl
from starlette.responses import Response

from hubpost.actions.before_after import SIDES, KeptPrediction
from hubpost.model.codec import event_kind, event_to_json
from hubpost.tables.xlsx import new_workbook, write_table
from hubpost.web.console import Console
from hubpost.web.simulation_words import FIGURES
from hubpost.web.viewer import Viewer
from hubpost.web.views.simulation_page import all_rows

_JSON = "application/json"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_UNITS = {60.0: "min", 0.01: "%", 1.0: "calls"}


def export_simulation(
    console: Console, viewer: Viewer, kept: KeptPrediction, kind: str
) -> Response:
    """One of EXPORTS as a file to keep. Raises KeyError for any other."""
    content, media_type = EXPORTS[kind](console, viewer, kept)
    headers = {"Content-Disposition": f'attachment; filename="{kind}"'}
    return Response(content, media_type=media_type, headers=headers)


def _as_json(console: Console, viewer: Viewer, kept: KeptPrediction) -> tuple[bytes, str]:
    body = {
        **kept.figures,
        "labels": list(kept.labels),
        "spreads": kept.spreads,
        "shares": kept.shares,
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode(), _JSON


def _as_csv(console: Console, viewer: Viewer, kept: KeptPrediction) -> tuple[bytes, str]:
    text = figure_table(console, viewer, kept).write_csv(include_bom=True)
    return text.encode(), "text/csv; charset=utf-8"


def _as_xlsx(console: Console, viewer: Viewer, kept: KeptPrediction) -> tuple[bytes, str]:
    target = BytesIO()
    workbook = new_workbook(target)
    write_table(workbook, "模拟 simulated", figure_table(console, viewer, kept))
    workbook.close()
    return target.getvalue(), _XLSX


def _events(side: str) -> Callable[[Console, Viewer, KeptPrediction], tuple[bytes, str]]:
    def write(console: Console, viewer: Viewer, kept: KeptPrediction) -> tuple[bytes, str]:
        body = {
            "labels": list(kept.labels),
            "policy": kept.figures[side],
            "begins_at": kept.begins_at.isoformat(),
            "ends_at": kept.ends_at.isoformat(),
            "events": [
                {"kind": event_kind(e), "body": json.loads(event_to_json(e))}
                for e in kept.events[side]
            ],
        }
        return json.dumps(body, ensure_ascii=False).encode(), _JSON

    return write


def figure_table(console: Console, viewer: Viewer, kept: KeptPrediction) -> pl.DataFrame:
    """A row for each figure of each county, group, station, priority and area."""
    labels = " ".join(kept.labels)
    rows = [
        {
            "scope": row.scope,
            "id": row.id,
            "name": row.name,
            "figure": row.figure,
            "unit": _UNITS[FIGURES[row.figure][2]],
            "before": row.before,
            "after": row.after,
            "difference": row.difference,
            "low_95": row.low,
            "high_95": row.high,
            "replications": row.replications,
            "labels": labels,
        }
        for row in all_rows(console, viewer, kept)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


#: File name -> what writes it.
EXPORTS: dict[str, Callable[[Console, Viewer, KeptPrediction], tuple[bytes, str]]] = {
    "simulation.json": _as_json,
    "simulation.csv": _as_csv,
    "simulation.xlsx": _as_xlsx,
    **{f"{side}-events.json": _events(side) for side in SIDES},
}
