"""Which columns are sealed, by what a row of each is told apart; and what seals them.

The one list: writing, reading, changing keys and the page of the impact assessment go by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hubpost.storage.vault import vault_of


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column whose values are sealed; key: the columns that make up a row's place.

    data: what of persons may stand in it, in words. binary: bytes, not text. sometimes: rows in
    which nothing of a person can stand are left open.
    """

    table: str
    column: str
    key: tuple[str, ...]
    data: str
    binary: bool = False
    sometimes: bool = False

    def place(self, row: Mapping[str, Any]) -> str:
        """The place of a row's value: table, column and what tells the row apart."""
        return place_of(self.table, self.column, *(row[name] for name in self.key))


SEALED = (
    SealedColumn("record_person", "name", ("record_id", "key"), "name of a person of a record"),
    SealedColumn("record_person", "phone", ("record_id", "key"), "telephone number"),
    SealedColumn("record_person", "address", ("record_id", "key"), "address"),
    SealedColumn("record", "body", ("id",), "free texts of a record; names of staff"),
    SealedColumn(
        "record_event", "body", ("record_id", "version"), "free texts of a record; names of staff"
    ),
    SealedColumn("person_view", "reason", ("record_id", "key", "actor"), "why details were seen"),
    SealedColumn("call", "note", ("id",), "what the caller told"),
    SealedColumn("call", "place_text", ("id",), "where the caller says it is"),
    SealedColumn("call", "caller_masked", ("id",), "caller's number, masked"),
    SealedColumn("call", "outcome", ("id",), "how a call ended, in words"),
    SealedColumn("event", "body", ("id",), "notes, places and callers of calls", sometimes=True),
    SealedColumn("snapshot", "body", ("event_id",), "the board: notes, places, callers"),
    SealedColumn("decision", "body", ("call_id", "seen_event_id"), "advice given for a call"),
    SealedColumn("reply", "body", ("key",), "answers kept for requests sent twice"),
    SealedColumn("delivery", "title", ("event_id", "channel"), "messages to staff and members"),
    SealedColumn("delivery", "body", ("event_id", "channel"), "messages to staff and members"),
    SealedColumn("contact", "address", ("id",), "how staff and members are reached"),
    SealedColumn(
        "aid_message", "body", ("partner_id", "message_id"), "what was told across the border"
    ),
    SealedColumn("photo", "body", ("id",), "pictures from the scene", binary=True),
    SealedColumn("account", "display_name", ("id",), "name of a member of staff"),
    SealedColumn(
        "setting", "value", ("key",), "secrets by which callers and codes are told", sometimes=True
    ),
)


def place_of(table: str, column: str, *row: object) -> str:
    """The place a value is bound to."""
    return f"{table}.{column}:" + "|".join(str(part) for part in row)


def seal_value(conn: sa.Connection, table: str, column: str, text: str, *row: object) -> str:
    """A text sealed for its place."""
    return vault_of(conn).seal(text, place_of(table, column, *row))


def open_value(conn: sa.Connection, table: str, column: str, value: str, *row: object) -> str:
    """The text of a place, also one an older version wrote unsealed. Raises KeyMissing."""
    return vault_of(conn).open_lenient(value, place_of(table, column, *row))


def open_strict(conn: sa.Connection, table: str, column: str, value: str, *row: object) -> str:
    """The text of a place. Raises KeyMissing, also for a value that is not sealed."""
    return vault_of(conn).open(value, place_of(table, column, *row))


def check_keys(conn: sa.Connection) -> None:
    """See that the keys belong to the database; a new one gets keys and remembers that it did.

    Raises KeyMissing. On PostgreSQL two that open a new database at once agree on one row.
    """
    require_keys(conn)
    if conn.execute(_CHECK).scalar() is not None:
        return
    vault = vault_of(conn)
    vault.make_keys()
    conn.execute(_NOTE, {"value": vault.seal("hubpost", _CHECK_PLACE)})


def require_keys(conn: sa.Connection) -> None:
    """See that the keys belong to a database that was sealed before. Raises KeyMissing."""
    held = conn.execute(_CHECK).scalar()
    if held is not None:
        vault_of(conn).open(held, _CHECK_PLACE)


#: The row that tells which keys a database was sealed with.
CHECK_KEY = "sealing_check"
_CHECK_PLACE = place_of("setting", "value", CHECK_KEY)
_CHECK = sa.text("SELECT value FROM setting WHERE key = 'sealing_check'")
_NOTE = sa.text(
    "INSERT INTO setting (key, value) VALUES ('sealing_check', :value) ON CONFLICT DO NOTHING"
)
