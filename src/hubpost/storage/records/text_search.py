"""Chinese full-text search that is the same on SQLite and PostgreSQL: pairs of characters.

The index holds keyed hashes of the pairs, so that it cannot be read as text.
Why pairs: most Chinese words have two characters, which a trigram index cannot look up, and
neither database splits Chinese into words. See docs/decisions/0051.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import sqlalchemy as sa

from hubpost.storage.records.bulk import insert_rows
from hubpost.storage.records.tables import record, record_text_postgresql
from hubpost.storage.vault import vault_of

#: What is neither letter nor figure; \w is exactly those and the underscore.
_BETWEEN = re.compile(r"[\W_]+")
#: From so many records with a word on, walking back beats fetching them all (PostgreSQL).
_FREQUENT = 3_000
_FTS = sa.table("record_text", sa.column("rowid"), sa.column("terms"))


def plain_text(text: str) -> str:
    """Text as it is compared: one width, one case, every run of other characters one space."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_BETWEEN.split(folded)).strip()


def list_pairs(text: str) -> list[str]:
    """The distinct pairs of neighbouring characters within words, in order of appearance."""
    words = plain_text(text).split()
    return list(dict.fromkeys(w[i : i + 2] for w in words for i in range(len(w) - 1)))


def kind_term(kind: str) -> str:
    """The term that keeps kinds apart; not in hexadecimal, so that no pair is like it."""
    return "kind" + "".join(c for c in kind if c.isalnum())


def index_texts(conn: sa.Connection, rows: Sequence[tuple[int, str, str]], *, new: bool) -> None:
    """Put records in the index: (seq, kind, text) each; new: none of them is in it yet."""
    if not new and rows:
        unindex(conn, [seq for seq, _, _ in rows])
    term = vault_of(conn).term
    entries = [(seq, [kind_term(kind), *map(term, list_pairs(text))]) for seq, kind, text in rows]
    if not entries:
        return
    if conn.dialect.name == "sqlite":
        joined = [(seq, " ".join(t)) for seq, t in entries]
        insert_rows(conn, "record_text", ("rowid", "terms"), joined)
    else:
        insert_rows(conn, "record_text", ("seq", "terms"), entries)


def settle_index(conn: sa.Connection) -> None:
    """Let PostgreSQL sort in what waits beside its index; the more often, the shorter it takes."""
    if conn.dialect.name == "postgresql":
        conn.execute(sa.text("SELECT gin_clean_pending_list('ix_record_text_terms')"))


def count_anew(conn: sa.Connection, table: Literal["record", "record_text"]) -> None:
    """After many rows: let PostgreSQL see how many there are now, so that it asks them well."""
    if conn.dialect.name == "postgresql":
        # A sample of 9,000 rows holds the writer a third as long as the usual 30,000; the database
        # takes the larger one later, by itself.
        conn.execute(sa.text("SET LOCAL default_statistics_target = 30"))
        conn.execute(sa.text(f"ANALYZE {table}"))


def unindex(conn: sa.Connection, seqs: Iterable[int]) -> None:
    """Take records out of the index."""
    table: Any = _FTS if conn.dialect.name == "sqlite" else record_text_postgresql
    key = table.c.rowid if conn.dialect.name == "sqlite" else table.c.seq
    for part in _parts(list(seqs), 500):
        conn.execute(sa.delete(table).where(key.in_(part)))


def matching(conn: sa.Connection, kind: str, text: str) -> sa.Select[Any]:
    """Records of a kind whose text has all pairs of a query, newest first.

    Some may hold the pairs apart from each other: the reader compares the text itself.
    Raises ValueError when the query has no two characters side by side.
    """
    pairs = list_pairs(text)
    if not pairs:
        raise ValueError("Expected at least two characters to search for. Type one more.")
    terms = [vault_of(conn).term(pair) for pair in pairs]
    terms.append(kind_term(kind))
    if conn.dialect.name == "sqlite":
        match = " AND ".join(f'"{t}"' for t in terms)
        return (
            sa.select(record)
            .join(_FTS, _FTS.c.rowid == record.c.seq)
            .where(sa.text("record_text MATCH :match").bindparams(match=match))
            .order_by(_FTS.c.rowid.desc())
        )
    # Left to itself, the planner walks back through all records in the hope of 50 soon: right for
    # a frequent word, but for a rare one that is every row. Then the index first, and the newest
    # of what it gave.
    table = record_text_postgresql
    if _is_frequent(conn, terms):
        return (
            sa.select(record)
            .join(table, table.c.seq == record.c.seq)
            .where(table.c.terms.contains(terms))
            .order_by(record.c.seq.desc())
        )
    hits = sa.select(table.c.seq).where(table.c.terms.contains(terms)).cte("hits")
    hits = hits.prefix_with("MATERIALIZED", dialect="postgresql")
    return sa.select(record).join(hits, hits.c.seq == record.c.seq).order_by(record.c.seq.desc())


def _is_frequent(conn: sa.Connection, terms: Sequence[str]) -> bool:
    """Whether so many records have all terms that the newest ones are soon met on the way back."""
    table = record_text_postgresql
    some = sa.select(table.c.seq).where(table.c.terms.contains(terms)).limit(_FREQUENT).subquery()
    return int(conn.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()) == _FREQUENT


def _parts(values: list[int], size: int) -> Iterable[list[int]]:
    return (values[i : i + size] for i in range(0, len(values), size))
