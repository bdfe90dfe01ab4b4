"""Serving the console until somebody stops it."""

import ipaddress
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hubpost.actions.command_room import CommandRoom
from hubpost.actions.opening import basemap_file, before_after_file
from hubpost.storage.store import Store


def require_loopback(host: str) -> None:
    """Raises ValueError for an address that others could reach: there is no sign-in yet."""
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise ValueError(
            f"Expected a loopback address such as 127.0.0.1, came {host}. Hubpost has no sign-in "
            "yet, so it serves this machine only."
        )


def require_free_port(host: str, port: int) -> None:
    """Raises ValueError when the port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise ValueError(
                f"Port {port} of {host} cannot be used ({error}). Name another with --port."
            ) from error


def serve_console(
    store: Store,
    room: CommandRoom,
    *,
    data: Path,
    host: str,
    port: int,
    scenes: Sequence[Any] = (),
) -> None:
    """Run the console until interrupted; the store is closed at the end."""
    from hubpost.actions.live_services import LiveServices
    from hubpost.web.app import create_app
    from hubpost.web.server import ConsoleServer

    basemap = basemap_file(data)
    try:
        services = LiveServices(store, data, room.zone)
    except BaseException:
        store.close()
        raise
    app = create_app(
        store,
        room,
        basemap=basemap if basemap.exists() else None,
        scenes=list(scenes),
        before_after=before_after_file(data),
        aid_server=services.aid_server,
    )
    shown = f"[{host}]" if ":" in host else host
    print(f"hubpost: console at http://{shown}:{port}/  (Ctrl-C stops it)", file=sys.stderr)
    services.start()
    try:
        ConsoleServer(app, host=host, port=port).run()
    finally:
        services.stop()
        store.close()
