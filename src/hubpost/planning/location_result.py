"""What location models answer with."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class LocationResult:
    """What a location model found. chosen: positions of the sites; assigned (clients,): position
    of each client's site. status optimal (bound meets objective), feasible, or infeasible.
    """

    status: str
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    chosen: Ints
    assigned: Ints
    nodes: int = 0
    reason: str = ""
