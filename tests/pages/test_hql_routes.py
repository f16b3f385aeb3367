"""What the editor asks of the dashboard's process, over real sockets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.pages.test_server import signed_in
from tests.stack import Stack

APP = "hql-routes"


@pytest.fixture(scope="module")
def browser(stack: Stack) -> Iterator[httpx.Client]:
    """A signed-in browser of an installation that has three requests of two models."""
    headers = {"Authorization": f"Bearer {stack.api_key}", "Helicone-Property-App": APP}
    for model in ("demo/gpt-4o-mini", "demo/gpt-4o-mini", "demo/gpt-4o"):
        body = {"model": model, "messages": [{"role": "user", "content": "Hello"}]}
        httpx.post(f"{stack.gateway_url}/v1/chat/completions", json=body, headers=headers).raise_for_status()
    with signed_in(stack) as client:
        deadline = time.monotonic() + 30
        while counted(client, APP) < 3 and time.monotonic() < deadline:
            time.sleep(0.2)
        yield client


def counted(client: httpx.Client, app: str) -> int:
    answer = client.get("/hql/sample", params={"table": "request_response_rmt", "column": "properties", "key": "App"})
    return next((one["count"] for one in answer.json()["values"] if one["value"] == app), 0)


def check(client: httpx.Client, text: str, **parameters: Any) -> dict[str, Any]:
    answer = client.post("/hql/check", json={"text": text, "parameters": parameters})
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("path", ["/hql/words", "/hql/sample?table=users&column=user_id", "/download/hql?run=x"])
def test_nothing_is_told_to_who_is_not_signed_in(stack: Stack, path: str) -> None:
    assert httpx.get(stack.app_url + path).status_code == 401
    assert httpx.post(f"{stack.app_url}/hql/check", json={"text": "SELECT 1"}).status_code == 401


def test_words_are_the_tables_the_functions_and_the_property_names(browser: httpx.Client) -> None:
    words = browser.get("/hql/words").json()
    requests = next(table for table in words["tables"] if table["name"] == "request_response_rmt")
    assert {"name": "cost_usd", "type": "Float64", "comment": "USD"} in requests["columns"]
    assert "organization_id" not in [column["name"] for column in requests["columns"]]
    functions = {one["name"]: one for one in words["functions"]}
    assert functions["quantile"]["aggregate"]
    assert functions["toStartOfDay"] == {
        "name": "toStartOfDay",
        "syntax": "toStartOfDay(datetime)",
        "description": "Rounds down a date with time to the start of the day.",
        "aggregate": False,
    }
    assert "file" not in functions
    assert "App" in words["keys"]["properties"]


@pytest.mark.parametrize(
    "column, key, value",
    [("model", "", "gpt-4o"), ("properties", "", "App"), ("properties", "App", APP), ("status", "", "200")],
)
def test_a_sample_has_the_values_seen(browser: httpx.Client, column: str, key: str, value: str) -> None:
    asked = {"table": "request_response_rmt", "column": column, "key": key}
    values = browser.get("/hql/sample", params=asked).json()["values"]
    assert any(value in one["value"] and one["count"] > 0 for one in values)
    assert values == sorted(values, key=lambda one: -one["count"])


@pytest.mark.parametrize(
    "asked",
    [
        {"table": "request_response_rmt", "column": "organization_id"},
        {"table": "api_keys", "column": "key_hash"},
        {"table": "users", "column": "`, (SELECT 1) AS x, `"},
        {},
    ],
)
def test_a_sample_is_of_public_columns_alone(browser: httpx.Client, asked: dict[str, str]) -> None:
    answer = browser.get("/hql/sample", params=asked)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "HQL_INVALID_TABLE"


def test_a_check_tells_the_rows_to_read_and_runs_nothing(browser: httpx.Client) -> None:
    found = check(browser, "SELECT model FROM request_response_rmt WHERE latency > {ms:UInt32}")
    assert found["error"] is None and found["rows"] >= 3
    assert check(browser, "SELECT 1")["rows"] == 0


@pytest.mark.parametrize(
    "text, code, line, column",
    [
        ("SELECT\n  modle FROM request_response_rmt", "HQL_UNKNOWN_COLUMN", 2, 3),
        ("SELECT * FROM system.tables", "HQL_INVALID_TABLE", 1, 15),
        ("SELECT sleep(3)", "HQL_FORBIDDEN_FUNCTION", 1, 8),
    ],
)
def test_a_check_says_what_is_wrong_and_where(
    browser: httpx.Client, text: str, code: str, line: int, column: int
) -> None:
    error = check(browser, text)["error"]
    assert (error["code"], error["at"]["line"], error["at"]["column"]) == (code, line, column)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"' + b"x" * 2_000_000 + b'"'])
def test_what_is_no_question_is_refused(browser: httpx.Client, body: bytes) -> None:
    answer = browser.post("/hql/check", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"].startswith("HQL_")


def test_a_result_that_nobody_keeps_cannot_be_downloaded(browser: httpx.Client) -> None:
    answer = browser.get("/download/hql", params={"run": "app-guessed", "format": "csv"})
    assert answer.status_code == 404
    assert "run the query again" in answer.text


@pytest.mark.parametrize("path", ["/assets/hql/editor.js", "/assets/hql/hql.css", "/assets/ace/ace.js"])
def test_scripts_are_served_and_asked_for_anew_after_an_update(stack: Stack, path: str) -> None:
    answer = httpx.get(stack.app_url + path)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    again = httpx.get(stack.app_url + path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["/assets/hql/../server.py", "/assets/hql/%2e%2e/server.py", "/assets/ace/../../__init__.py"]
)
def test_nothing_but_scripts_is_served(stack: Stack, path: str) -> None:
    answer = httpx.get(httpx.URL(stack.app_url + path))
    assert "import" not in answer.text[:2000] or answer.headers["content-type"].startswith("text/html")
