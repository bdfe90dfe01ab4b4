"""The tutorial's and the handbook's commands run as they are written, from an empty folder."""

import re
import shlex
from pathlib import Path

import pytest

from hubpost.cli.main import _parser, main

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"```(sh|text|console)\n(.*?)```", re.S)


def fences(page: str) -> list[tuple[str, list[str]]]:
    """Kind and lines of each block of a page, in order."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    return [(kind, body.strip().splitlines()) for kind, body in _FENCE.findall(text)]


def commands(page: str, kind: str) -> list[list[str]]:
    """The commands of a page, as a shell would split them."""
    return [shlex.split(line) for k, lines in fences(page) if k == kind for line in lines]


@pytest.mark.parametrize(("page", "least"), [("tutorial.md", 9), ("handbook.md", 9)])
def test_every_command_runs_and_says_what_the_page_says(
    page: str, least: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
):
    """`sh` is run; `text` after it is what it must print, in order, … standing for anything."""
    monkeypatch.chdir(tmp_path)
    ran, said = 0, ""
    for kind, lines in fences(page):
        if kind == "sh":
            said = "".join(_run(line, capsys) for line in lines)
            ran += len(lines)
        elif kind == "text":
            told = ".*".join(re.escape(part) for part in "…".join(lines).split("…"))
            assert re.search(told, said, re.S), f"{page} promises {lines}, but it says {said}"
    assert ran >= least


def _run(line: str, capsys) -> str:
    """What a command prints; it must end with 0."""
    program, *arguments = shlex.split(line)
    assert program == "hubpost", f"only hubpost is run here, not {line}"
    code = main(arguments)
    out, err = capsys.readouterr()
    assert code == 0, f"{line}\n{out}{err}"
    return f"{out}{err}"


@pytest.mark.parametrize("page", ["tutorial", "handbook"])
def test_the_english_page_has_the_same_commands(page: str):
    """Words such as a purpose or a file of one's own may be in its language."""
    chinese, english = commands(f"{page}.md", "sh"), commands(f"{page}.en.md", "sh")
    assert [c[:3] for c in chinese] == [c[:3] for c in english]
    assert [len(c) for c in chinese] == [len(c) for c in english]


@pytest.mark.parametrize("ending", ["md", "en.md"])
@pytest.mark.parametrize("page", ["tutorial", "handbook", "guide/admin"])
def test_commands_that_serve_or_install_exist(page: str, ending: str):
    """`console` is not run, as it would not end, but must be understood."""
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
    for program, *arguments in commands(f"{page}.{ending}", "console"):
        if program == "make":
            assert arguments[0] in targets
        else:
            assert program.rpartition("/")[2] == "hubpost"
            _parser(arguments).parse_args(arguments)
