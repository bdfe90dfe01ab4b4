"""Changing the keys of the personal columns: a new one, everything resealed, the old one retired.

Serving goes on meanwhile: both keys open, each step is a short transaction of its own, and a
rotation that broke off goes on where values under an old key are left.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hubpost.storage.identity.tables import account
from hubpost.storage.sealed import SEALED, SealedColumn
from hubpost.storage.sealed_rows import Column, key_of, next_page, rewrite
from hubpost.storage.sealing import HEAD, ID_LENGTH, MARK, Keyring
from hubpost.storage.store import Store
from hubpost.storage.transaction import Tx
from hubpost.storage.vault import Vault, vault_of

#: Rows in one transaction: a call waits for a few hundredths of a second at most.
STEP = 500
#: After the last row, how long others may still seal with the key of before.
SETTLE_S = 1.5
_TOTP = "account.totp_sealed"
#: Told after each step: the column, and how many of its values were resealed so far.
Told = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key and what is sealed with it: values by column; newest: it seals from now on."""

    id: str
    newest: bool
    values: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.values.values())


def list_key_uses(store: Store) -> list[KeyUse]:
    """The keys of the file, newest first, and after them any that values name but it lacks."""
    ring = vault_of_store(store).ring
    counted: dict[str, dict[str, int]] = {key_id: {} for key_id in ring.ids}

    def count(conn: sa.Connection) -> None:
        for column in SEALED:
            for key_id, values in _count(conn, column).items():
                counted.setdefault(key_id, {})[f"{column.table}.{column.column}"] = values
        for sealed in conn.execute(_SEALED_CODES).scalars():
            held = counted.setdefault(ring.text_key_id(sealed), {})
            held[_TOTP] = held.get(_TOTP, 0) + 1

    store.read(count)
    return [KeyUse(k, k == ring.ids[0], values) for k, values in counted.items()]


def rotate_keys(store: Store, *, actor: str, told: Told, step: int = STEP) -> str:
    """Reseal everything with a new key, or finish the rotation that broke off; the key's id."""
    ring = vault_of_store(store).ring
    if not any(use.total for use in list_key_uses(store) if not use.newest):
        ring.add_key()
        added = ring.ids[0]
        store.write(lambda tx: tx.audit("keys.add", added, {}), actor=actor)
    new = ring.ids[0]
    done = 0
    while resealed := _reseal_once(store, actor, told, step):
        done += resealed
        time.sleep(SETTLE_S)
    store.write(lambda tx: tx.audit("keys.reseal", new, {"values": done}), actor=actor)
    return new


def retire_key(store: Store, key_id: str, *, actor: str) -> Path:
    """Take an old key out of the file into one of its own, which is to be taken away.

    Raises ValueError while any value is sealed with it, or when it is the newest or unknown.
    """
    ring = Keyring(vault_of_store(store).path, make=False)
    held = next((u for u in list_key_uses(store) if u.id == key_id), None)
    if held is not None and held.total:
        listed = ", ".join(f"{name} {n}" for name, n in held.values.items())
        raise ValueError(
            f"Key {key_id} still seals {held.total} values ({listed}). "
            "Finish first: hubpost keys rotate."
        )
    aside = ring.retire(key_id)
    store.write(lambda tx: tx.audit("keys.retire", key_id, {}), actor=actor)
    return aside


def vault_of_store(store: Store) -> Vault:
    """The vault of an open store."""
    return store.read(vault_of)


def _reseal_once(store: Store, actor: str, told: Told, step: int) -> int:
    """One way through all columns; how many values were not yet under the newest key."""
    done = store.write(_reseal_codes, actor=actor)
    for column in SEALED:
        resealed, after, more = 0, None, True
        while more:
            count, after, more = store.write(
                lambda tx, c=column, a=after: _reseal_step(tx, c, a, step),  # type: ignore[misc]
                actor=actor,
            )
            resealed += count
            if count:
                told(f"{column.table}.{column.column}", resealed)
        done += resealed
    return done


def _reseal_step(
    tx: Tx, column: SealedColumn, after: tuple[Any, ...] | None, step: int
) -> tuple[int, tuple[Any, ...] | None, bool]:
    found: Column = (column.table, column.column, column.key)
    vault = vault_of(tx.conn)
    head = vault.ring.field_keys[0].head
    # A value of ours begins so; what is open in the column is looked at once, and left.
    where = "" if column.binary else f"\"{column.column}\" NOT LIKE '{head}%'"
    rows = next_page(tx.conn, found, after, where, step)
    count = rewrite(tx.conn, found, rows, lambda v, p: _resealed(vault, head, v, p))
    return count, key_of(tx.conn, found, rows[-1]) if rows else after, len(rows) == step


def _resealed(vault: Vault, head: str, value: Any, place: str) -> Any:
    """The value under the newest key; None when it is already, or blank."""
    if isinstance(value, str):
        if not value or value.startswith(head):
            return None
        return vault.seal(vault.open_lenient(value, place), place)
    held = bytes(value)
    if held.startswith(head.encode()):
        return None
    return vault.seal_bytes(vault.open_bytes(held, place), place)


_SEALED_CODES = sa.select(account.c.totp_sealed).where(account.c.totp_sealed.is_not(None))


def _reseal_codes(tx: Tx) -> int:
    """The secrets of one-time codes, which are sealed as whole texts."""
    ring, done = vault_of(tx.conn).ring, 0
    rows = tx.conn.execute(_SEALED_CODES.add_columns(account.c.id)).all()
    for sealed, account_id in rows:
        if ring.text_key_id(sealed) != ring.ids[0]:
            values = {"totp_sealed": ring.reseal(sealed)}
            tx.conn.execute(account.update().where(account.c.id == account_id).values(values))
            done += 1
    return done


def _count(conn: sa.Connection, column: SealedColumn) -> dict[str, int]:
    kind: Any = sa.LargeBinary if column.binary else sa.Text
    value: sa.ColumnElement[Any] = sa.column(column.column, kind())
    head = sa.func.substr(value, 1, HEAD, type_=kind())
    query = sa.select(head, sa.func.count()).select_from(sa.table(column.table)).group_by(head)
    found: dict[str, int] = {}
    start: Any
    for start, count in conn.execute(query.where(value.is_not(None))):
        text = bytes(start).decode("latin-1") if column.binary else start
        if text.startswith(MARK):
            found[text[len(MARK) : len(MARK) + ID_LENGTH]] = count
    return found
