"""Starting a simulation of the plan in force from the page, watching it, stopping it."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hubpost.actions.simulation_runs import SimulationRuns
from hubpost.model.refused import Refused
from hubpost.simulation.inputs import SimulationParams
from hubpost.web.console import AsViewer, InConsole
from hubpost.web.pages import render
from hubpost.web.simulation_words import RUN_REASON
from hubpost.web.views.plan_workbench import refuse_part

router = APIRouter()


def runs(request: Request) -> SimulationRuns:
    """Those of this process."""
    found: SimulationRuns = request.app.state.simulation_runs
    return found


@router.post("/simulation/run")
def run_simulation(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    replications: Annotated[int, Form()] = 20,
    years: Annotated[float, Form()] = 1.0,
    seed: Annotated[int, Form()] = 1,
    target_min: Annotated[float, Form()] = 15.0,
) -> Response:
    """Begin; the page shows how far it is."""
    params = SimulationParams(
        years=years, replications=replications, seed=seed, target_s=target_min * 60
    )
    try:
        run = runs(request).start(params)
    except Refused as refused:
        return refuse_part(console, viewer, refused)
    return render(console, viewer, "simulation_run.html", run=run, run_reasons=RUN_REASON)


@router.get("/simulation/progress")
def show_simulation_run(request: Request, console: InConsole, viewer: AsViewer) -> Response:
    """How far the run is; once a prediction is kept, the page shows it."""
    run = runs(request).find()
    if run is not None and run.ended and not run.reason:
        return Response(status_code=204, headers={"HX-Redirect": "/simulation"})
    return render(console, viewer, "simulation_run.html", run=run, run_reasons=RUN_REASON)


@router.post("/simulation/stop")
def stop_simulation(request: Request, console: InConsole, viewer: AsViewer) -> Response:
    """End the run; what was kept before stays."""
    runs(request).stop()
    return RedirectResponse("/simulation", 303)
