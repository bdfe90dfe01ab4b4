"""Every message the console can show, read out of its templates, Python and scripts."""

from pathlib import Path

from babel.messages.extract import extract_from_dir

import hubpost.web

WEB = Path(hubpost.web.__file__).parent
_METHODS = [("static/vendor/**", "ignore"), ("**.py", "python"), ("**.html", "jinja2")]
_KEYWORDS = {"_": None, "t": None}


def extract_messages() -> dict[str, str]:
    """Message id -> file:line of its first use in Python or a template."""
    found: dict[str, str] = {}
    for file, line, message, _, _ in extract_from_dir(
        str(WEB), _METHODS, keywords=_KEYWORDS, options_map={"**.html": {"trimmed": "true"}}
    ):
        found.setdefault(message if isinstance(message, str) else message[0], f"{file}:{line}")
    return found


def extract_script_messages() -> dict[str, str]:
    """Message id -> file:line of its first use in the page's scripts."""
    found: dict[str, str] = {}
    for file, line, message, _, _ in extract_from_dir(
        str(WEB / "static" / "js"), [("**.js", "javascript")], keywords={"t": None}
    ):
        found.setdefault(message if isinstance(message, str) else message[0], f"{file}:{line}")
    return found
