"""The demo provider as the providers' own SDKs see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anthropic
import openai
import pytest

from demo.provider import DemoProvider
from demo.wording import LABEL
from tests.gateway.serving import served

ASK: Any = [{"role": "user", "content": "Why is the sky blue?"}]
WEATHER = {"type": "object", "properties": {"city": {"type": "string", "enum": ["Oslo"]}}}
TOOL: Any = {"type": "function", "function": {"name": "weather", "parameters": WEATHER}}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(DemoProvider()) as url:
        yield url


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{url}/v1", api_key="none") as client:
        yield client


@pytest.fixture(scope="module")
def claude(url: str) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=url, api_key="none") as client:
        yield client


def test_the_same_chat_gets_the_same_labelled_answer(client: openai.OpenAI) -> None:
    first, second = (client.chat.completions.create(model="demo/gpt-4o", messages=ASK) for _ in range(2))
    assert first.choices == second.choices
    assert first.choices[0].message.content.startswith(LABEL)
    assert first.model == "gpt-4o"
    assert first.usage.prompt_tokens == 9


def test_a_streamed_chat_adds_up_to_the_whole_one(client: openai.OpenAI) -> None:
    options = {"include_usage": True}
    chunks = list(client.chat.completions.create(model="o4-mini", messages=ASK, stream=True, stream_options=options))
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1])
    assert said.startswith(LABEL)
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage.completion_tokens_details.reasoning_tokens > 0


def test_a_stream_without_usage_option_carries_none(client: openai.OpenAI) -> None:
    chunks = list(client.chat.completions.create(model="gpt-4o", messages=ASK, stream=True))
    assert [chunk.usage for chunk in chunks if chunk.usage] == []


def test_long_prompts_are_partly_cached(client: openai.OpenAI) -> None:
    long = [{"role": "user", "content": "word " * 1000}]
    answer = client.chat.completions.create(model="gpt-4o", messages=long)
    assert answer.usage.prompt_tokens_details.cached_tokens == 1152


def test_an_offered_tool_is_called_with_arguments_of_its_schema(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model="gpt-4o", messages=ASK, tools=[TOOL])
    assert answer.choices[0].finish_reason == "tool_calls"
    assert answer.choices[0].message.tool_calls[0].function.arguments == '{"city":"Oslo"}'


def test_a_streamed_tool_call_is_assembled_by_the_sdk(client: openai.OpenAI) -> None:
    strict = {"type": "function", "function": {**TOOL["function"], "strict": True}}
    with client.chat.completions.stream(model="gpt-4o", messages=ASK, tools=[strict]) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].message.tool_calls[0].function.arguments == '{"city":"Oslo"}'


def test_the_other_openai_calls_answer(client: openai.OpenAI) -> None:
    assert len(client.embeddings.create(model="text-embedding-3-small", input=["a", "b"]).data[1].embedding) == 256
    assert LABEL in client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Hi").choices[0].text
    assert client.images.generate(model="gpt-image-1", prompt="red").data[0].b64_json
    assert "gpt-4o" in [model.id for model in client.models.list()]


def test_responses_answer_whole_and_streamed(client: openai.OpenAI) -> None:
    whole = client.responses.create(model="gpt-5", input="Why?")
    assert whole.output_text.startswith(LABEL)
    assert whole.usage.output_tokens_details.reasoning_tokens > 0
    with client.responses.stream(model="gpt-5", input="Why?") as stream:
        assert stream.until_done().get_final_response().output_text.startswith(LABEL)


def test_responses_call_tools(client: openai.OpenAI) -> None:
    tool: Any = {"type": "function", "name": "weather", "parameters": WEATHER, "strict": True}
    with client.responses.stream(model="gpt-4o", input="Why?", tools=[tool]) as stream:
        final = stream.get_final_response()
    assert final.output[0].arguments == '{"city":"Oslo"}'


def test_messages_answer_whole_and_streamed(claude: anthropic.Anthropic) -> None:
    whole = claude.messages.create(model="claude-haiku-4-5", max_tokens=900, messages=ASK)
    assert whole.content[0].text.startswith(LABEL)
    with claude.messages.stream(model="claude-haiku-4-5", max_tokens=901, messages=ASK) as stream:
        final = stream.get_final_message()
    assert final.content[0].text.startswith(LABEL)
    assert final.usage.output_tokens > 10


def test_messages_think_and_use_tools(claude: anthropic.Anthropic) -> None:
    tool: Any = {"name": "weather", "input_schema": WEATHER}
    thinking: Any = {"type": "enabled", "budget_tokens": 1024}
    asked = {"model": "claude-haiku-4-5", "max_tokens": 2000, "messages": ASK}
    with claude.messages.stream(**asked, tools=[tool], thinking=thinking) as stream:
        final = stream.get_final_message()
    assert [block.type for block in final.content] == ["thinking", "tool_use"]
    assert final.content[1].input == {"city": "Oslo"}


def test_cached_messages_count_as_written_or_read(claude: anthropic.Anthropic) -> None:
    system: Any = [{"type": "text", "text": "Be brief. " * 500, "cache_control": {"type": "ephemeral"}}]
    answer = claude.messages.create(model="claude-haiku-4-5", max_tokens=50, system=system, messages=ASK)
    usage = answer.usage
    assert usage.cache_creation_input_tokens + usage.cache_read_input_tokens == 1250
    assert usage.input_tokens == 9
    assert answer.stop_reason in ("max_tokens", "end_turn")


def test_what_it_cannot_read_is_a_bad_request(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model="gpt-4o", messages=None)
    with pytest.raises(openai.NotFoundError):
        client.files.list()
