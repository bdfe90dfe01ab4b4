"""Writes docs/api/http.md from the OpenAPI schema that the console itself hands out.

Run: .venv/bin/python -m scripts.update_http_api. tests/docs/test_site.py fails when it is due.
"""

import sys
from pathlib import Path
from typing import Any

from hubpost.web.api.units import api_describe

DOCUMENT = Path(__file__).parents[1] / "docs" / "api" / "http.md"
HEAD = """\
# HTTP 接口 HTTP API

给接处警平台等其他系统用的接口，由程序自带的 OpenAPI 说明生成，与程序一致。
For other systems, such as call taking. Written from the program's own OpenAPI schema by
`scripts/update_http_api.py`; a running server hands the schema out at `GET /api/v1/openapi.json`.

* 令牌 Token: `hubpost user token NAME ROLE SCOPE --days 90`, sent as `Authorization: Bearer …`
  ([access](../access.md)). 没有权限答 403，没有登录答 401。
* 重复发送 Sent twice: give the header `Idempotency-Key`; the same key is answered with what was
  answered before, and nothing is done twice.
* 拒绝 Refused: 409 with `{"code", "message", …}`: what stood against it, and the state now.
* 时间带时区，坐标为 WGS-84 度。Times carry a zone; places are WGS-84 degrees.
"""


def page() -> str:
    """The whole page."""
    schema = api_describe()
    shapes = schema["components"]["schemas"]
    parts = [HEAD]
    for path, methods in schema["paths"].items():
        parts += [_operation(path, method, o) for method, o in methods.items()]
    parts.append("\n## 数据结构 Shapes\n")
    parts += [_shape(n, s) for n, s in sorted(shapes.items()) if not _is_plumbing(n)]
    return "\n".join(parts)


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    lines = [f"\n## {method.upper()} {path}\n", _sentence(operation.get("description", ""))]
    fields = [p for p in operation.get("parameters", ()) if p["in"] != "cookie"]
    if fields:
        lines += ["", "| parameter | in | type |", "| --- | --- | --- |"]
        lines += [f"| `{p['name']}`{_star(p)} | {p['in']} | {_type(p['schema'])} |" for p in fields]
    body = operation.get("requestBody")
    if body:
        shapes = [_type(c["schema"]) for c in body["content"].values() if "schema" in c]
        lines += ["", f"Body: {', '.join(shapes)}"]
    lines += ["", "Answers: " + ", ".join(f"`{code}`" for code in operation["responses"])]
    return "\n".join(lines)


def _shape(name: str, shape: dict[str, Any]) -> str:
    lines = [f"### {name}\n", _sentence(shape.get("description", ""))]
    if "enum" in shape:
        return "\n".join([*lines, "One of " + ", ".join(f"`{v}`" for v in shape["enum"])])
    needed = set(shape.get("required", ()))
    lines += ["", "| field | type |", "| --- | --- |"]
    for field, kind in shape.get("properties", {}).items():
        star = " \\*" if field in needed else ""
        lines.append(f"| `{field}`{star} | {_type(kind)} |")
    return "\n".join([*lines, ""])


def _type(kind: dict[str, Any]) -> str:
    """A JSON-schema type in words."""
    if "$ref" in kind:
        name = kind["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in kind:
        return " or ".join(_type(k) for k in kind["anyOf"])
    if kind.get("type") == "array":
        return f"list of {_type(kind.get('items', {}))}"
    said = str(kind.get("type", "anything"))
    limits = {"minimum": "from", "maximum": "to", "maxLength": "up to", "pattern": "like"}
    ends = [
        f"{word} `{str(kind[k]).replace('|', '&#124;')}`" for k, word in limits.items() if k in kind
    ]
    return " ".join([said, *([f"({kind['format']})"] if "format" in kind else ()), *ends])


def _star(parameter: dict[str, Any]) -> str:
    return " \\*" if parameter.get("required") else ""


def _sentence(text: str) -> str:
    return " ".join(text.split())


def _is_plumbing(name: str) -> bool:
    """What the framework adds for answers to malformed requests."""
    return name in {"HTTPValidationError", "ValidationError"}


if __name__ == "__main__":
    DOCUMENT.write_text(page(), "utf-8")
    sys.exit(0)
