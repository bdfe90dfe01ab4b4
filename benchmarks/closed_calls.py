"""A made-up past for benchmarks: closed calls with all the rows a served county writes for them.

Eight events, eight audit rows sealed one to the next, two decisions of some 6 kB, one call and one
response a call, as `hubpost serve` leaves them; all of it is synthetic. The events replay: no call
is given to a unit that is not free. No benchmark of its own: see restore.py and city.py.
"""

import heapq
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from hubpost.model.events import GroupsFormed, StationOpened, UnitJoined
from hubpost.model.station import HubGroup, Station
from hubpost.model.unit import Unit
from hubpost.storage.audit_chain import seal
from hubpost.storage.sealed import place_of
from hubpost.storage.transaction import SEALED_CALL
from hubpost.storage.vault import Vault

#: Seconds after the call at which each step happens.
_AFTER_S = {
    "UnitAssigned": 40,
    "UnitAcknowledged": 70,
    "UnitEnRoute": 130,
    "UnitArrived": 1_000,
    "UnitCleared": 2_700,
    "CallCleared": 2_700,
    "UnitActivitySet": 3_600,
}
_SYLLABLES = "水市堰塘火石车田马喇正阳石家小南海金溪白蜡园光集场岩头村桥"
#: Bodies that return only after more bytes than a compressor's window holds.
_BODIES = 2_000

Columns = tuple[str, ...]
Sink = Callable[[str, Columns, list[tuple]], None]


@dataclass(frozen=True, slots=True)
class Past:
    """How many stations, units and calls, and how often one comes."""

    stations: int = 25
    units: int = 80
    calls: int = 20_000
    every_s: float = 157.0
    ends_at: datetime = datetime(2026, 11, 1, tzinfo=UTC)
    prefix: str = "s"
    apart_deg: float = 0.08
    seed: int = 1


def opening_events(past: Past) -> list:
    """Stations on a grid of a few kilometres, their units, groups of three."""
    at = past.ends_at - timedelta(seconds=past.every_s * past.calls + 86_400)
    ids = [f"{past.prefix}{i}" for i in range(past.stations)]
    events: list = [
        StationOpened(
            at,
            Station(
                s, f"{s}派出所", 108.0 + (i % 5) * past.apart_deg, 29.0 + (i // 5) * past.apart_deg
            ),
            tuple(ids[j] for j in (i - 1, i + 1, i - 5, i + 5) if 0 <= j < past.stations),
        )
        for i, s in enumerate(ids)
    ]
    events += [UnitJoined(at, Unit(unit_id(past, i), f"{i}", ids[i % past.stations]))
               for i in range(past.units)]  # fmt: skip
    threes = [ids[i : i + 3] for i in range(0, past.stations, 3)]
    return [*events, GroupsFormed(at, tuple(HubGroup(t[0], tuple(t[1:])) for t in threes))]


def unit_id(past: Past, idx: int) -> str:
    return f"{past.prefix}{idx % past.stations}-{idx // past.stations + 1}"


def fill_past(
    past: Past,
    last_event_id: int,
    last_seal: tuple[int, str],
    sink: Sink,
    vault: Vault,
    batch: int = 2_000,
) -> None:
    """Give every row of the past to the sink, a batch of calls at a time; ids and seals go on
    from where the database stands. What may tell of persons is sealed as the server seals it."""
    rng = random.Random(past.seed)
    # Sealed once and used again: a fill would else spend most of its time on them.
    bodies = [vault.seal(_advice_body(past, rng), "decision.body:bench") for _ in range(_BODIES)]
    event_id, (audit_id, previous) = last_event_id, last_seal
    rows: dict[str, tuple[Columns, list[tuple]]] = {}

    def add(table: str, columns: Mapping[str, object]) -> None:
        kept = rows.setdefault(table, (tuple(columns), []))
        kept[1].append(tuple(columns.values()))

    for n, (at, kind, call_id, unit, body) in enumerate(_steps(past, rng)):
        if kind == "Decided":
            chosen = {"chosen_unit_id": unit}
            advised = bodies[n * 7919 % _BODIES]
            add("decision", {"call_id": call_id, "at": at, "actor": "d1", "rule": "mutual_aid",
                             "seen_event_id": event_id, **chosen, "body": advised})  # fmt: skip
            continue
        if kind in ("call", "response"):
            row = msgspec.json.decode(body)
            if kind == "call":
                for name in SEALED_CALL:
                    if row.get(name):
                        row[name] = vault.seal(row[name], place_of("call", name, call_id))
            add(kind, row)
            continue
        event_id += 1
        if kind in ("CallReceived", "CallCleared"):
            body = vault.seal(body, place_of("event", "body", event_id))
        at_both = {"at": at, "recorded_at": at}
        add("event", {"id": event_id, **at_both, "kind": kind,
                      "call_id": call_id, "unit_id": unit, "actor": "d1",
                      "body": body})  # fmt: skip
        audit_id += 1
        fact, subject = f'{{"event_id":{event_id}}}', call_id or unit or ""
        sealed = seal(previous, audit_id, at, "d1", kind, subject, fact)
        add("audit", {"id": audit_id, "at": at, "actor": "d1", "action": kind, "subject": subject,
                      "body": fact, "previous_hash": previous, "hash": sealed})  # fmt: skip
        previous = sealed
        if len(rows["event"][1]) >= batch * 8:
            _hand_over(rows, sink)
    _hand_over(rows, sink)


def _hand_over(rows: dict[str, tuple[Columns, list[tuple]]], sink: Sink) -> None:
    for table, (columns, values) in rows.items():
        sink(table, columns, values)
    rows.clear()


def _steps(past: Past, rng: random.Random) -> Iterator[tuple]:
    """(at, kind, call, unit, body) in the order they were committed."""
    began = past.ends_at - timedelta(seconds=past.every_s * past.calls)
    waiting: list[tuple] = []
    days: dict[str, int] = {}
    order = 0
    for n in range(past.calls):
        at = began + timedelta(seconds=past.every_s * n, microseconds=rng.randrange(1_000_000))
        while waiting and waiting[0][0] <= at:
            yield _without_order(heapq.heappop(waiting))
        call_id, idx = f"{rng.getrandbits(128):032x}", n % past.units
        day = f"{at:%Y%m%d}"
        days = {day: days.get(day, 0) + 1}
        for step in _life(past, rng, at, call_id, f"{day}-{days[day]:04d}", idx):
            order += 1
            heapq.heappush(waiting, (step[0], order, *step[1:]))
    while waiting:
        yield _without_order(heapq.heappop(waiting))


def _without_order(step: tuple) -> tuple:
    return (step[0], *step[2:])


def _life(past: Past, rng: random.Random, at: datetime, call: str, number: str, idx: int) -> list:
    """One call from its taking to the unit's return; its rows last, as they are in the end."""
    unit, station = unit_id(past, idx), f"{past.prefix}{idx % past.stations}"
    note = "".join(rng.choices(_SYLLABLES, k=24))
    lon, lat = 108.0 + rng.random() * 0.4, 29.0 + rng.random() * 0.4
    when = {k: at + timedelta(seconds=s + rng.random() * 20) for k, s in _AFTER_S.items()}
    when["CallCleared"] = when["UnitCleared"]
    utc = {k: f"{w:%Y-%m-%dT%H:%M:%S.%f}Z" for k, w in when.items()}
    received = f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"
    arrival = f"{at + timedelta(seconds=900):%Y-%m-%dT%H:%M:%S.%f}Z"
    category = rng.choice(("assistance", "dispute", "traffic", "public_order"))
    taken = (
        f'{{"at":"{received}","call":{{"id":"{call}","received_at":"{received}",'
        f'"category":"{category}","priority":2,"lon":{lon},"lat":{lat},"station_id":"{station}",'
        f'"number":"{number}","area_id":null,"place_text":"{note[:8]}","note":"{note}",'
        '"confirmed":true,"units_needed":1,"exercise":false,"mode":"live","due_at":null,'
        '"danger":false,"skills_needed":[],"caller":null,"source":"110"}}'
    )
    of_both = f'"call_id":"{call}","unit_id":"{unit}"'
    day, _, in_day = number.partition("-")
    call_row = {
        **{"id": call, "day": day, "number_in_day": int(in_day), "number": number},
        **{"received_at": received, "category": category, "priority": 2, "lon": lon, "lat": lat},
        **{"station_id": station, "place_text": note[:8], "note": note, "confirmed": True},
        **{"units_needed": 1, "exercise": False, "state": "cleared", "outcome": "dealt_with"},
        **{"closed_at": utc["CallCleared"], "source": "110", "room_id": station},
    }
    response_row = {
        **{"call_id": call, "idx": 0, "unit_id": unit, "assigned_at": utc["UnitAssigned"]},
        **{"predicted_arrival_at": arrival, "acknowledged_at": utc["UnitAcknowledged"]},
        **{"enroute_at": utc["UnitEnRoute"], "arrived_at": utc["UnitArrived"]},
        "cleared_at": utc["UnitCleared"],
    }
    steps = [
        (at, "CallReceived", call, None, taken),
        (at, "Decided", call, None, ""),
        (when["UnitAssigned"], "Decided", call, unit, ""),
        (when["UnitAssigned"], "UnitAssigned", call, unit,
         f'{{"at":"{utc["UnitAssigned"]}",{of_both},"predicted_arrival_at":"{arrival}",'
         '"override_reason":null}'),
    ]  # fmt: skip
    for kind in ("UnitAcknowledged", "UnitEnRoute", "UnitArrived", "UnitCleared"):
        steps.append((when[kind], kind, call, unit, f'{{"at":"{utc[kind]}",{of_both}}}'))
    closed, home = utc["CallCleared"], utc["UnitActivitySet"]
    return [
        *steps,
        (when["CallCleared"], "CallCleared", call, None,
         f'{{"at":"{closed}","call_id":"{call}","outcome":"dealt_with"}}'),
        (when["UnitActivitySet"], "UnitActivitySet", None, unit,
         f'{{"at":"{home}","unit_id":"{unit}","activity":"at_station","reason":""}}'),
        (when["UnitActivitySet"], "call", call, None, msgspec.json.encode(call_row).decode()),
        (when["UnitActivitySet"], "response", call, None,
         msgspec.json.encode(response_row).decode()),
    ]  # fmt: skip


def _advice_body(past: Past, rng: random.Random) -> str:
    """An advice as `decision.body` keeps it: twenty units ranked, the first one chosen."""
    ranked = [_choice(past, rng) for _ in range(20)]
    return (
        f'{{"advice":{{"call_id":"CALL","choices":[{ranked[0]}],"ranked":[{",".join(ranked)}],'
        f'"barred":[],"reasons":[{{"code":"own_nearest","facts":{{"eta_s":{rng.random()}}}}}],'
        '"rule":"mutual_aid","notes":[],"cover":[],"left_out":60},"words":["estimated"],'
        '"roads":{"closure_ids":[],"ignored_ids":[],"weather":"dry","dark":false,'
        '"calibration":""}}'
    )


def _choice(past: Past, rng: random.Random) -> str:
    idx, travel = rng.randrange(past.units), rng.random() * 3_000
    tier = rng.choice(("own", "group", "neighbour"))
    return (
        f'{{"unit_id":"{unit_id(past, idx)}","station_id":"{past.prefix}{idx % past.stations}",'
        f'"tier":"{tier}","turnout_s":132.0,"travel_s":{travel},"eta_s":{travel + 132},'
        f'"score_s":{travel + 192},"barred":null,"call_id":null,"fix_age_s":null,"fix_old":false,'
        '"reserve":false,"cover":null,"eta_low_s":null,"eta_high_s":null}'
    )
