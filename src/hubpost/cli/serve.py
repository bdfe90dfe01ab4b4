"""`hubpost serve`: the console on a database that holds a county."""

import argparse
from pathlib import Path
from typing import Any

DEFAULT_DATA = Path("var/hubpost")


def add_parser(subparsers: Any) -> None:
    """Say what `serve` takes."""
    parser = subparsers.add_parser("serve", help="serve the console")
    add_database_options(parser, several=True)
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--allowed-host", action="append", default=[], metavar="NAME",
        help="name under which others reach it, by https; needed beyond this machine",
    )  # fmt: skip
    parser.add_argument(
        "--trusted-proxy", metavar="ADDRESS",
        help="reverse proxy whose X-Forwarded-For and -Proto are believed (default: nobody's)",
    )  # fmt: skip
    parser.add_argument(
        "--log", choices=("text", "json"), default="text",
        help="log lines on stderr; json also has one for each request (default: text)",
    )  # fmt: skip
    parser.set_defaults(run=run)


def add_database_options(parser: argparse.ArgumentParser, *, several: bool = False) -> None:
    """The options that say where a county's database and prepared roads are.

    several: whether more than one county of a city may be named.
    """
    parser.add_argument("--db", metavar="URL", help="sqlite:/// or postgresql:// address")
    parser.add_argument(
        "--data", type=Path, help="folder of the prepared roads (default: beside the SQLite file)"
    )
    parser.add_argument(
        "--of-county", metavar="ID", action="append" if several else "store",
        help="a county of the city in --db (its data lies in DATA/ID)"
        + ("; as many as this process is to serve" if several else ""),
    )  # fmt: skip


def find_data(args: argparse.Namespace) -> tuple[str, Path]:
    """The database address and the data folder that the options mean."""
    data: Path | None = args.data
    url: str | None = args.db
    if isinstance(county_id := getattr(args, "of_county", None), str):
        return county_data(url, data, county_id)
    if url is None:
        data = data or DEFAULT_DATA
        data.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{data / 'hubpost.sqlite'}", data
    if data is None:
        data = Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite") else None
    return url, data or DEFAULT_DATA


def county_data(url: str | None, data: Path | None, county_id: str) -> tuple[str, Path]:
    """The database address and the data folder of one county of a city.

    Raises ValueError when the city's database is not named or is none for several counties.
    """
    from hubpost.storage.city import county_url

    if url is None:
        raise ValueError("Expected the city's database with --of-county: --db postgresql://…")
    return county_url(url, county_id), (data or DEFAULT_DATA) / county_id


def find_existing(args: argparse.Namespace) -> tuple[str, Path]:
    """As find_data, for commands that only read: a SQLite file that is not there is not made.

    Raises ValueError naming the file that was expected.
    """
    url, data = (args.db, args.data) if args.db else (None, args.data or DEFAULT_DATA)
    file = Path(url.removeprefix("sqlite:///")) if url else data / "hubpost.sqlite"
    if (url is None or url.startswith("sqlite")) and not file.is_file():
        raise ValueError(f"Expected a database in {file}, there is none. Name it: --db or --data.")
    return find_data(args)


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from hubpost.actions.opening import open_room
    from hubpost.cli.gates import has_accounts, make_gate, set_up_lines
    from hubpost.cli.serving import (
        address_of,
        require_free_port,
        require_guarded,
        serve_console,
    )
    from hubpost.cli.settings import read_settings
    from hubpost.storage.store import Store
    from hubpost.storage.vault import keys_file

    require_free_port(args.host, args.port)
    if args.of_county:
        from hubpost.cli.serving_city import serve_city

        return serve_city(args)
    url, data = find_data(args)
    settings = read_settings(data)
    gate, tracer = make_gate(data, settings), settings.find_tracer()
    store = Store(url, keys=keys_file(data))
    try:
        require_guarded(args.host, args.allowed_host, has_accounts=has_accounts(store))
        room = open_room(store, data)
    except BaseException:
        store.close()
        raise
    scenes = _bundled_scenes(store)
    serve_console(
        store, room, data=data, host=args.host, port=args.port, scenes=scenes, gate=gate,
        allowed_hosts=args.allowed_host, trusted_proxy=args.trusted_proxy, log=args.log,
        tracer=tracer,
        say=set_up_lines(store, gate, address_of(args.host, args.port)),
    )  # fmt: skip
    return 0


def _bundled_scenes(store: Any) -> tuple[Any, ...]:
    """The guided scenes of a county that is one of the bundled ones; none for any other."""
    from hubpost.actions.counties import find_setting
    from hubpost.actions.scenes import read_scenes
    from hubpost.tables.bundled import find_bundled

    county = store.read(lambda conn: find_setting(conn, "county"))
    folder = find_bundled(county["id"]) if county else None
    return read_scenes(folder / "scenes.toml") if folder else ()
