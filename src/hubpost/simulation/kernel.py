"""The event loop, compiled: calls, units, queue and roster over arrays.

Nothing is drawn here: every call brings its luck with it (`CallStream`), so two policies meet the
very same calls. Whom to send is the console's own rule, see short_list.py.
"""

from typing import Any

import numpy as np

from hubpost.simulation.arrays import (
    AT_BASE,
    BACK,
    CASEWORK,
    OFF_DUTY,
    OUT,
    RETURNING,
    CallStream,
    Floats,
    World,
)
from hubpost.simulation.clock import set_key
from hubpost.simulation.jit import (
    borrowed,
    compiled_and_kept,
    fetched,
)
from hubpost.simulation.moves import (
    at_base_availability,
    come_back,
    leave,
    noted,
    overlap,
    set_roaming,
)
from hubpost.simulation.short_list import NEAR, choose, enlist
from hubpost.simulation.sources import compiled_sources_crc
from hubpost.simulation.work import Work

#: A call's nearest units are asked for from memory when so many others are still before it.
AHEAD = 4


def _make_kernel(sources_crc: int) -> Any:
    @compiled_and_kept
    def run_kernel(
        world: World, order: Floats, near: Floats, calls: CallStream, work: Work, log: bool
    ) -> tuple[int, int, Floats]:
        """Play all calls, writing into work; units sent, calls left waiting, activities."""
        _ = sources_crc  # part of the cache key, see sources.py
        # Borrowed: counting references up and down would take a quarter of the time.
        world, calls, work, order = (
            borrowed(world),
            borrowed(calls),
            borrowed(work),
            borrowed(order),
        )
        near = borrowed(near)
        station_of, turnout_s, penalty_s = world.station_of, world.turnout_s, world.penalty_s
        tiers, node_of = world.tier, world.node_of
        duty_times, duty_unit = world.duty_t, world.duty_unit
        duty_kind, duty_node = world.duty_kind, world.duty_node
        switch_times, switch_layer = world.switch_t, world.switch_layer
        decide_s, call_dest, call_station = calls.decide_s, calls.dest, calls.station
        call_priority, on_scene_s = calls.priority, calls.on_scene_s
        turnout_ratio, travel_ratio = calls.turnout_ratio, calls.travel_ratio
        follow_s, binds = calls.casework_s, calls.binds
        act, duty, avail, since = work.act, work.duty, work.avail, work.since
        at_dest, on_call, node, key, tree = (
            work.at_dest,
            work.on_call,
            work.node,
            work.key,
            work.tree,
        )
        at_home, roam, where, roaming = work.at_home, work.roam, work.where, work.roaming
        short, eta, its_tier, its_avail = work.short, work.eta, work.its_tier, work.its_avail
        ready, empty_since, empty_s = work.ready, work.empty_since, work.empty_s
        busy_s, casework_s = work.busy_s, work.casework_s
        missing, sent_of, head, tail = work.missing, work.sent_of, work.head, work.tail
        after, before = work.after, work.before
        dispatched_s, arrived_s, cleared_s = work.dispatched_s, work.arrived_s, work.cleared_s
        first_unit = work.first_unit
        sent_call, sent_unit, sent_expected_s = work.sent_call, work.sent_unit, work.sent_expected_s
        sent_assigned_s, sent_enroute_s = work.sent_assigned_s, work.sent_enroute_s
        sent_arrived_s, sent_cleared_s = work.sent_arrived_s, work.sent_cleared_s
        units = len(station_of)
        leaves = len(tree) // 2
        places = len(node_of)
        stations = tiers.shape[0]
        n = len(decide_s)
        start_s, end_s = world.start_s, world.end_s
        conditional_priority = world.conditional_priority
        layer = 0
        travel_s = world.travel_s[0]
        back_s = world.back_s[0]

        waiting = 0
        row = 0
        activity = np.empty((16, 4))
        activities = 0

        next_call = 0
        next_duty = 0
        next_switch = 0
        duties = len(duty_times)
        switches = len(switch_times)

        while next_call < n or waiting > 0:
            call_t = decide_s[next_call] if next_call < n else np.inf
            duty_t = duty_times[next_duty] if next_duty < duties else np.inf
            switch_t = switch_times[next_switch] if next_switch < switches else np.inf
            mover = tree[1]
            unit_t = key[1]
            now = min(min(call_t, unit_t), min(duty_t, switch_t))
            if now == np.inf:
                break
            # What the queue may be tried for: nobody (-2), one unit, or anybody (-1).
            freed = -2
            arriving = -1

            if unit_t == now:
                u = mover
                s = station_of[u]
                home = act[u] != OUT
                if not home:
                    c = on_call[u]
                    back = back_s[call_dest[c], s]
                    on_call[u] = -1
                    if follow_s[c] > 0.0 and first_unit[c] == u:
                        until = now + back + follow_s[c]
                        act[u] = CASEWORK
                        set_key(tree, key, u, until)
                        casework_s[u] += overlap(now, until, start_s, end_s)
                        if log:
                            activity = noted(activity, activities, now, u, CASEWORK, row)
                            activities += 1
                        if binds[c]:
                            for v in range(units):
                                if station_of[v] != s or act[v] != AT_BASE or duty[v] == OFF_DUTY:
                                    continue
                                if avail[v] == 2 and node[v] == s:
                                    leave(ready, empty_since, s, now)
                                act[v] = CASEWORK
                                avail[v] = 0
                                at_home[v] = False
                                set_roaming(roam, where, roaming, v, False)
                                set_key(tree, key, v, until)
                                casework_s[v] += overlap(now, until, start_s, end_s)
                                if log:
                                    activity = noted(activity, activities, now, v, CASEWORK, row)
                                    activities += 1
                    elif back > 0.0:
                        act[u] = RETURNING
                        avail[u] = 2
                        set_roaming(roam, where, roaming, u, True)
                        since[u] = now
                        at_dest[u] = call_dest[c]
                        set_key(tree, key, u, now + back)
                        freed = u
                    else:
                        home = True
                if home:
                    # At the station again: from a call, from its way back, or from casework.
                    act[u] = AT_BASE
                    set_key(tree, key, u, np.inf)
                    avail[u] = at_base_availability(duty[u])
                    at_home[u] = node[u] == s
                    set_roaming(roam, where, roaming, u, not at_home[u])
                    if avail[u] == 2 and node[u] == s:
                        come_back(ready, empty_since, empty_s, s, now, start_s, end_s)
                    if avail[u] > 0:
                        freed = u
                    if log:
                        activity = noted(activity, activities, now, u, BACK + duty[u], row)
                        activities += 1
            elif duty_t == now:
                u = duty_unit[next_duty]
                s = station_of[u]
                if act[u] == AT_BASE:
                    was = avail[u] == 2 and node[u] == s
                    node[u] = duty_node[next_duty]
                    duty[u] = duty_kind[next_duty]
                    avail[u] = at_base_availability(duty[u])
                    at_home[u] = node[u] == s
                    set_roaming(roam, where, roaming, u, not at_home[u])
                    ready_now = avail[u] == 2 and at_home[u]
                    if was and not ready_now:
                        leave(ready, empty_since, s, now)
                    if ready_now and not was:
                        come_back(ready, empty_since, empty_s, s, now, start_s, end_s)
                    if avail[u] > 0:
                        freed = u
                    if log:
                        activity = noted(activity, activities, now, u, BACK + duty[u], row)
                        activities += 1
                else:
                    node[u] = duty_node[next_duty]
                    duty[u] = duty_kind[next_duty]
                next_duty += 1
            elif switch_t == now:
                layer = switch_layer[next_switch]
                travel_s = world.travel_s[layer]
                back_s = world.back_s[layer]
                next_switch += 1
                freed = -1
            else:
                arriving = next_call
                next_call += 1
                if arriving + AHEAD < n:
                    fetched(near, (layer * places + call_dest[arriving + AHEAD]) * 2 * NEAR)

            if arriving < 0 and (freed == -2 or waiting == 0):
                continue

            # One call, or the queue: graver first, then longer waiting.
            priority = 1
            c = arriving
            if arriving < 0:
                while priority < 4 and head[priority] < 0:
                    priority += 1
                c = head[priority]
            while c >= 0:
                station = call_station[c]
                dest = call_dest[c]
                hopeless = freed >= 0 and penalty_s[tiers[station, freed]] == np.inf
                while not hopeless and missing[c] > 0:
                    count = 0
                    for k in range(roaming[0]):
                        u = roam[k]
                        if act[u] == RETURNING:
                            until = key[leaves + u]
                            way_s = until - since[u]
                            left = (until - now) / way_s if 0.0 < way_s < np.inf else 1.0
                            expected = left * travel_s[dest, node_of[at_dest[u]]]
                            if left < 1.0:
                                expected += (1.0 - left) * travel_s[dest, station_of[u]]
                        else:
                            expected = travel_s[dest, node[u]]
                        enlist(
                            short,
                            eta,
                            its_tier,
                            its_avail,
                            count,
                            u,
                            expected,
                            tiers[station, u],
                            avail[u],
                        )
                        count += 1
                    chosen = choose(
                        short,
                        eta,
                        its_tier,
                        its_avail,
                        count,
                        order,
                        near,
                        layer,
                        dest,
                        at_home,
                        tiers,
                        station,
                        avail,
                        call_priority[c],
                        penalty_s,
                        conditional_priority,
                    )
                    u = short[chosen] if chosen >= 0 else -1
                    if u < 0:
                        break
                    s = station_of[u]
                    turnout = turnout_s[u] if at_home[u] else 0.0
                    enroute = now + turnout * turnout_ratio[c]
                    arrived = enroute + (eta[chosen] - turnout) * travel_ratio[c]
                    cleared = arrived + on_scene_s[c, sent_of[c]]
                    if at_home[u] and avail[u] == 2:
                        leave(ready, empty_since, s, now)
                    act[u] = OUT
                    avail[u] = 0
                    at_home[u] = False
                    set_roaming(roam, where, roaming, u, False)
                    on_call[u] = c
                    set_key(tree, key, u, cleared)
                    busy_s[u] += overlap(now, cleared, start_s, end_s)
                    if sent_of[c] == 0:
                        dispatched_s[c] = now
                        arrived_s[c] = arrived
                        cleared_s[c] = cleared
                        first_unit[c] = u
                    else:
                        arrived_s[c] = min(arrived_s[c], arrived)
                        cleared_s[c] = max(cleared_s[c], cleared)
                    sent_of[c] += 1
                    missing[c] -= 1
                    sent_call[row] = c
                    sent_unit[row] = u
                    sent_expected_s[row] = eta[chosen]
                    sent_assigned_s[row] = now
                    sent_enroute_s[row] = enroute
                    sent_arrived_s[row] = arrived
                    sent_cleared_s[row] = cleared
                    row += 1
                if arriving >= 0:
                    if missing[c] > 0:
                        p = call_priority[c]
                        before[c] = tail[p]
                        if tail[p] >= 0:
                            after[tail[p]] = c
                        else:
                            head[p] = c
                        tail[p] = c
                        waiting += 1
                    break
                following = after[c]
                if missing[c] == 0:
                    if before[c] >= 0:
                        after[before[c]] = following
                    else:
                        head[priority] = following
                    if following >= 0:
                        before[following] = before[c]
                    else:
                        tail[priority] = before[c]
                    waiting -= 1
                # Only the freed unit is news; once it is gone, nobody else can be helped.
                if freed >= 0 and avail[freed] == 0:
                    break
                c = following
                while c < 0 and priority < 4:
                    priority += 1
                    c = head[priority]

        for s in range(stations):
            if ready[s] == 0:
                empty_s[s] += overlap(empty_since[s], np.inf, start_s, end_s)
        return row, waiting, activity[:activities]

    return run_kernel


run_kernel = _make_kernel(compiled_sources_crc())
