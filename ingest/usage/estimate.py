"""Estimate the tokens of an exchange whose provider did not count them: a stream without usage, or one cut short."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ingest import tokens
from ingest.usage.normal import UNREADABLE, Usage, text
from ingest.usage.reading import chunks

PER_MESSAGE = 3
"""What a chat message costs beyond its text (OpenAI's cookbook), and once more for the reply's start."""


def estimate(request: bytes, response: bytes, *, is_stream: bool, model: str, counted: Usage | None) -> Usage | None:
    """Usage counted here, or None where the bodies are not those of a language model's exchange.

    `counted` is what the provider did say (Anthropic's streams begin with the prompt's tokens); only the rest is
    estimated.
    """
    parts = [_parsed(data) for data in chunks(response, is_stream=is_stream)]
    if not any(_is_completion(chunk) for chunk in parts):
        return None
    completion = tokens.count("".join(piece for chunk in parts for piece in _completion(chunk)), model)
    if counted:
        return msgspec.structs.replace(counted, completion=max(completion, counted.completion), source="estimated")
    asked = _parsed(request)
    prompt = tokens.count("".join(_prompt(asked)), model) + _overhead(asked)
    return Usage(prompt=prompt, completion=completion, source="estimated")


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(data)
    except UNREADABLE:
        return {}
    return value if isinstance(value, dict) else {}


def _is_completion(chunk: dict[str, Any]) -> bool:
    kind = text(chunk.get("type"))
    return (
        isinstance(chunk.get("choices"), list)
        or kind == "message"
        or kind.startswith(("message_start", "content_block", "response."))
        or chunk.get("object") == "response"
    )


def _completion(chunk: dict[str, Any]) -> Iterator[str]:
    """The generated text in a response or in one of its events."""
    for choice in _objects(chunk.get("choices")):
        yield text(choice.get("text"))
        yield from _said(choice.get("delta") or choice.get("message"))
    delta = chunk.get("delta")
    if isinstance(delta, dict):
        yield from (text(delta.get(name)) for name in ("text", "thinking", "partial_json"))
    elif text(chunk.get("type")).endswith(".delta"):
        yield text(delta)
    if chunk.get("type") == "message" or chunk.get("object") == "response":
        yield from _texts(chunk.get("content") or chunk.get("output"))


def _said(message: Any) -> Iterator[str]:
    """The text of an OpenAI message or delta: content, reasoning, refusal and the tools it calls."""
    if not isinstance(message, dict):
        return
    yield from (text(message.get(name)) for name in ("content", "reasoning_content", "reasoning", "refusal"))
    for call in _objects(message.get("tool_calls")):
        function = call.get("function")
        if isinstance(function, dict):
            yield text(function.get("name"))
            yield text(function.get("arguments"))


def _prompt(request: dict[str, Any]) -> Iterator[str]:
    for name in ("system", "instructions", "prompt", "input", "messages"):
        yield from _texts(request.get(name))
    for name in ("tools", "functions"):
        if request.get(name):
            yield msgspec.json.encode(request[name]).decode()


def _texts(value: Any) -> Iterator[str]:
    """Every text in messages or content parts; images, audio and files are passed over."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for name in ("text", "content", "thinking", "arguments", "output"):
            yield from _texts(value.get(name))
        yield from _said({"tool_calls": value.get("tool_calls")})
        if isinstance(value.get("input"), dict):
            yield msgspec.json.encode(value["input"]).decode()


def _overhead(request: dict[str, Any]) -> int:
    messages = request.get("messages")
    return PER_MESSAGE * (len(messages) + 1) if isinstance(messages, list) else 0


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
