"""`hubpost user`: accounts and their rights, from the terminal of the server."""

import argparse
import json
import sys
from datetime import datetime, timedelta
from typing import Any

from hubpost.cli.serve import add_database_options, find_data


def add_parser(subparsers: Any) -> None:
    """Say what `user` takes."""
    parser = subparsers.add_parser("user", help="accounts and rights")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    for name, what, run, options in (
        ("add", "make an account and print its one-time link", _add, ("name", "display")),
        ("link", "print a new one-time link for choosing a password", _link, ("name",)),
        ("grant", "give a role within a scope", _grant, ("name", "grant")),
        ("revoke", "take a grant back by its id", _revoke, ("grant_id",)),
        ("disable", "close an account", _disable, ("name",)),
        (
            "token",
            "make a token for a program: a service account, one role, an end",
            _token,
            ("name", "grant", "days"),
        ),
        ("revoke-token", "end a program's token by its id", _revoke_token, ("token_id",)),
        ("list", "list accounts, grants and tokens", _list, ()),
    ):
        sub = actions.add_parser(name, help=what)
        _add_options(sub, options)
        add_database_options(sub)
        sub.add_argument("--json", action="store_true")
        sub.set_defaults(run=_with_store(run))


def _add_options(sub: argparse.ArgumentParser, options: tuple[str, ...]) -> None:
    from hubpost.model.access import Role

    if "name" in options:
        sub.add_argument("name", help="sign-in name")
    if "token_id" in options:
        sub.add_argument("token_id")
    if "days" in options:
        sub.add_argument("--days", type=int, default=90, help="how long it is good for")
        sub.add_argument("--purpose", default="", help="what the program is for")
    if "grant_id" in options:
        sub.add_argument("grant_id")
    if "display" in options:
        sub.add_argument("--display", default="", help="name shown to others")
    if "grant" in options:
        sub.add_argument("role", choices=[r.value for r in Role])
        sub.add_argument(
            "scope", help="county, group:HUB_ID, station:STATION_ID, grid:GRID_ID or partner:ID"
        )
        sub.add_argument("--from", dest="start", type=_time, help="ISO 8601 with zone")
        sub.add_argument("--to", dest="end", type=_time, help="ISO 8601 with zone")


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"expected a time with its zone such as 2026-03-01T00:00+08:00, came {text!r}"
        )
    return at


def _with_store(action: Any) -> Any:
    def run(args: argparse.Namespace) -> int:
        from hubpost.storage.store import Store
        from hubpost.storage.vault import keys_file

        url, data = find_data(args)
        store = Store(url, keys=keys_file(data))
        try:
            answer = action(store, args)
        finally:
            store.close()
        if args.json:
            print(json.dumps(answer, ensure_ascii=False))
        else:
            print(_as_text(answer))
        return 0

    return run


def _account_id(store: Any, name: str) -> str:
    from hubpost.storage.identity.queries import find_account

    row = store.read(lambda conn: find_account(conn, name))
    if row is None:
        raise ValueError(f"There is no account {name}. See: hubpost user list")
    return str(row.id)


def _add(store: Any, args: argparse.Namespace) -> dict[str, Any]:
    """The very first account of a database is its administrator."""
    from hubpost.actions.identity import accounts
    from hubpost.storage.identity.queries import list_accounts

    def create(tx: Any) -> str:
        first = not list_accounts(tx.conn)
        account_id = accounts.create_account(tx, args.name, args.display)
        if first:
            accounts.give_grant(tx, account_id, accounts.FIRST_GRANT)
        return accounts.issue_link(tx, account_id)

    token = store.write(create, actor="terminal")
    return {"name": args.name.strip().casefold(), "link": f"/welcome/{token}"}


def _link(store: Any, args: argparse.Namespace) -> dict[str, Any]:
    from hubpost.actions.identity import accounts

    account_id = _account_id(store, args.name)
    token = store.write(lambda tx: accounts.issue_link(tx, account_id), actor="terminal")
    return {"name": args.name, "link": f"/welcome/{token}"}


def _grant(store: Any, args: argparse.Namespace) -> dict[str, Any]:
    from hubpost.actions.identity import accounts

    grant = _read_grant(args)
    account_id = _account_id(store, args.name)
    grant_id = store.write(lambda tx: accounts.give_grant(tx, account_id, grant), actor="terminal")
    return {"name": args.name, "role": args.role, "scope": args.scope, "grant": grant_id}


def _read_grant(args: argparse.Namespace) -> Any:
    from hubpost.model.access import Grant, Role, ScopeKind

    kind, _, scope_id = args.scope.partition(":")
    if kind not in set(ScopeKind) or (kind != "county" and not scope_id):
        raise ValueError(
            "Expected county, group:ID, station:ID, grid:ID or partner:ID as scope, "
            f"came {args.scope!r}."
        )
    return Grant(Role(args.role), ScopeKind(kind), scope_id, args.start, args.end)


def _token(store: Any, args: argparse.Namespace) -> dict[str, Any]:
    from dataclasses import replace

    from hubpost.actions.identity.api_tokens import issue_api_token

    end = args.end or store.now() + timedelta(days=args.days)
    grant = replace(_read_grant(args), valid_to=end)
    token, token_id = store.write(
        lambda tx: issue_api_token(tx, args.name, grant, args.purpose), actor="terminal"
    )
    return {"name": args.name, "id": token_id, "until": end.isoformat(), "token": token}


def _revoke_token(store: Any, args: argparse.Namespace) -> dict[str, Any]:
    from hubpost.actions.identity.api_tokens import revoke_api_token

    store.write(lambda tx: revoke_api_token(tx, args.token_id), actor="terminal")
    return {"revoked": args.token_id}


def _revoke(store: Any, args: argparse.Namespace) -> dict[str, Any]:
    from hubpost.actions.identity import accounts

    store.write(lambda tx: accounts.revoke_grant(tx, args.grant_id), actor="terminal")
    return {"revoked": args.grant_id}


def _disable(store: Any, args: argparse.Namespace) -> dict[str, Any]:
    from hubpost.actions.identity import accounts

    account_id = _account_id(store, args.name)
    store.write(lambda tx: accounts.disable_account(tx, account_id), actor="terminal")
    return {"disabled": args.name}


def _list(store: Any, args: argparse.Namespace) -> dict[str, Any]:
    from hubpost.storage.identity.queries import (
        display_name_of,
        list_accounts,
        list_api_tokens,
        list_grants,
    )

    def rows(conn: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": a.name,
                "display_name": display_name_of(conn, a.id, a.display_name),
                "disabled": a.disabled_at is not None,
                "one_time_codes": a.totp_confirmed,
                "grants": [
                    f"{g.role.value} {g.scope_kind.value}:{g.scope_id}"
                    for g in list_grants(conn, a.id)
                ],
                "tokens": [
                    {"id": t.id, "until": t.expires_at.isoformat(), "purpose": t.purpose}
                    for t in list_api_tokens(conn, a.id)
                ],
            }
            for a in list_accounts(conn)
        ]

    return {"accounts": store.read(rows)}


def _as_text(answer: dict[str, Any]) -> str:
    if "accounts" in answer:
        lines = [
            f"{a['name']}{' (closed)' if a['disabled'] else ''}: {', '.join(a['grants']) or '—'}"
            for a in answer["accounts"]
        ]
        return "\n".join(lines) or "no accounts yet; make one: hubpost user add NAME"
    if "token" in answer:
        print(
            f"hubpost: token {answer['id']}, until {answer['until']}; it is not shown again",
            file=sys.stderr,
        )
        return str(answer["token"])
    if "link" in answer:
        print("hubpost: the link works once, for 24 hours", file=sys.stderr)
        return str(answer["link"])
    return "  ".join(f"{key} {value}" for key, value in answer.items())
