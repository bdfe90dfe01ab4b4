"""Whether the server lives and can serve, and its figures for Prometheus."""

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hubpost.web.console import InConsole

router = APIRouter()


@router.get("/healthz")
async def get_health() -> Response:
    """The process answers; nothing else is looked at."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
def get_readiness(console: InConsole) -> Response:
    """200 when the database answers and the writer lives, else 503; no figure is told."""
    try:
        console.store.read(lambda conn: conn.execute(text("SELECT 1")).scalar())
        ready = console.whole.writes
    except Exception:
        ready = False
    return JSONResponse({"status": "ready" if ready else "not ready"}, 200 if ready else 503)


@router.get("/metrics")
def get_metrics(request: Request, console: InConsole) -> Response:
    """Figures of this process in Prometheus's text form, to this machine or a right."""
    metrics = request.app.state.metrics
    metrics.look_at(console.whole)
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)
