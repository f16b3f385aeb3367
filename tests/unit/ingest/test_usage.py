"""Wire bodies as the providers send them, and exactly what is counted in them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.usage import Usage, read
from ingest.usage.estimate import estimate

OPENAI_CHAT = {
    "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
    "object": "chat.completion",
    "created": 1741569952,
    "model": "gpt-4.1-2025-04-14",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello!"}, "finish_reason": "stop"}],
    "usage": {
        "prompt_tokens": 2006,
        "completion_tokens": 300,
        "total_tokens": 2306,
        "prompt_tokens_details": {"cached_tokens": 1920, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 192, "audio_tokens": 0, "accepted_prediction_tokens": 0},
    },
    "service_tier": "default",
}
OPENAI_AUDIO = {
    "id": "chatcmpl-a",
    "object": "chat.completion",
    "model": "gpt-4o-audio-preview-2024-12-17",
    "choices": [],
    "usage": {
        "prompt_tokens": 120,
        "completion_tokens": 90,
        "total_tokens": 210,
        "prompt_tokens_details": {"audio_tokens": 100, "text_tokens": 20, "cached_tokens": 0},
        "completion_tokens_details": {"audio_tokens": 70, "text_tokens": 20, "reasoning_tokens": 0},
    },
}
OPENAI_EMBEDDINGS = {
    "object": "list",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.1, -0.2]}],
    "model": "text-embedding-3-small",
    "usage": {"prompt_tokens": 8, "total_tokens": 8},
}
OPENAI_RESPONSE = {
    "id": "resp_67ccd2bed1ec8190b14f964abc054267",
    "object": "response",
    "status": "completed",
    "error": None,
    "model": "gpt-5-2025-08-07",
    "output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hi"}]}],
    "service_tier": "flex",
    "usage": {
        "input_tokens": 328,
        "input_tokens_details": {"cached_tokens": 128},
        "output_tokens": 52,
        "output_tokens_details": {"reasoning_tokens": 40},
        "total_tokens": 380,
    },
}
ANTHROPIC = {
    "id": "msg_013Zva2CMHLNnXjNJJKqJ2EF",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-5-20250929",
    "content": [{"type": "text", "text": "Hi! My name is Claude."}],
    "stop_reason": "end_turn",
    "usage": {
        "input_tokens": 50,
        "cache_creation_input_tokens": 556,
        "cache_read_input_tokens": 2000,
        "cache_creation": {"ephemeral_5m_input_tokens": 456, "ephemeral_1h_input_tokens": 100},
        "output_tokens": 503,
        "service_tier": "standard",
    },
}
GROQ_CHUNK = {
    "id": "chatcmpl-g",
    "object": "chat.completion.chunk",
    "model": "openai/gpt-oss-20b",
    "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
    "x_groq": {"id": "req_1", "usage": {"prompt_tokens": 18, "completion_tokens": 556, "total_tokens": 574}},
}
DEEPSEEK = {
    "id": "930c60df",
    "object": "chat.completion",
    "model": "deepseek-chat",
    "choices": [],
    "usage": {
        "prompt_tokens": 100,
        "completion_tokens": 10,
        "total_tokens": 110,
        "prompt_cache_hit_tokens": 64,
        "prompt_cache_miss_tokens": 36,
    },
}
OPENROUTER = {
    "id": "gen-1",
    "model": "openai/gpt-4o",
    "choices": [],
    "usage": {"prompt_tokens": 14, "completion_tokens": 163, "total_tokens": 177, "cost": 0.00014},
}
XAI = {
    "id": "x",
    "model": "grok-4",
    "choices": [],
    "usage": {
        "prompt_tokens": 32,
        "completion_tokens": 9,
        "total_tokens": 135,
        "completion_tokens_details": {"reasoning_tokens": 94},
    },
}
GEMINI = {
    "candidates": [{"content": {"parts": [{"text": "Hi"}], "role": "model"}, "finishReason": "STOP"}],
    "usageMetadata": {
        "promptTokenCount": 300,
        "cachedContentTokenCount": 100,
        "candidatesTokenCount": 20,
        "thoughtsTokenCount": 60,
        "totalTokenCount": 380,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 250}, {"modality": "AUDIO", "tokenCount": 50}],
    },
    "modelVersion": "gemini-2.5-pro",
    "responseId": "x",
}
TRANSCRIPTION = {
    "text": "Hello",
    "usage": {"type": "tokens", "input_tokens": 14, "input_token_details": {"audio_tokens": 14}, "output_tokens": 45},
}

WHOLE: dict[str, tuple[dict[str, Any], Usage | None]] = {
    "openai chat": (OPENAI_CHAT, Usage(prompt=2006, completion=300, cache_read=1920, reasoning=192)),
    "openai audio": (OPENAI_AUDIO, Usage(prompt=120, completion=90, prompt_audio=100, completion_audio=70)),
    "openai embeddings": (OPENAI_EMBEDDINGS, Usage(prompt=8)),
    "openai responses": (
        OPENAI_RESPONSE,
        Usage(prompt=328, completion=52, cache_read=128, reasoning=40, tier="flex"),
    ),
    "anthropic": (
        ANTHROPIC,
        Usage(prompt=2606, completion=503, cache_read=2000, cache_write=556, cache_write_1h=100),
    ),
    "deepseek": (DEEPSEEK, Usage(prompt=100, completion=10, cache_read=64)),
    "openrouter": (OPENROUTER, Usage(prompt=14, completion=163, declared_usd=0.00014)),
    "xai leaves reasoning out": (XAI, Usage(prompt=32, completion=103, reasoning=94)),
    "gemini": (GEMINI, Usage(prompt=300, completion=80, cache_read=100, reasoning=60, prompt_audio=50)),
    "transcription": (TRANSCRIPTION, Usage(prompt=14, completion=45, prompt_audio=14)),
    "images": ({"created": 1, "data": [{"b64_json": "aGk="}]}, None),
    "unknown": ({"anything": [1, 2]}, None),
    "usage of a strange shape": ({"model": "m", "usage": {"prompt_tokens": "many"}}, Usage()),
}

OPENAI_STREAM = [
    {"id": "chatcmpl-1", "model": "gpt-4o-mini", "choices": [{"delta": {"role": "assistant"}}], "usage": None},
    {"id": "chatcmpl-1", "model": "gpt-4o-mini", "choices": [{"delta": {"content": "Hi"}}], "usage": None},
    {
        "id": "chatcmpl-1",
        "model": "gpt-4o-mini",
        "choices": [],
        "usage": {"prompt_tokens": 19, "completion_tokens": 10, "total_tokens": 29},
    },
]
ANTHROPIC_START = {
    "type": "message_start",
    "message": {
        "id": "msg_1",
        "type": "message",
        "model": "claude-opus-4-6",
        "content": [],
        "usage": {
            "input_tokens": 25,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 1000,
            "output_tokens": 1,
        },
    },
}
ANTHROPIC_TEXT = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello there"}}
ANTHROPIC_END = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 15}}
RESPONSES_STREAM = [
    {"type": "response.created", "response": {**OPENAI_RESPONSE, "usage": None, "status": "in_progress"}},
    {"type": "response.output_text.delta", "item_id": "msg_1", "delta": "Hi"},
    {"type": "response.completed", "response": OPENAI_RESPONSE},
]

STREAMED: dict[str, tuple[list[dict[str, Any]], Usage]] = {
    "openai chat": (OPENAI_STREAM, Usage(prompt=19, completion=10)),
    "openai responses": (RESPONSES_STREAM, WHOLE["openai responses"][1] or Usage()),
    "anthropic": (
        [ANTHROPIC_START, {"type": "ping"}, ANTHROPIC_TEXT, ANTHROPIC_END, {"type": "message_stop"}],
        Usage(prompt=1025, completion=15, cache_read=1000),
    ),
    "groq": ([GROQ_CHUNK], Usage(prompt=18, completion=556)),
}


def sse(chunks: list[dict[str, Any]]) -> bytes:
    return b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks) + b"data: [DONE]\n\n"


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_body_is_counted_as_the_provider_counted_it(name: str) -> None:
    body, usage = WHOLE[name]
    assert read(json.dumps(body).encode(), is_stream=False).usage == usage


@pytest.mark.parametrize("name", STREAMED)
def test_a_stream_is_counted_as_the_provider_counted_it(name: str) -> None:
    chunks, usage = STREAMED[name]
    reading = read(sse(chunks), is_stream=True)
    assert (reading.usage, reading.final) == (usage, True)


def test_the_response_tells_its_id_and_its_model() -> None:
    reading = read(sse(RESPONSES_STREAM), is_stream=True)
    assert (reading.response_id, reading.model) == (OPENAI_RESPONSE["id"], "gpt-5-2025-08-07")


@pytest.mark.parametrize("body", [b"", b"\x89PNG\r\n\x1a\n\x00", b'{"usage": ', b"[1]", b'"text"', b"{" * 100_000])
def test_what_cannot_be_read_has_no_usage(body: bytes) -> None:
    assert read(body, is_stream=False).usage is None
    assert read(body, is_stream=True).usage is None


def test_a_body_cut_short_gives_what_it_still_has() -> None:
    body = json.dumps(OPENAI_CHAT | {"padding": "x" * 100}).encode()[:-50]
    reading = read(body, is_stream=False, truncated=True)
    assert (reading.model, reading.usage) == ("gpt-4.1-2025-04-14", WHOLE["openai chat"][1])


ERRORS = {
    "openai": (
        {"error": {"message": "Slow down", "type": "requests", "param": None, "code": "rate_limit_exceeded"}},
        ("rate_limit_exceeded", "Slow down"),
    ),
    "openai without a code": (
        {"error": {"message": "Bad", "type": "invalid_request_error", "param": None, "code": None}},
        ("invalid_request_error", "Bad"),
    ),
    "anthropic": (
        {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}, "request_id": "req_1"},
        ("overloaded_error", "Overloaded"),
    ),
    "google": (
        {"error": {"code": 429, "message": "Quota", "status": "RESOURCE_EXHAUSTED"}},
        ("RESOURCE_EXHAUSTED", "Quota"),
    ),
    "plain text": ({"error": "no such model"}, ("", "no such model")),
    "only a message": ({"message": "Unauthorized"}, ("", "Unauthorized")),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_told_in_the_providers_words(name: str) -> None:
    body, told = ERRORS[name]
    reading = read(json.dumps(body).encode(), is_stream=False)
    assert (reading.error_type, reading.error_message) == told


REQUEST = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "Say hello to the world"}]}).encode()


def test_a_stream_without_usage_is_estimated_and_says_so() -> None:
    stream = sse([{"choices": [{"delta": {"content": "Hello, "}}]}, {"choices": [{"delta": {"content": "world!"}}]}])
    usage = estimate(REQUEST, stream, is_stream=True, model="gpt-4o", counted=None)
    assert usage == Usage(prompt=5 + 2 * 3, completion=4, source="estimated")


def test_a_stream_cut_short_keeps_the_prompt_that_the_provider_counted() -> None:
    body = sse([ANTHROPIC_START, ANTHROPIC_TEXT])
    reading = read(body, is_stream=True)
    assert not reading.final
    usage = estimate(b"{}", body, is_stream=True, model="claude-opus-4-6", counted=reading.usage)
    assert usage == Usage(prompt=1025, completion=2, cache_read=1000, source="estimated")


def test_what_no_model_wrote_is_not_estimated() -> None:
    assert estimate(REQUEST, b'{"data": []}', is_stream=False, model="dall-e-3", counted=None) is None


def test_tools_and_their_calls_are_part_of_an_estimate() -> None:
    call = {"index": 0, "function": {"name": "get_weather", "arguments": '{"city": "Rome"}'}}
    stream = sse([{"choices": [{"delta": {"tool_calls": [call]}}]}])
    usage = estimate(REQUEST, stream, is_stream=True, model="gpt-4o", counted=None)
    assert usage is not None and usage.completion == 8
