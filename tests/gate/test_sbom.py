"""The bill of materials: what runs is in it, under licences that may be shipped."""

import subprocess
import sys
from json import loads

from scripts import make_sbom


def test_the_bill_names_every_installed_package_of_the_lock_and_no_tool():
    bill = make_sbom.narrow(make_sbom.read_environment(), make_sbom.locked_names())
    named = {c["name"].lower() for c in bill["components"]}
    assert {"fastapi", "argon2-cffi", "authlib", "limits"} <= named
    assert not named & {"pytest", "ruff", "pandana"}
    assert make_sbom.foreign_licences(bill) == {}


def test_a_licence_that_may_not_be_shipped_is_named():
    def component(said):
        return {"name": said, "licenses": [{"expression": said}]}

    kinds = ("GPL-3.0-only", "MIT OR GPL-3.0-only", "MIT AND AGPL-3.0-only", "proprietary")
    wrong = make_sbom.foreign_licences({"components": [component(k) for k in kinds]})
    assert set(wrong) == {"GPL-3.0-only", "MIT AND AGPL-3.0-only", "proprietary"}
    assert make_sbom.foreign_licences({"components": [{"name": "x"}]}) == {"x": "unknown"}


def test_make_sbom_writes_a_file_of_cyclonedx():
    done = subprocess.run([sys.executable, "-m", "scripts.make_sbom"], cwd=make_sbom.ROOT)
    assert done.returncode == 0
    written = loads(make_sbom.OUT.read_text("utf-8"))
    assert written["bomFormat"] == "CycloneDX"
    assert "openlayers" in {c["name"] for c in written["components"]}
