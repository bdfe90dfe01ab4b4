"""Staff: joining, certificates, and secondments, which drive rights and availability together."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from hubpost.actions.identity.accounts import give_grant
from hubpost.actions.records.filing import move_record, open_record
from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.model.records.change import Rules
from hubpost.model.records.record import Record
from hubpost.model.records.roster import STAFF_KIND, Certificate, Secondment, Staff
from hubpost.model.refused import Refused
from hubpost.storage.identity.queries import find_account
from hubpost.storage.records.reading import Filters, get_record, list_records
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
    return open_record(tx, rules, STAFF_KIND, "join", put)


def second_staff(
    tx: Tx, rules: Rules, staff_id: str, station_id: str, first: date, last: date
) -> Record:
    """下沉: permission and availability at the other station begin and end together.

    An account of the same name is given the role of an officer there for just these days; where
    there is none yet, whoever makes it gives the grant.
    """
    if station_id not in tx.board.stations:
        raise Refused("station_unknown", f"There is no station {station_id}.")
    stay = Secondment(station_id, first, last)
    after = move_record(tx, rules, STAFF_KIND, staff_id, "second", add={"secondments": (stay,)})
    _grant_stay(tx, rules, staff_id, stay)
    return after


def certify_staff(tx: Tx, rules: Rules, staff_id: str, name: str, until: date) -> Record:
    """登记证书 and the last day it is good."""
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


def _grant_stay(tx: Tx, rules: Rules, staff_id: str, stay: Secondment) -> None:
    account = find_account(tx.conn, staff_id)
    if account is None:
        return
    begin = datetime.combine(stay.first, time(), rules.zone)
    end = datetime.combine(stay.last + timedelta(days=1), time(), rules.zone)
    grant = Grant(Role.OFFICER, ScopeKind.STATION, stay.station_id, begin, end)
    give_grant(tx, account.id, grant)
