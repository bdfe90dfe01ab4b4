"""Writes docs/protection from the program's own tables and its settings as shipped."""

from pathlib import Path

from hubpost.cli.protection import make_pages, shipped_facts

FOLDER = Path(__file__).parents[1] / "docs" / "protection"


def pages() -> dict[Path, str]:
    """The pages as they should stand, by file."""
    return {FOLDER / f"{n}.md": text for n, text in make_pages(shipped_facts()).items()}


if __name__ == "__main__":
    for file, text in pages().items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
