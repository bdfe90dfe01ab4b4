"""Police grids, officers in villages, beat rounds, call-outs and volunteers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import sqlalchemy as sa

from hubpost.actions.command_room import CommandRoom
from hubpost.actions.records.filing import move_record, open_record
from hubpost.actions.records.privacy import keep_person, start_retention
from hubpost.model.board import Board
from hubpost.model.records.change import Rules
from hubpost.model.records.grid import (
    BEAT_PLAN_KIND,
    CALL_OUT_KIND,
    CONSENT_KIND,
    POLICE_GRID_KIND,
    POSTING_KIND,
    Answer,
    BeatStop,
)
from hubpost.model.records.minimum_unit import UnitGap, list_gaps
from hubpost.model.records.periods import period_of
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused
from hubpost.model.station import Area
from hubpost.planning.patrol import plan_round
from hubpost.storage import schema
from hubpost.storage.records.drawn_grids import read_unit_grids
from hubpost.storage.records.persons import Person
from hubpost.storage.records.reading import Filters, list_records
from hubpost.storage.records.tables import record
from hubpost.storage.transaction import Tx

#: A round is half a working day, with a quarter of an hour at each stop; both can be given.
ROUND_S, STOP_S = 4 * 3600.0, 15 * 60.0


def draw_grid(
    tx: Tx, rules: Rules, station_id: str, name: str, village_grid_ids: Sequence[str],
    *, area_ids: Sequence[str] = (), lead_id: str = "", synthetic: bool = False,
) -> Record:  # fmt: skip
    """划定 a police grid over village grids. Raises Refused when one lies in another already."""
    _require_free(tx, village_grid_ids)
    put = {
        "station_id": station_id,
        "title": name,
        "village_grid_ids": list(village_grid_ids),
        "area_ids": list(area_ids),
        "owner_id": lead_id,
        "synthetic": synthetic,
    }
    return open_record(tx, rules, POLICE_GRID_KIND, "draw", put)


def assign_lead(tx: Tx, rules: Rules, grid_id: str, officer_id: str) -> Record:
    """指定网格长."""
    return move_record(tx, rules, POLICE_GRID_KIND, grid_id, "assign", {"owner_id": officer_id})


def appoint_officer(
    tx: Tx, rules: Rules, officer_id: str, area_id: str, station_id: str, role: str = ""
) -> Record:
    """A community officer joins the committee of a village."""
    put = {"owner_id": officer_id, "area_id": area_id, "station_id": station_id, "role": role}
    return open_record(tx, rules, POSTING_KIND, "appoint", put)


def propose_beat(
    tx: Tx, rules: Rules, room: CommandRoom, station_id: str, area_ids: Sequence[str] = (),
    *, officer_id: str = "", round_s: float = ROUND_S, stop_s: float = STOP_S,
) -> Record:  # fmt: skip
    """Propose a round through a station's villages, those with more calls and older visits first.

    The officer takes it, changes it or drops it: his own choice is final.
    """
    wanted = set(area_ids)
    areas = [a for a in room.areas if a.station_id == station_id and (not wanted or a.id in wanted)]
    if not areas:
        raise Refused("no_areas", f"Station {station_id} has no villages on record.")
    places = [tx.board.stations[station_id].place, *(a.place for a in areas)]
    travel = np.asarray(room.travel.matrix_s(places, places), dtype=float)
    need = _need(tx.conn, tx, areas)
    found = plan_round(travel, need, stop_s=stop_s, budget_s=round_s)
    if found.status == "infeasible":
        raise Refused("no_round", "No village can be reached and left again in the time given.")
    stops = [BeatStop(areas[i].id, leg) for i, leg in zip(found.stops, found.leg_s, strict=False)]
    put = {
        "station_id": station_id,
        "owner_id": officer_id,
        "proposed": stops,
        "drive_s": found.drive_s,
        "estimated": "estimated" in room.time_words,
        "status": found.status,
        "week": period_of("W", tx.now.astimezone(rules.zone).date()).name,
    }
    return open_record(tx, rules, BEAT_PLAN_KIND, "propose", put)


def choose_beat(tx: Tx, rules: Rules, plan_id: str, area_ids: Sequence[str]) -> Record:
    """The officer's own round, in his own order."""
    put = {"chosen": list(area_ids), "owner_id": tx.actor}
    return move_record(tx, rules, BEAT_PLAN_KIND, plan_id, "choose", put)


def drop_beat(tx: Tx, rules: Rules, plan_id: str, reason: str) -> Record:
    """不采用, for a reason."""
    return move_record(tx, rules, BEAT_PLAN_KIND, plan_id, "drop", {"reason": reason})


def call_out(
    tx: Tx, rules: Rules, grid_id: str, *, drill: bool = True, armed: bool = False
) -> Record:
    """Call out the unit of a police grid, as a drill or test; members are those on the board.

    grid_id: of the police grid, or of a village grid in it, which calls out the same unit.
    """
    grids = read_unit_grids(tx.conn)
    unit_id = grids.unit_of(grid_id)
    members = [m for m in tx.board.members.values() if grids.unit_of(m.member.grid_id) == unit_id]
    if not members:
        raise Refused("unit_empty", f"Grid {grid_id} has no members on its list.")
    put = {
        "grid_id": unit_id,
        "station_id": members[0].member.station_id,
        "area_id": members[0].member.area_id,
        "member_ids": [m.member.id for m in members],
        "drill": drill,
        "armed": armed,
    }
    return open_record(tx, rules, CALL_OUT_KIND, "call", put)


def answer_call_out(
    tx: Tx, rules: Rules, call_out_id: str, member_id: str, *, coming: bool = True,
    arrived: bool = False,
) -> Record:  # fmt: skip
    """A member answers, or is there."""
    answer = Answer(member_id, tx.now, coming, arrived)
    return move_record(tx, rules, CALL_OUT_KIND, call_out_id, "answer", add={"answers": (answer,)})


def review_call_out(tx: Tx, rules: Rules, call_out_id: str, lesson: str) -> Record:
    """End a drill and say what was learnt."""
    move_record(tx, rules, CALL_OUT_KIND, call_out_id, "stand_down")
    return move_record(tx, rules, CALL_OUT_KIND, call_out_id, "review", {"lesson": lesson})


def give_consent(
    tx: Tx, rules: Rules, grid_id: str, station_id: str, person: Person, *, text_version: str,
    adult: bool,
) -> Record:  # fmt: skip
    """A volunteer agrees, of age and for a year; name and contact lie apart.

    Raises Refused for a grid that is not drawn once any is.
    """
    drawn = read_unit_grids(tx.conn)
    if drawn.unit_ids and grid_id not in drawn.unit_ids:
        raise Refused("grid_unknown", f"There is no grid {grid_id[:40]!r}. Choose one.")
    put = {
        "grid_id": grid_id,
        "station_id": station_id,
        "text_version": text_version,
        "adult": adult,
        "agreed": True,
    }
    given = open_record(tx, rules, CONSENT_KIND, "give", put)
    keep_person(tx, rules, CONSENT_KIND, given.id, Person("volunteer", person.name, person.phone))
    return given


def withdraw_consent(tx: Tx, rules: Rules, consent_id: str) -> Record:
    """撤回: needs no reason, and starts the clock after which the details are purged."""
    gone = move_record(tx, rules, CONSENT_KIND, consent_id, "withdraw")
    start_retention(tx, rules, CONSENT_KIND, consent_id, tx.now)
    return gone


def list_unit_gaps(
    conn: sa.Connection, board: Board, rules: Rules, grid_ids: Sequence[str], now: datetime
) -> list[UnitGap]:
    """Of these police grids, those whose unit lacks a role, people, or contacts confirmed."""
    since = now - timedelta(days=rules.clocks["unit_contact"].amount)
    return list_gaps(board.members.values(), grid_ids, since, read_unit_grids(conn))


def _require_free(tx: Tx, village_grid_ids: Sequence[str]) -> None:
    held = list_records(tx.conn, POLICE_GRID_KIND, Filters(states=("active",)), limit=100_000)
    taken = {g: r.title for r in held for g in getattr(r, "village_grid_ids", ())}
    clash = next((g for g in village_grid_ids if g in taken), None)
    if clash is not None:
        raise Refused("grid_taken", f"Village grid {clash} lies in {taken[clash]} already.")


def _need(conn: sa.Connection, tx: Tx, areas: Sequence[Area]) -> list[float]:
    """Calls of the last 90 days, and one point for each week without a visit, at most eight."""
    calls = _recent_calls(conn, tx)
    t = record
    last: dict[str, datetime] = {
        r[0]: r[1]
        for r in conn.execute(
            sa.select(t.c.area_id, sa.func.max(t.c.opened_at))
            .where(t.c.kind == "visit", t.c.area_id.in_([a.id for a in areas]))
            .group_by(t.c.area_id)
        )
    }
    return [calls.get(a.id, 0) + _weeks_since(last.get(a.id), tx) for a in areas]


def _weeks_since(last: datetime | None, tx: Tx) -> float:
    if last is None:
        return 8.0
    return min(8.0, (tx.now - last).days / 7)


def _recent_calls(conn: sa.Connection, tx: Tx) -> dict[str, int]:
    t = schema.call
    query = (
        sa.select(t.c.area_id, sa.func.count())
        .where(t.c.received_at > tx.now - timedelta(days=90), t.c.area_id.is_not(None))
        .group_by(t.c.area_id)
    )
    return {r[0]: r[1] for r in conn.execute(query)}
