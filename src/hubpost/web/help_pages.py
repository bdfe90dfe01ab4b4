"""The guides under docs/ as pages of the console; the same files make the documentation site."""

import re
from functools import cache
from pathlib import Path

import markdown

import hubpost

#: What the guides may use of Markdown; the site's tool knows the same and more.
_EXTENSIONS = ("admonition", "attr_list", "fenced_code", "tables", "toc")
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)#\s:]*)(#[^)\s]*)?\)(\{[^}]*\})?")
_NAME = re.compile(r"[a-z][a-z_.-]*")


@cache
def help_root() -> Path:
    """docs/ of the source tree, or what the wheel packed of it."""
    package = Path(hubpost.__file__).resolve().parent
    source = package.parents[1]
    return source / "docs" if (source / "pyproject.toml").is_file() else package / "help"


#: Longer names are none of ours, and no file system takes them.
_LONGEST = 100


def find_help(name: str, language: str) -> Path | None:
    """The file of a guide in a language, else in Chinese; None where there is no such guide."""
    if "." in name or len(name) > _LONGEST or not _NAME.fullmatch(name):
        return None
    root = help_root()
    endings = (".en.md", ".md") if language == "en" else (".md",)
    places = (root / "guide",) if name not in ("index", "tutorial", "handbook") else (root,)
    files = (place / f"{name}{ending}" for place in places for ending in endings)
    return next((f for f in files if f.is_file()), None)


def find_help_picture(name: str) -> Path | None:
    """The file of a picture that guides show, or None."""
    path = help_root() / "images" / "site" / name
    known = len(name) <= _LONGEST and _NAME.fullmatch(name)
    return path if known and path.is_file() else None


@cache
def help_html(path: Path) -> str:
    """A guide as HTML, its links leading to pages of the console; read once."""
    text = _LINK.sub(_in_console, path.read_text("utf-8"))
    html = str(markdown.markdown(text, extensions=list(_EXTENSIONS)))
    return html.replace("<pre>", '<pre tabindex="0">')  # what scrolls must be reached by key


def help_title(path: Path) -> str:
    """The first heading of a guide."""
    return path.read_text("utf-8").partition("\n")[0].removeprefix("# ").strip()


def _in_console(link: re.Match[str]) -> str:
    """The link as the console has it; what only the site has stays as words."""
    picture, words, target, place, attributes = (g or "" for g in link.groups())
    name = target.rpartition("/")[2]
    if picture:
        return f"![{words}](/help/pictures/{name}){attributes}"
    if not target and place:
        return link.group()
    page = name.removesuffix(".md").removesuffix(".en")
    known = name.endswith(".md") and find_help(page, "zh_CN")
    return f"[{words}](/help/{page}{place}){attributes}" if known else words
