"""The dashboard's own routes, over real sockets: signing in and out, and the download."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.stack import Stack


@pytest.fixture(scope="module")
def recorded(stack: Stack) -> Stack:
    """An installation that has taken three requests, visible in its warehouse."""
    headers = {"Authorization": f"Bearer {stack.api_key}", "Helicone-Property-App": "=1+1"}
    for question in ("one", "two", "three"):
        body = {"model": "demo/gpt-4o-mini", "messages": [{"role": "user", "content": question}]}
        httpx.post(f"{stack.gateway_url}/v1/chat/completions", json=body, headers=headers).raise_for_status()
    with signed_in(stack) as browser:
        deadline = time.monotonic() + 30
        while len(own(browser)) < 3 and time.monotonic() < deadline:
            time.sleep(0.2)
    return stack


@contextmanager
def signed_in(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.app_url, timeout=30) as browser:
        assert browser.get(stack.sign_in_link()).status_code == 303
        yield browser


def rows(browser: httpx.Client, **parameters: str) -> list[dict[str, str]]:
    answer = browser.get("/download/requests.csv", params={"range": "1h", **parameters})
    answer.raise_for_status()
    return list(csv.DictReader(io.StringIO(answer.text)))


def own(browser: httpx.Client) -> list[dict[str, str]]:
    """The rows of this file's requests, their formula defused: other tests use the stack as well."""
    every = rows(browser, columns="request_id,model,status,properties.App")
    return [row for row in every if row["properties.App"] == "'=1+1"]


def test_a_sign_in_link_works_once(stack: Stack) -> None:
    link = stack.sign_in_link()
    first, second = httpx.get(link), httpx.get(link)
    cookie = first.headers["set-cookie"].lower()
    assert (first.status_code, first.headers["location"]) == (303, "/")
    assert "httponly" in cookie and "samesite=lax" in cookie
    assert second.status_code == 403
    assert "make link" in second.text


def test_looking_ahead_does_not_use_the_link_up(stack: Stack) -> None:
    link = stack.sign_in_link()
    assert httpx.head(link).status_code == 200
    assert "set-cookie" not in httpx.get(link, headers={"Sec-Purpose": "prefetch"}).headers
    assert httpx.get(link).status_code == 303


def test_the_download_needs_a_session(stack: Stack) -> None:
    assert httpx.get(f"{stack.app_url}/download/requests.csv").status_code == 401


def test_signing_out_ends_the_session_on_the_server(recorded: Stack) -> None:
    with signed_in(recorded) as browser:
        kept = dict(browser.cookies)
        assert browser.get("/sign-out").status_code == 303
    assert httpx.get(f"{recorded.app_url}/download/requests.csv", cookies=kept).status_code == 401


def test_the_download_has_every_request_of_the_view(recorded: Stack) -> None:
    with signed_in(recorded) as browser:
        found = own(browser)
        assert [row["status"] for row in found] == ["200", "200", "200"]
        assert rows(browser, f="model:equals:nobody") == []


def test_the_pipeline_s_day_is_a_download(recorded: Stack) -> None:
    with signed_in(recorded) as browser:
        answer = browser.get("/download/pipeline.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="pipeline.csv"'
    assert answer.text.splitlines()[0] == "at,lag,backlog_bytes"


@pytest.mark.parametrize("parameters", [{"f": "modle:equals:x"}, {"columns": "organization_id"}])
def test_a_download_that_cannot_be_answered_says_why(recorded: Stack, parameters: dict[str, str]) -> None:
    with signed_in(recorded) as browser:
        answer = browser.get("/download/requests.csv", params=parameters)
    assert answer.status_code == 400
    assert next(iter(parameters.values())).split(":")[0] in answer.text
