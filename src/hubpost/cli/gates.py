"""The gates of `serve` and `demo`: keys, settings, and the one-time links they print."""

import sys
from pathlib import Path

from hubpost.actions.identity import accounts
from hubpost.cli.settings import Settings
from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.storage.identity.queries import anyone_can_sign_in, find_account, list_grants
from hubpost.storage.sealing import Keyring
from hubpost.storage.store import Store
from hubpost.storage.transaction import Tx
from hubpost.storage.vault import keys_file
from hubpost.web.gate.gate import Gate
from hubpost.web.gate.limits import Limits

DEMO = "demo"
#: What the demo's person may be: everything inside the county, each for the whole of it.
_DEMO_ROLES = [r for r in Role if r not in (Role.PUBLIC, Role.BORDER_PARTNER)]


def make_gate(data: Path, settings: Settings, *, demo: str = "") -> Gate:
    """The gate with the keys of the data folder, which are made on first use."""
    return Gate(
        Keyring(keys_file(data)),
        sessions=settings.sessions,
        limits=Limits(settings.limits),
        oidc=settings.oidc,
        demo=demo,
    )


def set_up_lines(store: Store, gate: Gate, address: str) -> list[str]:
    """What to print while nobody could sign in: the link by which the first account is made."""
    if has_accounts(store):
        return []
    link = f"{address}/set-up/{gate.set_up.renew()}"
    return [f"hubpost: no account yet; make the first one by this link, which works once:\n{link}"]


def has_accounts(store: Store) -> bool:
    """Whether anybody could sign in."""
    return store.read(lambda conn: anyone_can_sign_in(conn, store.now()))


def demo_lines(store: Store, gate: Gate, address: str) -> list[str]:
    """See to the demo's account; its one-time link, and each time it is used, the next one."""
    store.write(_see_to_demo, actor="demo")

    def link() -> str:
        return f"{address}/enter/{gate.enter.renew()}"

    def show_next() -> None:
        print(f"hubpost: that link is used up; for another browser: {link()}", file=sys.stderr)

    gate.enter.on_used = show_next
    return [f"hubpost: open this link once, it signs you in:\n{link()}"]


def _see_to_demo(tx: Tx) -> None:
    row = find_account(tx.conn, DEMO)
    account_id = row.id if row is not None else accounts.create_account(tx, DEMO, "演示 Demo")
    held = list_grants(tx.conn, account_id)
    for grant in (Grant(role, ScopeKind.COUNTY, "") for role in _DEMO_ROLES):
        if grant not in held:
            accounts.give_grant(tx, account_id, grant)
