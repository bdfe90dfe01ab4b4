"""The bill of materials: what runs is in it, under licences that may be shipped."""

import subprocess
import sys
from json import loads

from scripts import make_sbom


def test_a_licence_that_may_not_be_shipped_is_named():
    def component(said):
        return {"name": said, "licenses": [{"expression": said}]}

    kinds = ("GPL-3.0-only", "MIT OR GPL-3.0-only", "MIT AND AGPL-3.0-only", "proprietary")
    wrong = make_sbom.foreign_licences({"components": [component(k) for k in kinds]})
    assert set(wrong) == {"GPL-3.0-only", "MIT AND AGPL-3.0-only", "proprietary"}
    assert make_sbom.foreign_licences({"components": [{"name": "x"}]}) == {"x": "unknown"}


def test_the_bill_as_written_names_what_runs_and_no_tool_under_licences_that_may_be_shipped():
    done = subprocess.run([sys.executable, "-m", "scripts.make_sbom"], cwd=make_sbom.ROOT)
    assert done.returncode == 0
    written = loads(make_sbom.OUT.read_text("utf-8"))
    assert written["bomFormat"] == "CycloneDX"
    named = {c["name"].lower() for c in written["components"]}
    assert {"fastapi", "argon2-cffi", "authlib", "limits", "openlayers"} <= named
    assert not named & {"pytest", "ruff", "pandana"}
    assert make_sbom.foreign_licences(written) == {}
