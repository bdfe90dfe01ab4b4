"""Rows as they stand in a database, with what is sealed in them opened."""

from types import SimpleNamespace

import sqlalchemy as sa

from hubpost.storage.sealed import SEALED
from hubpost.storage.vault import vault_of


def open_rows_of(store, table):
    """The rows of a table by its key, sealed columns as plain text."""
    order = table.primary_key.columns

    def read(conn):
        return [opened(conn, table, r) for r in conn.execute(sa.select(table).order_by(*order))]

    return store.read(read)


def opened(conn, table, row):
    """One row with its sealed columns as plain text."""
    values, vault = dict(row._mapping), vault_of(conn)
    for column in SEALED:
        if column.table == table.name and not column.binary and values.get(column.column):
            value, place = values[column.column], column.place(row._mapping)
            values[column.column] = vault.open_lenient(value, place)
    return SimpleNamespace(**values)
