"""The gateway as the providers' own SDKs use it, and the record each call leaves."""

from __future__ import annotations

from typing import Any

import anthropic
import msgspec
import openai

from tests.gateway.conftest import CALLER_KEY, KEY, Running

ASK: Any = [{"role": "user", "content": "Why is the sky blue?"}]
WEATHER = {"type": "object", "properties": {"city": {"type": "string", "enum": ["Oslo"]}}}
CLAUDE = "claude-haiku-4-5"


def test_a_chat_completion_is_answered_and_recorded(gateway: Running, client: openai.OpenAI) -> None:
    answer = client.chat.completions.with_raw_response.create(model="gpt-4o-mini", messages=ASK)
    record = gateway.last()
    assert msgspec.json.decode(record.response_body) == answer.http_response.json()
    assert msgspec.json.decode(record.request_body) == {"model": "gpt-4o-mini", "messages": ASK}
    assert answer.headers["helicone-id"] == str(record.request_id)
    assert (record.status, record.provider, record.organization_id) == (200, "openai", gateway.organisation)
    assert (record.referrer, record.path, record.is_stream) == ("ai-gateway", "/v1/chat/completions", False)
    assert record.first_token is None
    assert 0 < record.overhead < record.duration
