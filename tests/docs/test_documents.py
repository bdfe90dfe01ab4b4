"""Documents that would rot: paths in the README, links, commands, events."""

import re
import sys
from pathlib import Path

import pytest

from hubpost.cli.main import COMMANDS
from hubpost.model.events import EVENT_TYPES

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    p
    for p in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").rglob("*.md")]
    if ".venv" not in p.parts
)
#: Kept at their first letters, so that this file does not itself name a host.
_HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "deb.debian" + ".org")


def test_every_path_of_the_readme_table_exists():
    table = re.findall(
        r"^\| .* \| `(.*)` \| `(.*)` \| `(.*)` \|$", (ROOT / "README.md").read_text(), re.M
    )
    assert len(table) >= 10
    missing = [path for row in table for path in row if not (ROOT / path).is_file()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_of_a_document_lead_somewhere(document):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text("utf-8"))
    missing = [t for t in targets if not (document.parent / t).exists()]
    assert missing == []


def test_every_command_is_in_a_document():
    text = "\n".join(p.read_text("utf-8") for p in DOCUMENTS)
    undocumented = [c for c in COMMANDS if f"hubpost {c}" not in text]
    assert undocumented == []


def test_every_event_is_in_the_events_document():
    text = (ROOT / "docs" / "events.md").read_text("utf-8")
    assert [name for name in EVENT_TYPES if f"`{name}`" not in text] == []


def test_no_document_or_lock_names_a_registry_host():
    files = [*DOCUMENTS, *ROOT.glob("*.lock"), ROOT / "pyproject.toml", ROOT / "Makefile"]
    named = [(f.name, h) for f in files for h in _HOSTS if h in f.read_text("utf-8")]
    assert named == []


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="argparse words help by version")
def test_the_options_of_every_command_are_documented_as_the_program_tells_them():
    """When this fails, run: .venv/bin/python -m scripts.update_commands"""
    from scripts.update_commands import DOCUMENT, updated

    written = DOCUMENT.read_text("utf-8")
    assert updated(written) == written
