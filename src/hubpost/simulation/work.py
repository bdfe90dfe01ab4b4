"""The memory of one run: what the kernel keeps while it plays, and what it leaves behind."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hubpost.simulation.arrays import CallStream, Floats, Ints, Run, World


class Work(NamedTuple):
    """State of units, stations and queue, then the columns of `Run`.

    act, duty, avail, since, at_dest, on_call, node, key: by unit. tree: tournament over key.
    at_home: at its station; roam, where, roaming: list of the units that are not, and available.
    short, eta, its_tier, its_avail: the short list that the rule chooses from. head, tail: queue
    by priority; after, before: its links, by call. missing, sent_of: units, by call.
    """

    act: Ints
    duty: Ints
    avail: Ints
    since: Floats
    at_dest: Ints
    on_call: Ints
    node: Ints
    key: Floats
    tree: Ints
    at_home: NDArray[np.bool_]
    roam: Ints
    where: Ints
    roaming: Ints
    short: Ints
    eta: Floats
    its_tier: Ints
    its_avail: Ints
    ready: Ints
    empty_since: Floats
    missing: Ints
    sent_of: Ints
    head: Ints
    tail: Ints
    after: Ints
    before: Ints
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


def new_work(world: World, calls: CallStream) -> Work:
    """Everybody at home and on duty, nobody waiting, nothing sent yet."""
    units, stations, n = len(world.station_of), world.tier.shape[0], len(calls.decide_s)
    leaves = 1 << max(0, units - 1).bit_length()
    rows = int(calls.needed.sum())

    def whole(size: int, value: int = 0) -> Ints:
        return np.full(size, value, dtype=np.int32)

    return Work(
        act=whole(units),
        duty=whole(units),
        avail=whole(units, 2),
        since=np.zeros(units),
        at_dest=whole(units),
        on_call=whole(units, -1),
        node=world.station_of.copy(),
        key=np.full(2 * leaves, np.inf),
        tree=_tournament(leaves),
        at_home=np.ones(units, dtype=np.bool_),
        roam=whole(units),
        where=whole(units, -1),
        roaming=whole(1),
        short=whole(units),
        eta=np.zeros(units),
        its_tier=whole(units),
        its_avail=whole(units),
        ready=np.bincount(world.station_of, minlength=stations).astype(np.int32),
        empty_since=np.full(stations, -np.inf),
        missing=calls.needed.copy(),
        sent_of=whole(n),
        head=whole(5, -1),
        tail=whole(5, -1),
        after=whole(n, -1),
        before=whole(n, -1),
        dispatched_s=np.full(n, np.nan),
        arrived_s=np.full(n, np.nan),
        cleared_s=np.full(n, np.nan),
        first_unit=whole(n, -1),
        sent_call=whole(rows),
        sent_unit=whole(rows),
        sent_expected_s=np.zeros(rows),
        sent_assigned_s=np.zeros(rows),
        sent_enroute_s=np.zeros(rows),
        sent_arrived_s=np.zeros(rows),
        sent_cleared_s=np.zeros(rows),
        busy_s=np.zeros(units),
        casework_s=np.zeros(units),
        empty_s=np.zeros(stations),
    )


def _tournament(leaves: int) -> Ints:
    """Winners over equal keys: the lowest player wins every match."""
    tree = np.zeros(2 * leaves, dtype=np.int32)
    tree[leaves:] = np.arange(leaves)
    for i in range(leaves - 1, 0, -1):
        tree[i] = tree[2 * i]
    return tree


def run_of(work: Work, sent: int, waiting: int, activity: Floats) -> Run:
    """What a run left behind; sent: rows that were filled."""
    columns = {
        name: getattr(work, name)[:sent] if name.startswith("sent_") else getattr(work, name)
        for name in Run._fields
        if name not in ("activity", "waiting_at_end")
    }
    return Run(**columns, activity=activity, waiting_at_end=waiting)
