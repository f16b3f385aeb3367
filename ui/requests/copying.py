"""What can be copied of a request: a link to it, and the call that makes it again as curl and as Python."""

from __future__ import annotations

import json
import pprint
import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from ui import session
from ui.frame import Context
from ui.requests.shown import Shown
from ui.state import ALL

Row = Mapping[str, Any]

KEY, PROVIDER_KEY = "HELIOGRAPH_KEY", "PROVIDER_KEY"
PROXY = "/v1/gateway/"
"""Paths of the provider proxies, which take the provider's own key beside ours."""
LOGGED = "/custom/"
"""Paths of what was logged after the fact: there is no call to make again."""
LARGEST = 200_000
"""Characters of a body that is offered for copying."""


def draw(context: Context, row: Row, gateway_url: str, shown: Shown) -> None:
    """A button each; copying happens in the browser (copying.js)."""
    items = [("Copy link", link(context, row, session.address(), shown))]
    if is_repeatable(row):
        items += [("Copy as curl", as_curl(row, gateway_url)), ("Copy as Python", as_python(row, gateway_url))]
    _registered()(key=f"copies {row['request_id']}", data={"items": [{"label": a, "text": b} for a, b in items]})


def link(context: Context, row: Row, address: str, shown: Shown) -> str:
    """An address that shows this request in this view and table to whoever opens it, also when it is later."""
    view = context.view
    if view.preset != ALL:
        within = view.range(context.zone)
        view = replace(view, preset="", start=within.start, end=within.end)
    return f"{address}/requests{shown.link(view, request=str(row['request_id']))}"


def is_repeatable(row: Row) -> bool:
    path, body = str(row["request_path"]), str(row["request_body"])
    return path.startswith("/") and not path.startswith(LOGGED) and 0 < len(body) <= LARGEST


def as_curl(row: Row, gateway_url: str) -> str:
    """A shell's command; keys are variables of the environment."""
    headers = [f'-H "{name}: {value}"' for name, value in _headers(row, "${}".format).items()]
    lines = [
        f"curl {shlex.quote(gateway_url + row['request_path'])}",
        *headers,
        f"-d {shlex.quote(row['request_body'])}",
    ]
    return " \\\n  ".join(lines)


def as_python(row: Row, gateway_url: str) -> str:
    """A script for the library `requests`; keys are variables of the environment."""
    try:
        document = json.loads(row["request_body"])
    except (ValueError, RecursionError):
        document = None
    sent = (
        f"json={pprint.pformat(document, sort_dicts=False, width=100)}" if document else f"data={row['request_body']!r}"
    )
    headers = _headers(row, lambda name: f"{{os.environ['{name}']}}")
    named = "".join(f'        "{name}": f"{value}",\n' for name, value in headers.items())
    return (
        "import os\n\nimport requests\n\nresponse = requests.post(\n"
        f'    "{gateway_url}{row["request_path"]}",\n    headers={{\n{named}    }},\n    {_indented(sent)},\n)\n'
        "print(response.text)\n"
    )


def _headers(row: Row, variable: Callable[[str], str]) -> dict[str, str]:
    named = {"Content-Type": "application/json"}
    if str(row["request_path"]).startswith(PROXY):
        return {
            "Helicone-Auth": f"Bearer {variable(KEY)}", "Authorization": f"Bearer {variable(PROVIDER_KEY)}", **named
        }  # fmt: skip
    return {"Authorization": f"Bearer {variable(KEY)}", **named}


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")


@st.cache_resource
def _registered() -> Callable[..., Any]:
    script = (Path(__file__).parent / "copying.js").read_text()
    return st.components.v2.component("request_copies", js=script, isolate_styles=False)
