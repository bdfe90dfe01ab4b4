"""Write the drawn state machines into docs/records.md, between its two marks."""

from pathlib import Path

from hubpost.model.records.kinds import KINDS
from hubpost.model.records.machine import draw_machine

DOCUMENT = Path(__file__).parents[1] / "docs" / "records.md"
BEGIN, END = "<!-- machines: scripts/draw_records.py -->", "<!-- end of machines -->"


def drawn() -> str:
    """Every machine under its own heading."""
    parts = (f"### {k.machine.zh} `{k.name}`\n\n{draw_machine(k.machine)}" for k in KINDS.values())
    return "\n\n".join(parts)


def with_machines(text: str) -> str:
    """The document with the machines as the code has them."""
    head, rest = text.split(BEGIN)
    return f"{head}{BEGIN}\n\n{drawn()}\n\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    DOCUMENT.write_text(with_machines(DOCUMENT.read_text("utf-8")), "utf-8")
