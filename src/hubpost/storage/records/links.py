"""Links between records, calls and areas."""

from datetime import datetime

import sqlalchemy as sa

from hubpost.storage.records.tables import record_link

Ref = tuple[str, str]


def save_link(
    conn: sa.Connection, one: Ref, other: Ref, relation: str, *, at: datetime, actor: str
) -> bool:
    """Link two things, each as (kind, id); False when they were linked before."""
    table = record_link
    key = {"from_kind": one[0], "from_id": one[1], "to_kind": other[0], "to_id": other[1]}
    known = sa.select(sa.literal(1)).where(*(table.c[k] == v for k, v in key.items()))
    if conn.execute(known).first() is not None:
        return False
    conn.execute(table.insert().values(**key, relation=relation, at=at, actor=actor))
    return True


def list_links(conn: sa.Connection, kind: str, record_id: str) -> list[tuple[str, Ref]]:
    """What a thing is linked with, from either end: (relation, (kind, id)), oldest first."""
    t = record_link
    forward = sa.select(t.c.at, t.c.relation, t.c.to_kind, t.c.to_id).where(
        t.c.from_kind == kind, t.c.from_id == record_id
    )
    back = sa.select(t.c.at, t.c.relation, t.c.from_kind, t.c.from_id).where(
        t.c.to_kind == kind, t.c.to_id == record_id
    )
    rows = conn.execute(sa.union_all(forward, back)).all()
    return [(r[1], (r[2], r[3])) for r in sorted(rows)]
