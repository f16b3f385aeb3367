"""A query as something to run elsewhere: curl, Python. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pprint import pformat
from typing import Any

PATH = "/v1/helicone-sql/execute"


def curl(gateway_url: str, sql: str, parameters: Mapping[str, Any]) -> str:
    """The body goes in by a here-document, in which the shell touches nothing."""
    body = json.dumps(_body(sql, parameters), ensure_ascii=False)
    return f"""curl {gateway_url}{PATH} \\
  -H "Authorization: Bearer $HELIOGRAPH_API_KEY" \\
  -H "Content-Type: application/json" \\
  --data-binary @- <<'JSON'
{body}
JSON"""


def python(gateway_url: str, sql: str, parameters: Mapping[str, Any]) -> str:
    given = f"\nparameters = {pformat(dict(parameters), sort_dicts=False)}" if parameters else ""
    sent = '{"sql": sql, "parameters": parameters}' if parameters else '{"sql": sql}'
    return f"""import os

import requests

sql = {_literal(sql)}{given}

answer = requests.post(
    "{gateway_url}{PATH}",
    headers={{"Authorization": f"Bearer {{os.environ['HELIOGRAPH_API_KEY']}}"}},
    json={sent},
    timeout=60,
)
answer.raise_for_status()
rows = answer.json()["data"]["rows"]"""


def _body(sql: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"sql": sql, "parameters": dict(parameters)} if parameters else {"sql": sql}


def _literal(text: str) -> str:
    """Over several lines where nothing in the text would be read as something else."""
    if "\n" not in text or "\\" in text or '"""' in text or text.endswith('"') or "\r" in text:
        return repr(text)
    return f'"""{text}"""'
