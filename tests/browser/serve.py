"""A console on a database file, as a process of its own that can be killed: serve.py DB PORT."""

import sys
from pathlib import Path

from fastapi import FastAPI

from hubpost.actions.opening import open_room
from hubpost.actions.scenes import read_scenes
from hubpost.storage.store import Store
from hubpost.tables.bundled import resolve_county
from hubpost.web.app import create_app
from hubpost.web.server import ConsoleServer


def make_console(store: Store, data: Path) -> FastAPI:
    """The console with qianjiang's scenes."""
    scenes = read_scenes(resolve_county("qianjiang") / "scenes.toml")
    return create_app(store, open_room(store, data), scenes=scenes)


def main(database: Path, port: int) -> None:
    store = Store(f"sqlite:///{database}")
    app = make_console(store, database.parent)
    ConsoleServer(app, host="127.0.0.1", port=port).run()
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
