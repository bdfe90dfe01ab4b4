"""Serving several counties of a city in one process, each with its own gate, keys and services."""

import argparse
import sys
from contextlib import ExitStack
from typing import Any

from fastapi import FastAPI

from hubpost.actions.live_services import LiveServices
from hubpost.actions.opening import basemap_file, before_after_file, open_room
from hubpost.cli.gates import has_accounts, make_gate
from hubpost.cli.serve import county_data
from hubpost.cli.serving import address_of, is_loopback
from hubpost.cli.settings import read_settings
from hubpost.storage.store import Store
from hubpost.storage.vault import keys_file
from hubpost.web.app import create_app
from hubpost.web.city import CityFront
from hubpost.web.logs import set_up_logs
from hubpost.web.server import ConsoleServer


def serve_city(args: argparse.Namespace) -> int:
    """Serve the counties named until interrupted; their stores are closed at the end."""
    if not is_loopback(args.host) and not args.allowed_host:
        raise ValueError(f"{args.host} can be reached by others: say under which --allowed-host.")
    set_up_logs(as_json=args.log == "json", requests=args.log == "json")
    with ExitStack() as opened:
        apps = {c: _open_county(args, c, opened) for c in dict.fromkeys(args.of_county)}
        front = CityFront(apps)
        print(
            f"hubpost: {len(apps)} counties at {address_of(args.host, args.port)}, each by its own "
            f"name: {next(iter(apps))}.NAME  (Ctrl-C stops it)", file=sys.stderr,
        )  # fmt: skip
        ConsoleServer(front, host=args.host, port=args.port, trusted_proxy=args.trusted_proxy).run()
    return 0


def _open_county(args: argparse.Namespace, county_id: str, opened: ExitStack) -> FastAPI:
    url, data = county_data(args.db, args.data, county_id)
    settings = read_settings(data)
    gate = make_gate(data, settings)
    store = Store(url, keys=keys_file(data))
    opened.callback(store.close)
    if not has_accounts(store):
        raise ValueError(
            f"Nobody can sign in at county {county_id} yet. Make its first account before: "
            f"hubpost user add NAME --db URL --of-county {county_id}."
        )
    room = open_room(store, data)
    services = LiveServices(store, data, room.zone)
    basemap = basemap_file(data)
    app = create_app(
        store,
        room,
        basemap=basemap if basemap.exists() else None,
        before_after=before_after_file(data),
        aid_server=services.aid_server,
        gate=gate,
        tracer=settings.find_tracer(),
        allowed_hosts=[f"{county_id}.{name}" for name in args.allowed_host],
    )
    _run_beside(services, opened)
    return app


def _run_beside(services: Any, opened: ExitStack) -> None:
    services.start()
    opened.callback(services.stop)
