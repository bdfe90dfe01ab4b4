"""Writes the options of every command, as the program itself tells them, into docs/commands.md."""

import contextlib
import io
import os
import sys
from pathlib import Path

from hubpost.cli.main import COMMANDS, main

DOCUMENT = Path(__file__).parents[1] / "docs" / "commands.md"
MARK = "<!-- From here on written by scripts/update_commands.py -->\n"


def options_text() -> str:
    """The help of every command, as Markdown."""
    os.environ["COLUMNS"] = "96"
    parts = [f"\n## hubpost {c}\n\n```\n{help_text(c)}```\n" for c in COMMANDS]
    return MARK + "".join(parts)


def help_text(command: str) -> str:
    """What `hubpost COMMAND --help` prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main([command, "--help"])
    return out.getvalue()


def updated(document: str) -> str:
    """The document with its second part made anew."""
    return document.split(MARK)[0].rstrip() + "\n\n" + options_text()


if __name__ == "__main__":
    DOCUMENT.write_text(updated(DOCUMENT.read_text("utf-8")), "utf-8")
    sys.exit(0)
