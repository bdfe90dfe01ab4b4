"""Staff: joining, certificates, and secondments, which drive rights and availability together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from hubpost.actions.records.filing import move_record, open_record
from hubpost.model.records.change import Rules
from hubpost.model.records.record import Record
from hubpost.model.records.roster import STAFF_KIND, Certificate, Secondment, Staff
from hubpost.model.refused import Refused
from hubpost.storage.records.reading import Filters, find_record, get_record, list_records
from hubpost.storage.transaction import Tx


def add_staff(
    tx: Tx, rules: Rules, staff_id: str, name: str, station_id: str, category: str = "officer",
    *, skills: Sequence[str] = (), rank: str = "", synthetic: bool = False,
) -> Record:  # fmt: skip
    """到岗."""
    put = {
        "id": staff_id,
        "title": name,
        "station_id": station_id,
        "category": category,
        "skills": list(skills),
        "rank": rank,
        "owner_id": staff_id,
        "synthetic": synthetic,
    }
    held = find_record(tx.conn, STAFF_KIND, staff_id)
    if held is not None and (held.title, held.station_id) != (name, station_id):
        raise Refused("staff_known", f"The sign {staff_id} belongs to somebody else already.")
    return open_record(tx, rules, STAFF_KIND, "join", put)


def second_staff(
    tx: Tx, rules: Rules, staff_id: str, station_id: str, first: date, last: date
) -> Record:
    """下沉: permission and availability at the other station begin and end together.

    An account of the same name has the role of an officer there for just these days, also one made
    later (`identity.stays`). Raises Refused for oneself: nobody gives himself a right.
    """
    if tx.actor.casefold() == staff_id.casefold():
        raise Refused("same_person", "Another person seconds you.")
    if station_id not in tx.board.stations:
        raise Refused("station_unknown", f"There is no station {station_id}.")
    if get_record(tx.conn, STAFF_KIND, staff_id).station_id == station_id:
        raise Refused("secondment_home", f"{staff_id} serves at {station_id} anyway.")
    stay = Secondment(station_id, first, last)
    return move_record(tx, rules, STAFF_KIND, staff_id, "second", add={"secondments": (stay,)})


def recall_staff(tx: Tx, rules: Rules, staff_id: str, last: date) -> Record:
    """结束下沉: the stay that runs on a day ends with it, permission and duty alike.

    Raises Refused when none runs then.
    """
    staff = get_record(tx.conn, STAFF_KIND, staff_id)
    assert isinstance(staff, Staff)  # noqa: S101 - its kind says so
    if not any(s.first <= last <= s.last for s in staff.secondments):
        raise Refused("no_secondment", f"{staff_id} has no secondment on {last}.")
    stays = [replace(s, last=last) if s.first <= last <= s.last else s for s in staff.secondments]
    return move_record(tx, rules, STAFF_KIND, staff_id, "second", {"secondments": stays})


def leave_staff(tx: Tx, rules: Rules, staff_id: str, reason: str) -> Record:
    """离岗: rights by secondment end with it; roles of his own are an administrator's to take."""
    return move_record(tx, rules, STAFF_KIND, staff_id, "leave", {"reason": reason})


def certify_staff(tx: Tx, rules: Rules, staff_id: str, name: str, until: date) -> Record:
    """登记证书 and the last day it is good."""
    if not name.strip():
        raise Refused("field_missing", "Name the certificate.", fields="name")
    paper = Certificate(name, until)
    return move_record(tx, rules, STAFF_KIND, staff_id, "certify", add={"certificates": (paper,)})


def may_act_at(conn: sa.Connection, staff_id: str, station_id: str, on: date) -> bool:
    """Whether a person serves at a station on a day: rights follow the secondment."""
    staff = get_record(conn, STAFF_KIND, staff_id)
    serves = isinstance(staff, Staff) and staff.state == "active"
    return serves and staff.station_on(on) == station_id  # type: ignore[attr-defined]


def list_serving(conn: sa.Connection, station_id: str, on: date) -> list[Staff]:
    """Who serves at a station on a day: its own who are not away, and those seconded to it."""
    found = list_records(conn, STAFF_KIND, Filters(states=("active",)), limit=20_000)
    return [s for s in found if isinstance(s, Staff) and s.station_on(on) == station_id]
