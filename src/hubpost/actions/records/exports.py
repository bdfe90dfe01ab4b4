"""Taking records out, in the columns of their template; persons are never in it.

Names of a record's own persons are masked where somebody typed them into a text.
"""

from hubpost.actions.records.privacy import mask_records
from hubpost.model.records.change import Rules, plain_record
from hubpost.model.records.kinds import KINDS
from hubpost.model.refused import Refused
from hubpost.storage.records.reading import ALL, Filters, list_records
from hubpost.storage.transaction import Tx
from hubpost.tables.records_book import write_record_book
from hubpost.tables.records_columns import IMPORTABLE

#: The most rows a spreadsheet holds, less the header.
MOST = 1_048_575


def export_records(tx: Tx, rules: Rules, kind: str, filters: Filters = ALL) -> bytes:
    """A workbook of one kind of record; that it was taken out is logged."""
    if kind not in IMPORTABLE:
        raise Refused(
            "kind_unknown", f"Expected one of {', '.join(IMPORTABLE)} to take out, came {kind!r}."
        )
    found = list_records(tx.conn, KINDS[kind], filters, limit=MOST)
    tx.audit("export", kind, {"rows": len(found), "filters": repr(filters)})
    shown = mask_records(tx.conn, found)
    return write_record_book(kind, (plain_record(r) for r in shown), rules.zone)
