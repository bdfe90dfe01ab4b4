"""Synthetic records for a bundled county, each marked so: grids, postings, cases, visits, rosters.

Nothing here is a record of the county. The numbers that a published report names (220 police
grids over 1,291 village grids, 99 community officers) are met in number only.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from hubpost.actions.counties import find_setting, list_areas
from hubpost.actions.records.demo_members import seed_members
from hubpost.actions.records.tasks import lay_down_tasks, station_scope
from hubpost.evaluation.stratified_draw import allocate
from hubpost.model.records.border import AGREEMENT_KIND
from hubpost.model.records.change import Change, Kind, Rules, change_record
from hubpost.model.records.dispute import DisputeCategory
from hubpost.model.records.dispute_rule import DISPUTE_KIND
from hubpost.model.records.grid import POLICE_GRID_KIND, POSTING_KIND, PoliceGrid
from hubpost.model.records.record import Record
from hubpost.model.records.roster import SHIFT_KIND, STAFF_KIND
from hubpost.model.records.visit import VISIT_KIND
from hubpost.model.refused import Refused
from hubpost.model.station import Area
from hubpost.storage.records.reading import count_by, list_records
from hubpost.storage.records.writing import Written, save_new_records, save_record, take_numbers
from hubpost.storage.transaction import Tx

POLICE_GRIDS, COMMUNITY_OFFICERS = 220, 99
DISPUTES, VISITS, SHIFT_DAYS = 240, 1_200, 7
_CAUSES = ("院墙占地", "排水沟改道", "借款未还", "果树遮光", "工钱拖欠", "宅基地边界", "摩托刮擦",
           "牲畜踩踏", "噪音", "林地界线", "彩礼退还", "施工震损")  # fmt: skip
#: How far cases have come, and how often: moves with the facts each needs.
_LIVES: tuple[tuple[str, int], ...] = (
    ("", 6),
    ("grade", 6),
    ("grade triage accept", 10),
    ("grade triage accept start_mediation sit", 10),
    ("grade triage accept start_mediation sit fail", 6),
    ("grade triage accept start_mediation sit agree performed", 12),
    ("grade triage accept start_mediation sit agree performed follow_up settle", 4),
    ("grade triage accept start_mediation sit agree performed follow_up settle follow_up archive",
     42),
    ("grade triage accept transfer", 4),
)  # fmt: skip


@dataclass(slots=True)
class _Maker:
    """One seeded run: what it writes into, and the random numbers it draws."""

    tx: Tx
    rules: Rules
    rng: random.Random

    def open(self, kind: Kind, move: str, put: Mapping[str, Any], at: datetime) -> Written:
        year = at.astimezone(self.rules.zone).year
        number = take_numbers(self.tx.conn, kind.name, year)
        facts = {"number": f"{kind.prefix}{year}-{number:05d}", "synthetic": True, **put}
        made = change_record(kind, None, Change(move, at, "synthetic", facts), self.rules)
        return Written(None, made, move, at)

    def save(self, kind: Kind, new: Sequence[Written]) -> None:
        if new:
            save_new_records(self.tx.conn, kind, new, actor="synthetic", now=self.tx.now)

    def move(self, kind: Kind, held: Record, change: Change) -> Record:
        after = change_record(kind, held, change, self.rules)
        written = Written(held, after, change.move, change.at)
        save_record(self.tx.conn, kind, written, actor="synthetic", now=self.tx.now)
        return after


def seed_records(tx: Tx, rules: Rules, *, seed: int = 7) -> dict[str, int]:
    """Make the synthetic records of a county that has none yet; how many of each kind.

    Raises Refused when there are records already, so that real and made-up ones never mix.
    """
    if any(count_by(tx.conn, k, "state") for k in (DISPUTE_KIND, VISIT_KIND, STAFF_KIND)):
        raise Refused("record_known", "There are records already; made-up ones are not mixed in.")
    maker, areas = _Maker(tx, rules, random.Random(seed)), list_areas(tx.conn)  # noqa: S311
    made = {
        "police_grid": _grids(maker, areas),
        "staff": _officers(maker, areas),
        "dispute": _disputes(maker, areas),
        "visit": _visits(maker, areas),
        "agreement": _agreements(maker),
        "shift": _shifts(maker),
        "member": seed_members(tx, _drawn_grids(tx)),
        "task": lay_down_tasks(tx, rules, tx.now.astimezone(rules.zone).date()),
    }
    tx.audit("seed_records", "synthetic", {"seed": seed, **made})
    return made


def village_grid_ids(area: Area) -> list[str]:
    """Ids of a village's grids, as the synthetic records name them."""
    return [f"{area.id}-{i:02d}" for i in range(1, (area.grids or 1) + 1)]


def _grids(maker: _Maker, areas: Sequence[Area]) -> int:
    """Each police grid lies in one village and takes a share of its village grids."""
    sizes = {a.id: len(village_grid_ids(a)) for a in areas}
    shares = allocate(sizes, min(max(POLICE_GRIDS, len(areas)), sum(sizes.values())))
    new: list[Written] = []
    for area in areas:
        grids = village_grid_ids(area)
        for i in range(shares[area.id]):
            put = {
                "id": f"grid:{area.id}:{i + 1}",
                "station_id": area.station_id,
                "area_id": area.id,
                "area_ids": [area.id],
                # Led by one of the station's officers, in turn; see _officers.
                "owner_id": f"{area.station_id}-m{1 + len(new) % 3}",
                "title": f"{area.name}{i + 1}格",
                "village_grid_ids": grids[i :: shares[area.id]],
            }
            new.append(maker.open(POLICE_GRID_KIND, "draw", put, maker.tx.now))
    maker.save(POLICE_GRID_KIND, new)
    return len(new)


def _drawn_grids(tx: Tx) -> list[PoliceGrid]:
    found = list_records(tx.conn, POLICE_GRID_KIND, limit=10_000)
    return [g for g in found if isinstance(g, PoliceGrid)]


def _officers(maker: _Maker, areas: Sequence[Area]) -> int:
    """Community officers, each on the committee of one village while there are villages."""
    by_station: dict[str, list[Area]] = {}
    for area in areas:
        by_station.setdefault(area.station_id, []).append(area)
    sizes = {s: len(held) for s, held in by_station.items()}
    shares = allocate(sizes, min(COMMUNITY_OFFICERS, sum(sizes.values())))
    staff, postings = [], []
    for station, count in shares.items():
        for i in range(count):
            put: dict[str, Any] = {
                "id": f"{station}-m{i + 1}",
                "station_id": station,
                "owner_id": f"{station}-m{i + 1}",
                "title": f"社区民警{i + 1}",
                "category": "officer",
                "skills": ["driver", "mediator"] if i % 2 else ["driver"],
            }
            staff.append(maker.open(STAFF_KIND, "join", put, maker.tx.now))
            area = by_station[station][i]
            posted: dict[str, Any] = {
                "id": f"posting:{area.id}",
                "station_id": station,
                "owner_id": put["id"],
                "area_id": area.id,
                "role": "委员",
            }
            postings.append(maker.open(POSTING_KIND, "appoint", posted, maker.tx.now))
    maker.save(STAFF_KIND, staff)
    maker.save(POSTING_KIND, postings)
    return len(staff)


def _disputes(maker: _Maker, areas: Sequence[Area]) -> int:
    rng = maker.rng
    lives, weights = zip(*_LIVES, strict=True)
    opened = []
    for i in range(DISPUTES):
        area = rng.choice(areas)
        at = maker.tx.now - timedelta(hours=rng.randrange(1, 24 * 360))
        put = {
            "id": f"dispute:synthetic:{i:04d}",
            "station_id": area.station_id,
            "area_id": area.id,
            "category": rng.choice(list(DisputeCategory)),
            "title": f"{rng.choice(_CAUSES)}纠纷",
            "place_text": f"{rng.randrange(1, 9)}组",
            "people_count": rng.choice([2, 2, 2, 3, 4, 6, 12]),
            "source": rng.choice(["call", "visit", "screening"]),
            "lon": area.lon,
            "lat": area.lat,
        }
        opened.append(maker.open(DISPUTE_KIND, "register", put, at))
    opened.sort(key=lambda w: w.at)
    maker.save(DISPUTE_KIND, opened)
    for written in opened:
        _live(maker, written.after, rng.choices(lives, weights)[0].split(), written.at)
    return len(opened)


def _live(maker: _Maker, case: Record, moves: Sequence[str], at: datetime) -> None:
    """Take a case as far as its life goes and the present allows."""
    waits = {"grade": 8, "performed": 72, "follow_up": 170, "settle": 1, "archive": 600}
    for move in moves:
        at += timedelta(hours=waits.get(move, 20))
        if at > maker.tx.now:
            return
        case = maker.move(DISPUTE_KIND, case, _step(case, move, at))


def _step(case: Record, move: str, at: datetime) -> Change:
    when, who = at.isoformat(), f"{case.station_id}-m1"
    puts: dict[str, dict[str, Any]] = {
        "grade": {"level": "complex" if getattr(case, "group", False) else "general"},
        "accept": {"owner_id": who},
        "start_mediation": {"consented": True},
        "agree": {"terms": "一、双方各让一步。\n二、今后互不追究。"},
        "fail": {"reason": "分歧较大"},
        "transfer": {"transferred_to": "court", "reason": "当事人起诉"},
    }
    adds: dict[str, dict[str, Any]] = {
        "triage": {
            "handlers": ({"body": "station", "staff_id": who, "since": when, "lead": True},)
        },
        "sit": {"sittings": ({"at": when, "mediation": "people", "staff_id": who},)},
        "follow_up": {"follow_ups": ({"at": when, "passed": True, "staff_id": who},)},
    }
    return Change(move, at, "synthetic", puts.get(move, {}), adds.get(move, {}))


def _visits(maker: _Maker, areas: Sequence[Area]) -> int:
    rng, new = maker.rng, []
    for i in range(VISITS):
        area = rng.choice(areas)
        put = {
            "id": f"visit:synthetic:{i:05d}",
            "station_id": area.station_id,
            "area_id": area.id,
            "grid_id": rng.choice(village_grid_ids(area)),
            "owner_id": f"{area.station_id}-m1",
            "category": rng.choice(["household"] * 6 + ["unit"] * 3 + ["school", "hotel"]),
            "title": "" if i % 3 else rng.choice(["老人独居", "用电隐患已提醒", "反诈宣传"]),
        }
        at = maker.tx.now - timedelta(hours=rng.randrange(1, 24 * 84))
        new.append(maker.open(VISIT_KIND, "record", put, at))
    maker.save(VISIT_KIND, new)
    return len(new)


def _agreements(maker: _Maker) -> int:
    """One for each border station that has an outside neighbour on record."""
    county = find_setting(maker.tx.conn, "county") or {}
    count, done = 0, set()
    today = maker.tx.now.astimezone(maker.rules.zone).date()
    for near in county.get("outside", ()):
        station = near["station_id"]
        if station in done or station_scope(maker.tx.board, station) != "border":
            continue
        done.add(station)
        partner = near.get("name") or near["other_id"]
        put = {"id": f"agreement:{station}", "station_id": station, "partner": partner,
               "title": f"与{partner}六联协作"}  # fmt: skip
        draft = maker.open(AGREEMENT_KIND, "draft", put, maker.tx.now)
        maker.save(AGREEMENT_KIND, [draft])
        facts = {
            "parties": [maker.tx.board.stations[station].name, partner],
            "joints": [r["code"] for r in maker.rules.lists["six_joints"]],
            "signed_on": (today - timedelta(days=200 + 30 * count)).isoformat(),
            "expires_on": date(today.year + 2, 12, 31).isoformat(),
        }
        maker.move(AGREEMENT_KIND, draft.after, Change("sign", maker.tx.now, "synthetic", facts))
        count += 1
    return count


def _shifts(maker: _Maker) -> int:
    """A week of duty, published: one community officer a day at each station, in turn."""
    today = maker.tx.now.astimezone(maker.rules.zone).date()
    new = list(_duty(maker, today))
    maker.save(SHIFT_KIND, new)
    for written in new:
        maker.move(SHIFT_KIND, written.after, Change("publish", maker.tx.now, "synthetic"))
    return len(new)


def _duty(maker: _Maker, today: date) -> Iterator[Written]:
    staff = list_records(maker.tx.conn, STAFF_KIND, limit=1_000)
    by_station: dict[str, list[str]] = {}
    put: dict[str, Any]
    for one in sorted(staff, key=lambda s: s.id):
        by_station.setdefault(one.station_id, []).append(one.id)
    for station, ids in by_station.items():
        for i in range(SHIFT_DAYS):
            begin = datetime.combine(today + timedelta(days=i), time(), maker.rules.zone)
            put = {
                "id": f"shift:{station}:{begin:%Y%m%d}",
                "station_id": station,
                "owner_id": ids[i % len(ids)],
                "category": "duty",
                "starts_at": begin,
                "ends_at": begin + timedelta(days=1),
            }
            yield maker.open(SHIFT_KIND, "plan", put, maker.tx.now)
