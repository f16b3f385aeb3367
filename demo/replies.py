"""Bodies in OpenAI's formats: chat completions, completions, embeddings, images, models. Pure.

`demo.responses` and `demo.messages` do the same for OpenAI's Responses API and Anthropic's Messages API.
A `..._reply` is the whole body; the `..._chunks` beside it are the same reply as a stream's events.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

import msgspec

from demo.wording import answer, example_of, identifier, is_reasoning_model, pieces, text_of, thoughts, tokens

Json = dict[str, Any]
DONE = b"data: [DONE]\n\n"
MODELS = ("gpt-4o", "gpt-4o-mini", "gpt-5", "o4-mini", "text-embedding-3-small", "claude-haiku-4-5")
CACHED_FROM = 1024
"""Prompts from this many tokens on count as partly read from the provider's cache, as at OpenAI."""


def chat_reply(
    model: str,
    messages: Sequence[Mapping[str, Any]],
    *,
    seed: int,
    created: int,
    text: str = "",
    options: Mapping[str, Any] | None = None,
) -> Json:
    """A chat completion. `text` overrides the seeded answer; `options` is the rest of the request's body."""
    options = options or {}
    question = text_of(messages[-1].get("content")) if messages else ""
    call = tool_call(options, messages, seed=seed)
    choices, spent = [], 0
    for index in range(int(options.get("n") or 1)):
        said = "" if call else text or _structured(options, seed) or answer(question, seed=seed + index)
        said, finish = _cut(said, options.get("max_completion_tokens") or options.get("max_tokens"))
        message: Json = {"role": "assistant", "content": said or None, "refusal": None, "annotations": []}
        if call:
            message["tool_calls"], finish = [call], "tool_calls"
        choices.append({"index": index, "message": message, "logprobs": None, "finish_reason": finish})
        spent += tokens(said) + (tokens(str(call)) if call else 0)
    thinks = is_reasoning_model(model) or bool(options.get("reasoning_effort"))
    reasoning = tokens(thoughts(question, seed=seed)) if thinks else 0
    return {
        "id": identifier("chatcmpl-", seed),
        "object": "chat.completion",
        "created": created,
        "model": model,
        "choices": choices,
        "usage": chat_usage(prompt_tokens(messages, options), spent + reasoning, reasoning=reasoning),
        "service_tier": "default",
        "system_fingerprint": "fp_demo",
    }


def chat_chunks(reply: Mapping[str, Any], *, include_usage: bool) -> Iterator[Json]:
    """The chunks that stream `reply`; with `include_usage` a last one without choices carries the usage."""
    head = {name: reply[name] for name in ("id", "created", "model", "service_tier", "system_fingerprint")}
    head["object"] = "chat.completion.chunk"

    def chunk(index: int, delta: Json, finish: str | None = None) -> Json:
        choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
        return {**head, "choices": [choice], **({"usage": None} if include_usage else {})}

    for choice in reply["choices"]:
        index, message = choice["index"], choice["message"]
        yield chunk(index, {"role": "assistant", "content": "" if message["content"] else None, "refusal": None})
        for at, call in enumerate(message.get("tool_calls", ())):
            function = {"name": call["function"]["name"], "arguments": ""}
            yield chunk(index, {"tool_calls": [{"index": at, **call, "function": function}]})
            for piece in pieces(call["function"]["arguments"]):
                yield chunk(index, {"tool_calls": [{"index": at, "function": {"arguments": piece}}]})
        for piece in pieces(message["content"]) if message["content"] else ():
            yield chunk(index, {"content": piece})
        yield chunk(index, {}, choice["finish_reason"])
    if include_usage:
        yield {**head, "choices": [], "usage": reply["usage"]}


def completion_reply(
    model: str, prompt: object, *, seed: int, created: int, options: Mapping[str, Any] | None = None
) -> Json:
    """A (legacy) text completion."""
    question = text_of(prompt)
    text, finish = _cut(answer(question, seed=seed), (options or {}).get("max_tokens"))
    return {
        "id": identifier("cmpl-", seed),
        "object": "text_completion",
        "created": created,
        "model": model,
        "choices": [{"text": text, "index": 0, "logprobs": None, "finish_reason": finish}],
        "usage": _usage(tokens(question), tokens(text)),
    }


def completion_chunks(reply: Mapping[str, Any], *, include_usage: bool) -> Iterator[Json]:
    """The chunks that stream a text completion."""
    head = {name: reply[name] for name in ("id", "object", "created", "model")}
    choice = reply["choices"][0]
    for piece in pieces(choice["text"]):
        yield {**head, "choices": [{**choice, "text": piece, "finish_reason": None}]}
    yield {**head, "choices": [{**choice, "text": ""}]}
    if include_usage:
        yield {**head, "choices": [], "usage": reply["usage"]}


def embedding_reply(model: str, inputs: object, *, dimensions: int = 0, as_base64: bool = False) -> Json:
    """Embeddings of one input or a list: unit vectors that depend on the text alone. 256 wide unless told."""
    texts: list[object] = inputs if isinstance(inputs, list) and not _is_tokens(inputs) else [inputs]
    used = sum(len(text) if isinstance(text, list) else tokens(text_of(text)) for text in texts)
    data = [
        {"object": "embedding", "index": at, "embedding": _vector(text, dimensions or 256, as_base64)}
        for at, text in enumerate(texts)
    ]
    return {"object": "list", "data": data, "model": model, "usage": {"prompt_tokens": used, "total_tokens": used}}


def image_reply(prompt: str, *, seed: int, created: int) -> Json:
    """A generated image: one colour, as a PNG in base64."""
    row = b"\0" + bytes((seed & 255, seed >> 8 & 255, seed >> 16 & 255)) * 16
    parts = (b"IHDR" + struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0), b"IDAT" + zlib.compress(row * 16), b"IEND")
    png = b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(p) - 4) + p + _crc(p) for p in parts)
    usage = {"input_tokens": tokens(prompt), "output_tokens": 272, "total_tokens": tokens(prompt) + 272}
    details = {"text_tokens": tokens(prompt), "image_tokens": 0}
    data = [{"b64_json": base64.b64encode(png).decode(), "revised_prompt": None}]
    return {"created": created, "data": data, "usage": {**usage, "input_tokens_details": details}}


def models_reply() -> Json:
    """The list of models; any other name is answered as well."""
    data = [{"id": name, "object": "model", "created": 1700000000, "owned_by": "demo"} for name in MODELS]
    return {"object": "list", "data": data}


def tool_call(options: Mapping[str, Any], messages: Sequence[Mapping[str, Any]], *, seed: int) -> Json | None:
    """The call of an offered tool, unless the caller wants none or has just given a tool's result."""
    tools = [tool["function"] for tool in options.get("tools") or () if tool.get("type") == "function"]
    choice = options.get("tool_choice")
    if not tools or choice == "none" or (messages and messages[-1].get("role") == "tool"):
        return None
    wanted = choice.get("function", {}).get("name") if isinstance(choice, Mapping) else None
    function = next((tool for tool in tools if tool["name"] == wanted), tools[seed % len(tools)])
    arguments = msgspec.json.encode(example_of(function.get("parameters") or {}, seed=seed)).decode()
    call = {"name": function["name"], "arguments": arguments}
    return {"id": identifier("call_", seed), "type": "function", "function": call}


def chat_usage(prompt: int, completion: int, *, reasoning: int = 0, cached: int | None = None) -> Json:
    """Usage as chat completions report it. `cached`: prompt tokens read from the cache; None lets the length decide."""
    if cached is None:
        cached = prompt // 128 * 128 if prompt >= CACHED_FROM else 0
    completion_details = {"reasoning_tokens": reasoning, "audio_tokens": 0}
    completion_details |= {"accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0}
    details = {
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        "completion_tokens_details": completion_details,
    }
    return _usage(prompt, completion) | details


def prompt_tokens(messages: Iterable[Mapping[str, Any]], options: Mapping[str, Any]) -> int:
    """Tokens of the messages (four of framing each) and of the tools' declarations."""
    declared = tokens(str(options["tools"])) if options.get("tools") else 0
    return declared + sum(4 + tokens(text_of(message.get("content"))) for message in messages)


def event(data: Mapping[str, Any], name: str = "") -> bytes:
    """One server-sent event."""
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + msgspec.json.encode(data) + b"\n\n"


def _usage(prompt: int, completion: int) -> Json:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _cut(text: str, limit: object) -> tuple[str, str]:
    if isinstance(limit, int) and tokens(text) > limit:
        return text[: limit * 4], "length"
    return text, "stop"


def _structured(options: Mapping[str, Any], seed: int) -> str:
    wanted = options.get("response_format")
    if not isinstance(wanted, Mapping) or wanted.get("type") not in ("json_object", "json_schema"):
        return ""
    schema = wanted.get("json_schema", {}).get("schema") or {"properties": {"demo": {"const": True}}}
    return msgspec.json.encode(example_of(schema, seed=seed)).decode()


def _vector(text: object, dimensions: int, as_base64: bool) -> object:
    random = Random(str(text))
    values = [random.gauss(0, 1) for _ in range(dimensions)]
    length = sum(value * value for value in values) ** 0.5
    unit = [value / length for value in values]
    return base64.b64encode(struct.pack(f"<{dimensions}f", *unit)).decode() if as_base64 else unit


def _is_tokens(inputs: list[object]) -> bool:
    return bool(inputs) and isinstance(inputs[0], int)


def _crc(part: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(part))
