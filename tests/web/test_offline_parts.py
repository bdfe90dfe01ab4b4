"""A page kept on a device opens without signal only if every part of it is kept."""

import re
from pathlib import Path

import pytest

import hubpost.web

STATIC = Path(hubpost.web.__file__).parent / "static"
WORKERS = {"field": "field.js", "visit": "visit.js", "survey": "survey.js"}


def _imported(script: str) -> set[str]:
    text = (STATIC / "js" / script).read_text()
    found = set(re.findall(r'from "\./([\w]+\.js)"', text))
    return {script} | {name for each in found for name in _imported(each)}


@pytest.mark.parametrize("page", WORKERS)
def test_the_worker_keeps_each_script_the_page_imports(page):
    worker = (STATIC / "js" / f"{page}_worker.js").read_text()
    kept = set(re.findall(r'"/static/([^"]+)"', worker)) - {"js/offline_shell.js"}
    assert {f"js/{name}" for name in _imported(WORKERS[page])} <= kept
    assert all((STATIC / part).is_file() for part in kept)
