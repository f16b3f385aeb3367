"""The gateway as the providers' own SDKs use it, and the record each call leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import anthropic
import msgspec
import openai
import pytest

from demo.wording import LABEL
from ingest.record import STATUS_CANCELLED
from tests.gateway.conftest import CALLER_KEY, KEY, Running
from tests.gateway.faults import EVENTS, FaultProvider

ASK: Any = [{"role": "user", "content": "Why is the sky blue?"}]
WEATHER = {"type": "object", "properties": {"city": {"type": "string", "enum": ["Oslo"]}}}
TOOL: Any = {"type": "function", "function": {"name": "weather", "parameters": WEATHER}}
CLAUDE = "claude-haiku-4-5"
HELICONE_AUTH = {"Helicone-Auth": f"Bearer {KEY}"}


@pytest.fixture(scope="module")
def proxied(_running: Running) -> Iterator[openai.OpenAI]:
    """An SDK that keeps its own provider key and goes by the provider proxy."""
    url = f"{_running.url}/v1/gateway/oai/v1"
    with openai.OpenAI(base_url=url, api_key=CALLER_KEY, default_headers=HELICONE_AUTH) as client:
        yield client


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


def test_a_streamed_chat_is_recorded_when_the_sdk_has_seen_its_end(gateway: Running, client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(model="gpt-4o", messages=ASK, stream=True)
    said = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    record = gateway.last()
    assert said.startswith(LABEL)
    assert record.response_body.endswith(b"data: [DONE]\n\n")
    assert record.is_stream
    assert record.first_token is not None
    assert record.overhead < record.first_token <= record.duration


def test_tools_are_called_through_the_gateway(gateway: Running, client: openai.OpenAI) -> None:
    strict = {"type": "function", "function": {**TOOL["function"], "strict": True}}
    with client.chat.completions.stream(model="gpt-4o", messages=ASK, tools=[strict]) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].message.tool_calls[0].function.arguments == '{"city":"Oslo"}'
    assert b'"tool_calls"' in gateway.last().response_body


def test_embeddings_completions_and_images_pass(gateway: Running, client: openai.OpenAI) -> None:
    assert len(client.embeddings.create(model="text-embedding-3-small", input="a").data[0].embedding) == 256
    assert gateway.last().path == "/v1/embeddings"
    assert client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Hi").choices[0].text
    assert gateway.last().path == "/v1/completions"
    assert client.images.generate(model="dall-e-3/openai", prompt="red").data[0].b64_json
    assert gateway.last().path == "/v1/images/generations"


def test_responses_pass_whole_and_streamed(gateway: Running, client: openai.OpenAI) -> None:
    assert client.responses.create(model="gpt-5", input="Why?").output_text.startswith(LABEL)
    assert gateway.last().path == "/v1/responses"
    events = list(client.responses.create(model="gpt-5", input="Why?", stream=True))
    assert events[-1].type == "response.completed"
    assert b"event: response.completed" in gateway.last().response_body


def test_messages_pass_with_an_organisation_key(gateway: Running, claude: anthropic.Anthropic) -> None:
    assert claude.messages.create(model=CLAUDE, max_tokens=900, messages=ASK).content[0].text.startswith(LABEL)
    record = gateway.last()
    assert (record.provider, record.path, record.referrer) == ("anthropic", "/v1/messages", "ai-gateway")


def test_streamed_messages_are_recorded_when_the_sdk_has_seen_their_end(
    gateway: Running, claude: anthropic.Anthropic
) -> None:
    with claude.messages.stream(model=CLAUDE, max_tokens=900, messages=ASK) as stream:
        assert stream.get_final_message().stop_reason == "end_turn"
    assert b"event: message_stop" in gateway.last().response_body


def test_the_provider_proxy_takes_the_callers_own_key(gateway: Running, proxied: openai.OpenAI) -> None:
    proxied.chat.completions.create(model="anything-at-all", messages=ASK)
    record = gateway.last()
    assert (record.provider, record.path, record.referrer) == ("openai", "/v1/chat/completions", "")
    assert record.target_url.endswith("/v1/chat/completions")


def test_every_path_of_the_provider_passes(gateway: Running, proxied: openai.OpenAI) -> None:
    assert len(proxied.models.list().data) > 3
    assert gateway.last().method == "GET"
    with pytest.raises(openai.NotFoundError):
        proxied.files.list()
    record = gateway.last()
    assert (record.status, record.path) == (404, "/v1/files")


def test_claude_passes_by_its_proxy(gateway: Running) -> None:
    url = f"{gateway.url}/v1/gateway/anthropic"
    with anthropic.Anthropic(base_url=url, api_key=CALLER_KEY, default_headers=HELICONE_AUTH) as claude:
        claude.messages.create(model=CLAUDE, max_tokens=50, messages=ASK)
    assert gateway.last().provider == "anthropic"


async def test_async_clients_stream_at_the_same_time(gateway: Running) -> None:
    async with openai.AsyncOpenAI(base_url=f"{gateway.url}/v1", api_key=KEY) as client:

        async def ask(number: int) -> str:
            asked: Any = [{"role": "user", "content": f"Question {number}"}]
            stream = await client.chat.completions.create(model="gpt-4o", messages=asked, stream=True)
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

        answers = await asyncio.gather(*map(ask, range(8)))
    assert all(f"“Question {number}”" in answer for number, answer in enumerate(answers))
    assert len({gateway.next().request_id for _ in answers}) == 8


def test_an_sdk_that_aborts_mid_stream_is_recorded_with_what_it_got(gateway: Running, faults: FaultProvider) -> None:
    faults.hung_up.clear()
    url = f"{gateway.url}/v1/gateway/groq/stalls"
    with openai.OpenAI(base_url=url, api_key=CALLER_KEY, default_headers=HELICONE_AUTH) as client:
        stream = client.chat.completions.create(model="gpt-4o", messages=ASK, stream=True)
        stream.response.close()
    record = gateway.next()
    assert (record.status, record.response_body) == (STATUS_CANCELLED, EVENTS[:10])
    assert record.error == "The client hung up."
    assert faults.hung_up.wait(2), "the provider goes on producing for nobody"


def test_helicone_headers_and_property_spellings_are_recorded(gateway: Running, client: openai.OpenAI) -> None:
    headers = {"Helicone-User-Id": "ada", "Helicone-Property-AppVersion": "1.2", "helicone-session-id": "s-1"}
    client.chat.completions.create(model="gpt-4o", messages=ASK, extra_headers=headers)
    record = gateway.last()
    assert record.helicone == {
        "helicone-user-id": "ada",
        "helicone-property-appversion": "1.2",
        "helicone-session-id": "s-1",
    }
    assert record.property_names == {"appversion": "AppVersion"}
