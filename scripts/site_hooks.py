"""What the site's theme would fetch from outside is taken out of the built site.

Material's script loads two helpers from a public host when a page needs them (diagrams, and frames
of pages opened from a disk), and asks a code host for stars. No page here needs them; the addresses
go, so that a closed network is never asked for anything.
"""

import re
from pathlib import Path
from typing import Any

_OUTSIDE = re.compile(r"https://(?:unpkg\.com|api\.github\.com|\$\{)[^\"'`\s]*")


def on_post_build(config: Any) -> None:
    """Called by MkDocs with its settings, once the site is written."""
    for script in Path(config["site_dir"]).rglob("*.js"):
        text = script.read_text("utf-8")
        if _OUTSIDE.search(text):
            script.write_text(_OUTSIDE.sub("about:blank", text), "utf-8")
    for left in Path(config["site_dir"]).rglob("*.js.map"):
        left.unlink()
