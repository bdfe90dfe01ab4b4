"""Blind indexes made of what stood readable in a database, and the text index read again."""

from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa

from hubpost.model.records.kinds import KINDS
from hubpost.storage.records.bulk import insert_rows
from hubpost.storage.records.persons import Person, blind_indexes
from hubpost.storage.records.text_search import kind_term, list_pairs
from hubpost.storage.sealed import check_keys
from hubpost.storage.vault import vault_of

_PAGE = 1_000
_KIND = "kind"


def hash_persons(conn: sa.Connection) -> None:
    """The indexes of persons whose details are still readable."""
    query = sa.text("SELECT record_id, key, name, phone FROM record_person")
    rows = conn.execute(query).all()
    if not rows:
        return
    check_keys(conn)
    update = sa.text(
        "UPDATE record_person SET name_index = :name_index, phone_index = :phone_index "
        "WHERE record_id = :record_id AND key = :key"
    )
    vault = vault_of(conn)
    conn.execute(update, [
        {"record_id": r.record_id, "key": r.key,
         **blind_indexes(vault, Person(r.key, r.name, r.phone))}
        for r in rows
    ])  # fmt: skip


def hash_pairs(conn: sa.Connection) -> None:
    """The text index with a keyed hash in place of each pair of characters."""
    vault, checked = vault_of(conn), False
    last = -1
    while rows := _index_page(conn, last):
        if not checked:
            check_keys(conn)
            checked = True
        last = rows[-1][0]
        _write_index(conn, [(seq, [_hashed(t, vault.term) for t in terms]) for seq, terms in rows])


def open_pairs(conn: sa.Connection) -> None:
    """The text index of readable pairs, made anew of records that have been opened."""
    query = sa.text(
        "SELECT seq, kind, number, body FROM record WHERE seq > :last ORDER BY seq LIMIT :size"
    )
    last = -1
    while rows := conn.execute(query, {"last": last, "size": _PAGE}).all():
        last = rows[-1].seq
        _write_index(conn, [(r.seq, [kind_term(r.kind), *list_pairs(_text(r))]) for r in rows])


def _text(row: Any) -> str:
    fields = msgspec.json.decode(row.body)
    return " ".join(filter(None, (row.number, *(fields.get(f) for f in KINDS[row.kind].texts))))


def _hashed(term: str, hashed: Callable[[str], str]) -> str:
    return term if term.startswith(_KIND) else hashed(term)


def _index_page(conn: sa.Connection, last: int) -> list[tuple[int, list[str]]]:
    key = "rowid" if conn.dialect.name == "sqlite" else "seq"
    query = sa.text(
        f"SELECT {key}, terms FROM record_text WHERE {key} > :last ORDER BY {key} LIMIT :size"  # noqa: S608
    )
    rows = conn.execute(query, {"last": last, "size": _PAGE})
    return [(seq, terms.split() if isinstance(terms, str) else list(terms)) for seq, terms in rows]


def _write_index(conn: sa.Connection, rows: list[tuple[int, list[str]]]) -> None:
    key = "rowid" if conn.dialect.name == "sqlite" else "seq"
    delete = sa.text(f"DELETE FROM record_text WHERE {key} = :seq")  # noqa: S608
    conn.execute(delete, [{"seq": seq} for seq, _ in rows])
    if key == "rowid":
        joined = [(seq, " ".join(terms)) for seq, terms in rows]
        insert_rows(conn, "record_text", ("rowid", "terms"), joined)
    else:
        insert_rows(conn, "record_text", ("seq", "terms"), rows)
