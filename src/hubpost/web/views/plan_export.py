"""A plan in the forms that others can open."""

import json
from typing import Any

from starlette.responses import Response

from hubpost.actions.planning import (
    SignedPlan,
    Workbench,
    find_signed_plan,
    groups_of_plan,
    price_groups,
)
from hubpost.model.plan import Plan
from hubpost.model.refused import Refused
from hubpost.planning.plan_json import plan_to_json
from hubpost.reporting.plan_report import plan_page
from hubpost.tables.plan_tables import plan_geopackage, plan_workbook
from hubpost.web.console import Console
from hubpost.web.viewer import Viewer
from hubpost.web.views.plan_draft import draft_of, groups_of_key, plan_of_key
from hubpost.web.views.plan_page import breach_lines, comparison_rows, draw_plan

#: File name -> media type.
EXPORTS = {
    "plan.json": "application/json",
    "plan.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "plan.gpkg": "application/geopackage+sqlite3",
    "report.html": "text/html; charset=utf-8",
}


def export_plan(
    console: Console, viewer: Viewer, bench: Workbench | None, kind: str, key: str
) -> Response:
    """The plan behind a key as a file. Raises Refused: no such plan, or a draft that breaks rules.

    A signed version is given as it was signed, whatever would be computed today.
    """
    signed = console.store.read(lambda conn: find_signed_plan(conn, key[:64]))
    plan = signed.plan if signed else _unsigned(console, viewer, bench, key)
    body = _body(console, viewer, bench, kind, plan, signed)
    return Response(
        body,
        media_type=EXPORTS[kind],
        headers={"Content-Disposition": f'attachment; filename="{kind}"'},
    )


def _unsigned(console: Console, viewer: Viewer, bench: Workbench | None, key: str) -> Plan:
    if bench is None or key == "best":
        return plan_of_key(console.store, bench, key)
    draft = draft_of(bench, groups_of_key(console.store, bench, key))
    if not draft.legal:
        raise Refused("plan_illegal", "; ".join(breach_lines(console, viewer, bench, draft)))
    return draft.plan


def _body(
    console: Console,
    viewer: Viewer,
    bench: Workbench | None,
    kind: str,
    plan: Plan,
    signed: SignedPlan | None,
) -> bytes:
    places = {s.id: (s.lon, s.lat) for s in console.store.board.stations.values()}
    facts = _facts(viewer, signed)
    if kind == "plan.json":
        return json.dumps(plan_to_json(plan), ensure_ascii=False, indent=1).encode()
    if kind == "plan.xlsx":
        return plan_workbook(plan, facts, console.store.now())
    if kind == "plan.gpkg":
        return plan_geopackage(plan, places)
    page = plan_page(
        plan,
        None,
        title=console.room.county_name,
        map_svg=draw_plan(console, viewer, plan),
        facts=facts,
        price=_price(viewer, bench, plan),
    )
    return page.encode()


def _facts(viewer: Viewer, signed: SignedPlan | None) -> dict[str, str]:
    if signed is None:
        return {"签署 signed": "草案，未签署 draft, not signed"}
    at = signed.signed_at.astimezone(viewer.zone).strftime("%Y-%m-%d %H:%M:%S %Z")
    return {
        "签署人 signed by": signed.signed_by,
        "签署时间 signed at": at,
        "签署理由 reason of signing": signed.reason,
        "版本号 version id": signed.id,
    }


def _price(viewer: Viewer, bench: Workbench | None, plan: Plan) -> list[dict[str, Any]]:
    """The price against the optimum, where the stations are still those of the county."""
    if bench is None or {s.id for s in plan.stations} != set(bench.inputs.station_ids):
        return []
    return comparison_rows(viewer, bench, price_groups(bench, groups_of_plan(plan)))
