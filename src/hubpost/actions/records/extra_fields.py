"""A new field costs everyone who fills it in: it needs an owner, a use and a day it ends."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from hubpost.actions.records.rulebook import edit_list, read_list
from hubpost.model.records.change import Kind, Rules
from hubpost.model.records.kinds import KINDS
from hubpost.model.refused import Refused
from hubpost.storage.transaction import Tx

_LIST = "extra_fields"
#: The longest a field may run before someone has to want it again.
_LONGEST_DAYS = 366


def add_field(
    tx: Tx, kind: str, name: str, *, label_zh: str, owner: str, use: str, expires_on: date
) -> None:
    """Add a field to a kind of record. Raises Refused without owner, use, or a near enough end."""
    today = tx.now.date()
    if kind not in KINDS:
        raise Refused("field_wrong", f"Expected a kind of record, came {kind!r}.")
    blank = [n for n, v in (("name", name), ("label", label_zh), ("owner", owner), ("use", use))
             if not v.strip()]  # fmt: skip
    if blank:
        raise Refused(
            "field_missing",
            f"A new field needs {', '.join(blank)}: who asks for it, and what it is used for.",
            fields=", ".join(blank),
        )
    if not 0 < (expires_on - today).days <= _LONGEST_DAYS:
        raise Refused(
            "field_wrong", f"A new field ends within a year of {today}, came {expires_on}."
        )
    rows = list(read_list(tx.conn, _LIST))
    if any(r["kind"] == kind and r["name"] == name for r in rows):
        raise Refused("field_known", f"There is a field {name} already.")
    rows.append(
        {
            "kind": kind,
            "name": name,
            "label_zh": label_zh.strip(),
            "owner": owner.strip(),
            "use": use.strip(),
            "expires_on": expires_on.isoformat(),
        }
    )
    edit_list(tx, _LIST, rows, reason=f"new field {kind}.{name} for {owner}: {use}")


def list_fields(rules: Rules, kind: str, on: date) -> list[Mapping[str, str]]:
    """The added fields of a kind that have not ended."""
    rows = rules.lists.get(_LIST, ())
    return [r for r in rows if r["kind"] == kind and date.fromisoformat(r["expires_on"]) >= on]


def require_known_fields(rules: Rules, kind: Kind, put: Mapping[str, Any], now: datetime) -> None:
    """Refuse added fields that nobody asked for, or whose time is over."""
    given = put.get("extra") or {}
    if not given:
        return
    known = {r["name"] for r in list_fields(rules, kind.name, now.date())}
    strange = sorted(set(given) - known)
    if strange:
        raise Refused(
            "field_unknown", f"{', '.join(strange)} is no field of a {kind.name}, or has ended."
        )
