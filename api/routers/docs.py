"""``/docs``: the API's description as one page, made from its OpenAPI document; it loads nothing from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 54rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; } h3 { margin: 2rem 0 .25rem; font-size: 1rem; }
code, pre { font: 14px/1.45 ui-monospace, monospace; }
pre { padding: .75rem 1rem; overflow-x: auto; background: rgb(128 128 128 / .12); border-radius: .4rem; }
.method { display: inline-block; min-width: 3.2rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; } td { padding: .25rem .75rem .25rem 0; vertical-align: top; }
td:first-child { width: 11rem; }
"""


@router.get("/docs")
def page(request: Request) -> HTMLResponse:
    return HTMLResponse("".join(render(request.app.openapi(), str(request.base_url).rstrip("/"))))


def render(openapi: dict[str, Any], base_url: str) -> Iterator[str]:
    """The page's HTML. Pure."""
    info = openapi["info"]
    yield f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(info['title'])} API</title>"
    yield "<meta name=viewport content='width=device-width, initial-scale=1'>"
    yield f"<style>{STYLE}</style><h1>{escape(info['title'])} API</h1><p>{escape(info['description'])}</p>"
    yield '<p>Every answer is <code>{"data": …, "error": null}</code> or <code>{"data": null, "error": "…"}'
    yield "</code>. Keys go in <code>Authorization: Bearer sk-helicone-…</code>. "
    yield "The same in OpenAPI: <a href=openapi.json>openapi.json</a>.</p>"
    tag = ""
    for path, operations in openapi["paths"].items():
        for method, operation in operations.items():
            if (found := operation.get("tags", [""])[0]) != tag:
                tag = found
                yield f"<h2>{escape(tag)}</h2>"
            yield from _operation(openapi, base_url, method.upper(), path, operation)


def _operation(
    openapi: dict[str, Any], base_url: str, method: str, path: str, operation: dict[str, Any]
) -> Iterator[str]:
    yield f"<h3>{escape(operation['summary'])}</h3>"
    yield f"<code><span class=method>{method}</span> {escape(path)}</code>"
    yield f"<p>{_prose(operation.get('description', ''))}</p>"
    body = _schema(
        openapi, operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    )
    rows = [(p["name"], p.get("description", p["in"])) for p in operation.get("parameters", [])]
    rows += [(name, _described(openapi, field)) for name, field in body.get("properties", {}).items()]
    cells = (f"<tr><td><code>{escape(name)}</code><td>{_prose(text)}" for name, text in rows)
    yield f"<table>{''.join(cells)}</table>" if rows else ""
    yield f"<pre>{escape(_curl(base_url, method, path, bool(operation.get('security')), body))}</pre>"


def _prose(text: str) -> str:
    """Text with `code` marked in it."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _schema(openapi: dict[str, Any], schema: dict[str, Any] | None) -> dict[str, Any]:
    """A schema, looked up where it is a reference."""
    if schema and (name := schema.get("$ref", "").rpartition("/")[2]):
        found: dict[str, Any] = openapi["components"]["schemas"][name]
        return found
    return schema or {}


def _described(openapi: dict[str, Any], field: dict[str, Any]) -> str:
    kinds = [part.get("type", "") for part in field.get("anyOf", [field])]
    known = _schema(openapi, field)
    return field.get("description") or known.get("description") or " or ".join(k for k in kinds if isinstance(k, str))


def _curl(base_url: str, method: str, path: str, needs_key: bool, body: dict[str, Any]) -> str:
    # `{request_id}` as `$REQUEST_ID`, `{queryId}` as `$QUERY_ID`.
    path = re.sub(r"{(\w+)}", lambda name: "$" + re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name[1]).upper(), path)
    parts = [f"curl{'' if method == 'GET' else f' -X {method}'} {base_url}{path}"]
    if needs_key:
        parts.append('-H "Authorization: Bearer $HELIOGRAPH_API_KEY"')
    if body:
        example = body.get("examples", [dict.fromkeys(body.get("required", []), True)])[0]
        parts += ["-H 'Content-Type: application/json'", f"-d '{json.dumps(example)}'"]
    return " \\\n  ".join(parts)
