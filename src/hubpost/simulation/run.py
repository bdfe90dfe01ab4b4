"""The door to the compiled kernel: what goes in is checked and of one kind of array."""

from typing import Any

import numpy as np

from hubpost.simulation.arrays import CallStream, Floats, Run, World
from hubpost.simulation.work import new_work, run_of

_WHOLE = np.int32


def run(world: World, calls: CallStream, log: bool = False) -> Run:
    """Run the event loop over calls in a world; log keeps changes that are no call.

    Raises ValueError for negative or unordered times, calls outside the world, no units wanted.
    """
    check_world(world)
    check_calls(world, calls)
    # numba compiles once for each kind of array, so there is only one kind.
    same_world = World(*(_same(value) for value in world))
    same_calls = CallStream(*(_same(value) for value in calls))
    from hubpost.simulation.kernel import run_kernel
    from hubpost.simulation.short_list import NEAR

    work = new_work(same_world, same_calls)
    order = arrival_order(same_world)
    near = _padded(order[:, :, :NEAR], NEAR)
    return run_of(work, *run_kernel(same_world, order, near, same_calls, work, log))


def arrival_order(world: World) -> Floats:
    """(M, D, U, 2) unit and seconds it needs from home to each place, soonest first.

    Both in one array because they are read together, and reading is what takes the time. The
    order of equals is free: the kernel goes on until a unit is later than the choice.
    """
    from_home = world.travel_s[:, :, world.station_of] + world.turnout_s
    order = np.argsort(from_home, axis=2)
    both = np.empty((*order.shape, 2))
    both[..., 0] = order
    both[..., 1] = np.take_along_axis(from_home, order, axis=2)
    return both


def _padded(order: Floats, units: int) -> Floats:
    """(M, D, units, 2) of its own memory; beyond the units there are, none (they are not read)."""
    near = np.full((*order.shape[:2], units, 2), np.inf)
    near[:, :, : order.shape[2]] = order
    return near


def check_calls(world: World, calls: CallStream) -> None:
    """Raises ValueError naming everything wrong with the calls."""
    stations, places = world.tier.shape[0], world.travel_s.shape[1]
    if _plausible(world, calls):
        return
    wrong = [
        f"{name}: expected {expected}, found {int(bad.sum())} calls otherwise"
        for name, bad, expected in (
            ("received_s", ~(calls.received_s >= 0), "seconds from 0 on"),
            ("decide_s", ~(calls.decide_s >= calls.received_s), "no earlier than received_s"),
            ("decide_s", np.diff(calls.decide_s, prepend=-np.inf) < 0, "ascending order"),
            ("on_scene_s", ~(calls.on_scene_s >= 0).all(axis=1), "seconds, 0 or more"),
            ("casework_s", ~(calls.casework_s >= 0), "seconds, 0 or more"),
            ("turnout_ratio", ~(calls.turnout_ratio >= 0), "a factor, 0 or more"),
            ("travel_ratio", ~(calls.travel_ratio >= 0), "a factor, 0 or more"),
            ("needed", _out(calls.needed, 1, calls.on_scene_s.shape[1] + 1), "1 or more units"),
            ("priority", _out(calls.priority, 1, 5), "1 to 4"),
            ("station", _out(calls.station, 0, stations), f"0 to {stations - 1}"),
            ("dest", _out(calls.dest, 0, places), f"0 to {places - 1}"),
        )
        if bad.any()
    ]
    _refuse(wrong)


def _plausible(world: World, calls: CallStream) -> bool:
    """The same test by smallest and largest values: a million calls in a few milliseconds.

    A nan makes every comparison false, so it does not pass either.
    """
    if not len(calls.received_s):
        return True
    least: list[Any] = [calls.received_s, calls.on_scene_s, calls.casework_s]
    least += [calls.turnout_ratio, calls.travel_ratio]
    ranges: list[tuple[Any, int, int]] = [
        (calls.needed, 1, calls.on_scene_s.shape[1]),
        (calls.priority, 1, 4),
        (calls.station, 0, world.tier.shape[0] - 1),
        (calls.dest, 0, world.travel_s.shape[1] - 1),
    ]
    return (
        all(values.min() >= 0 for values in least)
        and all(low <= values.min() and values.max() <= high for values, low, high in ranges)
        and bool((calls.decide_s >= calls.received_s).all())
        and bool((calls.decide_s[1:] >= calls.decide_s[:-1]).all())
    )


def check_world(world: World) -> None:
    """Raises ValueError naming everything wrong with the world; compiled code would not notice."""
    layers, places, origins = world.travel_s.shape
    stations, units = world.tier.shape
    wrong = [
        f"{name}: expected {expected}"
        for name, bad, expected in (
            ("travel_s", ~(world.travel_s >= 0), "seconds, 0 or more, inf where there is no way"),
            ("back_s", ~(world.back_s >= 0), "seconds, 0 or more, inf where there is no way"),
            ("turnout_s", ~(world.turnout_s >= 0), "seconds, 0 or more"),
            ("penalty_s", ~(world.penalty_s >= 0), "seconds, 0 or more, inf where forbidden"),
            ("tier", _out(world.tier, 0, len(world.penalty_s)), "the tiers of the rule"),
            ("station_of", _out(world.station_of, 0, stations), f"0 to {stations - 1}"),
            ("node_of", _out(world.node_of, 0, origins), f"0 to {origins - 1}"),
            ("duty_unit", _out(world.duty_unit, 0, units), f"0 to {units - 1}"),
            ("duty_kind", _out(world.duty_kind, 0, 4), "a known duty"),
            ("duty_node", _out(world.duty_node, 0, origins), f"0 to {origins - 1}"),
            ("switch_layer", _out(world.switch_layer, 0, layers), f"0 to {layers - 1}"),
        )
        if bad.any()
    ]
    if not (origins >= stations and len(world.station_of) == units):
        wrong.append("origins: expected at least the stations, and one row of units")
    if world.back_s.shape != (layers, places, stations) or len(world.node_of) != places:
        wrong.append(f"back_s: expected shape ({layers}, {places}, {stations})")
    if not world.end_s > world.start_s:
        wrong.append("end_s: expected a time after start_s")
    _refuse(wrong)


def _refuse(wrong: list[str]) -> None:
    if wrong:
        raise ValueError("simulation: " + "; ".join(wrong) + ".")


def _out(values: Any, low: int, high: int) -> Any:
    return (values < low) | (values >= high)


def _same(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return float(value) if isinstance(value, float | np.floating) else int(value)
    kind: Any = value.dtype
    if kind != np.bool_:
        kind = np.float64 if kind.kind == "f" else _WHOLE
    return np.ascontiguousarray(value, dtype=kind)
