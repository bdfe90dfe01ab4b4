"""Ratings by QR code: voluntary, one a service, anonymous to the handler; bad ones corrected."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hubpost.actions.records.filing import move_record, open_record
from hubpost.actions.records.privacy import keep_person
from hubpost.actions.records.secret_codes import hash_code, is_signed, sign
from hubpost.evaluation.figure import Figure
from hubpost.evaluation.shares import share_figure
from hubpost.model.records.change import Rules
from hubpost.model.records.rating import RATING_KIND, Rating, RatingLevel
from hubpost.model.records.record import Record
from hubpost.model.records.service import SERVICE_KIND
from hubpost.model.refused import Refused
from hubpost.storage.records.persons import Person
from hubpost.storage.records.reading import ALL, Filters, count_by, find_record, list_records
from hubpost.storage.transaction import Tx

#: The handler sees counts only from so many ratings on, so that no single one is told apart.
SHOWN_FROM = 5


def rating_token(tx: Tx, case: Record) -> str:
    """What the QR code holds: service, station and handler, sealed; nothing leads to the case.

    The nonce comes from the case by a one-way seal, so that printing again gives the same token.
    """
    nonce = sign(tx, f"nonce:{case.id}")
    message = f"{case.category}.{case.station_id}.{case.owner_id}.{nonce}"
    return f"{message}.{sign(tx, message)}"


def give_rating(
    tx: Tx, rules: Rules, token: str, level: int, aspects: Sequence[int] = (), comment: str = "",
    phone: str = "",
) -> Record:  # fmt: skip
    """评价 by whoever holds the token, once; a bad one is opened for correction at once.

    phone: only if the citizen wants to be called back; kept apart, seen for that purpose alone.
    Raises Refused for a false or used token.
    """
    service_no, station_id, handler_id = _read_token(tx, token)
    rating_id = f"rating-{hash_code('rating', token.split('.')[-2].upper())}"
    if _is_used(tx, rating_id):
        raise Refused("rated_before", "This service was rated already. Thank you.")
    if level not in set(RatingLevel) - {RatingLevel.NONE}:
        raise Refused(
            "number_wrong", f"Expected a level from 1 (best) to 5, came {level}.",
            fields="level", least="1", most="5", came=str(level or ""),
        )  # fmt: skip
    put = {
        "id": rating_id,
        "station_id": station_id,
        "category": service_no,
        "level": int(level),
        "aspects": list(aspects),
        "title": comment,
        "handler_id": handler_id,
    }
    rating = open_record(tx, rules, RATING_KIND, "give", put)
    if phone.strip():
        keep_person(tx, rules, RATING_KIND, rating.id, Person("rater", "评价人", phone))
    if level >= RatingLevel.BAD:
        rating = move_record(tx, rules, RATING_KIND, rating.id, "open")
    return rating


def handle_rating(tx: Tx, rules: Rules, rating_id: str, move: str, text: str = "") -> Record:
    """call_back, correct, confirm, not_content, unfounded: by anyone but whoever was rated."""
    field = {"call_back": "call_back", "correct": "measure", "unfounded": "reason"}.get(move)
    return move_record(
        tx, rules, RATING_KIND, rating_id, move, {field: text} if field and text else None
    )


def list_ratings(conn: sa.Connection, viewer_id: str, filters: Filters = ALL) -> list[Rating]:
    """Ratings one by one, without those of the viewer's own work."""
    found = list_records(conn, RATING_KIND, filters, limit=500)
    return [r for r in found if isinstance(r, Rating) and r.handler_id != viewer_id]


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Satisfaction = the top three levels ÷ rated, always beside the rating rate."""

    satisfied: Figure
    rated: Figure
    levels: dict[int, int]


def satisfaction(
    conn: sa.Connection, begin: datetime, end: datetime, station_ids: Sequence[str] = ()
) -> Satisfaction:
    """Satisfaction and rating rate of a period, with their counts and intervals."""
    filters = Filters(station_ids=tuple(station_ids), opened_from=begin, opened_before=end)
    found = list_records(conn, RATING_KIND, filters, limit=1_000_000)
    levels = Counter(int(r.level) for r in found if isinstance(r, Rating))
    delivered = count_by(conn, SERVICE_KIND, "state", filters).get("delivered", 0)
    rated, good = sum(levels.values()), sum(levels[i] for i in (1, 2, 3))
    return Satisfaction(
        share_figure(good, rated),
        share_figure(min(rated, delivered), delivered),
        dict(levels),
    )


def own_counts(conn: sa.Connection, handler_id: str) -> dict[int, int] | None:
    """What a handler may see of his own ratings: counts by level, None while there are few."""
    found = list_records(conn, RATING_KIND, limit=1_000_000)
    mine = [r for r in found if isinstance(r, Rating) and r.handler_id == handler_id]
    return dict(Counter(int(r.level) for r in mine)) if len(mine) >= SHOWN_FROM else None


def _read_token(tx: Tx, token: str) -> tuple[str, str, str]:
    parts = token.rsplit(".", 4)
    if len(parts) != 5 or not is_signed(tx, ".".join(parts[:4]), parts[4]):
        raise Refused("token_false", "This rating code is not one of ours. Scan it again.")
    return parts[0], parts[1], parts[2]


def _is_used(tx: Tx, rating_id: str) -> bool:
    return find_record(tx.conn, RATING_KIND, rating_id) is not None
