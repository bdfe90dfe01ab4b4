"""Predicted response of hub groups, quick enough to be asked inside an optimiser."""

from collections.abc import Callable, Sequence

import numpy as np

from hubpost.dispatch.rule import HUB_GROUP, DispatchRule
from hubpost.model.station import HubGroup
from hubpost.simulation.arrays import CallStream
from hubpost.simulation.inputs import (
    SimulationInputs,
    SimulationParams,
    draw_replication,
    simulate,
)
from hubpost.simulation.policy import Policy

#: Mean response in seconds under these groups; inf where some calls are never answered.
PredictResponse = Callable[[Sequence[HubGroup]], float]


def response_predictor(
    inputs: SimulationInputs,
    params: SimulationParams | None = None,
    rule: DispatchRule = HUB_GROUP,
) -> PredictResponse:
    """A function from groups to mean response; every question meets the very same calls.

    So two groupings differ by what they do and not by chance (common random numbers), and the
    same groups always have the same answer. The figure is *simulated*.
    """
    params = params or SimulationParams(replications=1)
    streams: list[CallStream] = [
        draw_replication(inputs, params, k) for k in range(params.replications)
    ]

    def predict_response_s(groups: Sequence[HubGroup]) -> float:
        policy = Policy(rule, tuple(groups))
        responses = [simulate(inputs, policy, calls, params).response_s for calls in streams]
        mean = float(np.mean(np.concatenate(responses)))
        return mean if np.isfinite(mean) else float("inf")

    return predict_response_s
