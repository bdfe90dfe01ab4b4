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
from hubpost.web.gate.gate import Gate


def is_loopback(host: str) -> bool:
    """Whether an address reaches this machine only."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_guarded(host: str, allowed_hosts: Sequence[str], *, has_accounts: bool) -> None:
    """Raises ValueError for an address that others can reach while nobody could sign in there."""
    if is_loopback(host):
        return
    if not has_accounts:
        raise ValueError(
            f"{host} can be reached by others, and there is no account yet. Make the first one "
            "before: hubpost user add NAME, or serve on 127.0.0.1 and open the link shown."
        )
    if not allowed_hosts:
        raise ValueError(
            f"{host} can be reached by others. Say under which name they do: --allowed-host NAME "
            "(the name in the browser's address; it must be reached by https)."
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


def address_of(host: str, port: int) -> str:
    """The address of this server as a browser on the same machine takes it."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def serve_console(
    store: Store,
    room: CommandRoom,
    *,
    data: Path,
    host: str,
    port: int,
    gate: Gate,
    scenes: Sequence[Any] = (),
    beside: Sequence[Any] = (),
    allowed_hosts: Sequence[str] = (),
    trusted_proxy: str | None = None,
    say: Sequence[str] = (),
    log: str = "text",
    tracer: Any = None,
) -> None:
    """Run the console until interrupted; the store is closed at the end.

    gate: who is let in. log: text, or json with a line for each request. say: the last lines
    before it serves, such as a one-time link. beside: what is started and stopped with it, each
    with a `start` and a `stop`.
    """
    from hubpost.actions.live_services import LiveServices
    from hubpost.web.app import create_app
    from hubpost.web.logs import set_up_logs
    from hubpost.web.server import ConsoleServer

    set_up_logs(as_json=log == "json", requests=log == "json")

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
        gate=gate,
        allowed_hosts=allowed_hosts,
        tracer=tracer,
    )
    print(f"hubpost: console at {address_of(host, port)}/  (Ctrl-C stops it)", file=sys.stderr)
    for line in say:
        print(line, file=sys.stderr)
    for service in (services, *beside):
        service.start()
    try:
        ConsoleServer(app, host=host, port=port, trusted_proxy=trusted_proxy).run()
    finally:
        for service in (*beside, services):
            service.stop()
        store.close()
