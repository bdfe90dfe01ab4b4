"""The drawn state machines are those of the code."""

from pathlib import Path

from scripts.draw_records import with_machines

DOCUMENT = Path(__file__).parents[2] / "docs" / "records.md"


def test_the_drawings_in_the_document_are_those_of_the_code():
    text = DOCUMENT.read_text("utf-8")
    assert with_machines(text) == text, "run scripts/draw_records.py"
    assert text.count("stateDiagram-v2") > 0
