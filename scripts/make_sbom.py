"""Bill of materials (CycloneDX) of what an installation runs, and a check of its licences.

`make sbom`: reads the environment that the lock installed; asks no network. Exits 2 naming every
component whose licence is not among those that this project may be shipped with.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
OUT = ROOT / "build" / "sbom.cdx.json"

#: Licences that ask for no more than notice, or, as MPL and LGPL, only about the library itself.
ALLOWED = frozenset(
    {
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0"),
        *("MIT-CMU", "MPL-2.0", "PSF-2.0", "Python-2.0", "Zlib", "LGPL-3.0-only", "LLVM-exception"),
    }
)
#: What some packages say in words, or only in the file they come with (read there, by version).
SPOKEN = {
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
UNSAID = {"protobuf": "BSD-3-Clause", "pyrage": "MIT"}
#: Browser libraries served from static/vendor, each with its licence file beside it.
VENDORED = (
    ("openlayers", "ol.js", "BSD-2-Clause"),
    ("htmx", "htmx.min.js", "0BSD"),
    ("echarts", "echarts.min.js", "Apache-2.0"),
)


def main() -> int:
    """Write the bill; 0 when every licence is allowed."""
    bill = narrow(read_environment(), locked_names())
    bill["components"] += [vendored(*v) for v in VENDORED]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n", "utf-8")
    wrong = foreign_licences(bill)
    print(f"{OUT.relative_to(ROOT)}: {len(bill['components'])} components", file=sys.stderr)
    for name, said in wrong.items():
        print(f"hubpost: {name}: licence {said} is not among those allowed", file=sys.stderr)
    return 2 if wrong else 0


def read_environment() -> dict[str, Any]:
    """The bill of everything installed, development tools included."""
    tool = Path(sys.executable).with_name("cyclonedx-py")
    options = ["--of", "JSON", "--output-reproducible", "--pyproject", str(ROOT / "pyproject.toml")]
    command = [str(tool), "environment", sys.executable, *options, "-o", "-"]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def locked_names() -> set[str]:
    """The packages of the runtime lock."""
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    return {_plain(m[0]) for line in lines if (m := re.match(r"[A-Za-z0-9][\w.-]*", line))}


def narrow(bill: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """The bill with only these packages, and only what they depend on among themselves."""
    kept = [c for c in bill["components"] if _plain(c["name"]) in names]
    for component in kept:
        if not licences(component):
            said = UNSAID.get(_plain(component["name"]), "unknown")
            component["licenses"] = [{"expression": said}]
    refs = {c["bom-ref"] for c in kept} | {bill["metadata"]["component"]["bom-ref"]}
    depends = [
        {**d, "dependsOn": [r for r in d.get("dependsOn", []) if r in refs]}
        for d in bill.get("dependencies", [])
        if d["ref"] in refs
    ]
    return {**bill, "components": kept, "dependencies": depends}


def vendored(name: str, file: str, licence: str) -> dict[str, Any]:
    """A browser library by the file it is served as."""
    from hashlib import sha256

    body = (ROOT / "src/hubpost/web/static/vendor" / file).read_bytes()
    return {
        "type": "library",
        "bom-ref": f"vendor/{file}",
        "name": name,
        "hashes": [{"alg": "SHA-256", "content": sha256(body).hexdigest()}],
        "licenses": [{"license": {"id": licence}}],
    }


def licences(component: dict[str, Any]) -> list[str]:
    """What a component says of its licence."""
    said = []
    for entry in component.get("licenses", []):
        licence = entry.get("license", {})
        said.append(entry.get("expression") or licence.get("id") or licence.get("name") or "")
    return [s for s in said if s]


def foreign_licences(bill: dict[str, Any]) -> dict[str, str]:
    """Components with a licence that is not allowed, or with none; of a choice one is enough."""
    return {
        c["name"]: ", ".join(licences(c)) or "unknown"
        for c in bill["components"]
        if not licences(c) or not all(_is_allowed(s) for s in licences(c))
    }


def _is_allowed(said: str) -> bool:
    text = SPOKEN.get(said, said)
    choices = [part.strip("() ") for part in text.split(" OR ")]
    return any(
        all(word in ALLOWED for word in re.split(r" AND | WITH ", choice)) for choice in choices
    )


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())
