"""What the kernel reads and writes: plain arrays by name, so that numba can compile over them."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hubpost.model.call import CallCategory

Floats = NDArray[np.float64]
#: Categories of calls by position; a call of unknown category counts as a request for help.
CATEGORIES = (CallCategory.ASSISTANCE, *(c for c in CallCategory if c.value != "assistance"))

Ints = NDArray[np.integer[Any]]

#: What a unit is doing, as the kernel knows it.
AT_BASE, OUT, RETURNING, CASEWORK = 0, 1, 2, 3
#: What its duty roster says: it decides the availability of a unit that is at its base.
ON_DUTY, MEAL, TRAINING, OFF_DUTY = 0, 1, 2, 3

#: Added to a duty in the log of activities: the unit is at its base on that duty.
BACK = 10


class World(NamedTuple):
    """Units, stations, rule and roads of one run. S stations, U units, D destinations, O origins.

    station_of, turnout_s: (U,). tier: (S, U), the tier of each unit for calls of each station.
    penalty_s: (4,). travel_s: (M, D, O) seconds, one layer for each state of the roads; the first
    S origins are the stations. back_s: (M, D, S). node_of: (D,) the origin a unit stands on when
    it is at a destination. duty_*: the roster, by time; duty_node is the origin it waits at.
    switch_*: when another layer of travel_s holds. start_s, end_s: the time that is counted.
    """

    station_of: Ints
    turnout_s: Floats
    tier: Ints
    penalty_s: Floats
    conditional_priority: int
    travel_s: Floats
    back_s: Floats
    node_of: Ints
    duty_t: Floats
    duty_unit: Ints
    duty_kind: Ints
    duty_node: Ints
    switch_t: Floats
    switch_layer: Ints
    start_s: float
    end_s: float


class CallStream(NamedTuple):
    """n calls in the order of their dispatch decision, with all their luck drawn beforehand.

    received_s, decide_s: (n,) seconds; decide_s ascending. dest, station: (n,). priority: 1 to 4.
    needed: units wanted. on_scene_s: (n, K), K at least the largest `needed`. turnout_ratio,
    travel_ratio: (n,) actual over expected. casework_s: (n,) follow-up of the first unit, 0 none.
    binds: (n,) whether that casework ties up all of its station that is at the station.
    category: (n,) position in CATEGORIES.
    """

    received_s: Floats
    decide_s: Floats
    dest: Ints
    station: Ints
    priority: Ints
    needed: Ints
    on_scene_s: Floats
    turnout_ratio: Floats
    travel_ratio: Floats
    casework_s: Floats
    binds: NDArray[np.bool_]
    category: Ints


class Run(NamedTuple):
    """What came of one run. n calls, R assignments, A activities.

    dispatched_s, arrived_s: (n,) of the first unit, nan where none ever went. first_unit: (n,),
    -1. sent_*: (R,) one row for each unit sent; sent_expected_s is the predicted way there.
    busy_s, casework_s: (U,) within the time counted. empty_s: (S,) time with no unit of its own
    ready at the station. activity: (A, 4) time, unit, kind and number of units sent before, of
    what is no call, if logged: CASEWORK, or BACK plus the duty it comes back to.
    """

    dispatched_s: Floats
    arrived_s: Floats
    cleared_s: Floats
    first_unit: Ints
    sent_call: Ints
    sent_unit: Ints
    sent_expected_s: Floats
    sent_assigned_s: Floats
    sent_enroute_s: Floats
    sent_arrived_s: Floats
    sent_cleared_s: Floats
    busy_s: Floats
    casework_s: Floats
    empty_s: Floats
    activity: Floats
    waiting_at_end: int
