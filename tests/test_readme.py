"""The README's examples, run as they stand against a running installation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.stack import Stack

README = (Path(__file__).parents[1] / "README.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.S)
HELLO: Any = [{"role": "user", "content": "Hello"}]


def client(stack: Stack, example: str) -> Any:
    """The client that an example makes, with this installation's address and key."""
    code = example.replace("http://127.0.0.1:8585", stack.gateway_url).replace("sk-helicone-…", stack.api_key)
    names: dict[str, Any] = {}
    exec("from openai import OpenAI\n" + code, names)
    return names["client"]


def test_there_is_an_example_of_each_way() -> None:
    assert len(EXAMPLES) == 3


@pytest.fixture
def provider_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller's own keys, where the SDKs look for them; the demo provider takes any."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-caller")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-of-the-caller")


@pytest.mark.usefixtures("provider_keys")
@pytest.mark.parametrize("example", [EXAMPLES[0], EXAMPLES[2]], ids=["own key", "the gateway's key"])
def test_openai_s_client_works_as_shown(stack: Stack, example: str) -> None:
    with client(stack, example) as openai:
        reply = openai.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
    assert reply.choices[0].message.content.startswith("Demo provider")


@pytest.mark.usefixtures("provider_keys")
def test_anthropic_s_client_works_as_shown(stack: Stack) -> None:
    with client(stack, EXAMPLES[1]) as anthropic:
        reply = anthropic.messages.create(model="claude-sonnet-4-6", max_tokens=100, messages=HELLO)
    assert reply.content[0].text.startswith("Demo provider")
