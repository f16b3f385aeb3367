"""Bodies in the format of Anthropic's Messages API, whole and streamed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from demo.replies import Json
from demo.wording import answer, example_of, identifier, pieces, text_of, thoughts, tokens


def message_reply(
    model: str,
    messages: Sequence[Mapping[str, Any]],
    *,
    seed: int,
    text: str = "",
    options: Mapping[str, Any] | None = None,
) -> Json:
    """A message. `options` is the rest of the request's body: `system`, `tools`, `thinking`, `max_tokens` …"""
    options = options or {}
    question = text_of(messages[-1].get("content")) if messages else ""
    content: list[Json] = []
    if options.get("thinking", {}).get("type") in ("enabled", "adaptive"):
        thought = thoughts(question, seed=seed)
        content.append({"type": "thinking", "thinking": thought, "signature": identifier("sig_", seed)})
    reason = "end_turn"
    if use := _tool_use(options, messages, seed):
        content.append(use)
        reason = "tool_use"
    else:
        said, limit = text or answer(question, seed=seed), options.get("max_tokens")
        if isinstance(limit, int) and tokens(said) > limit:
            said, reason = said[: limit * 4], "max_tokens"
        content.append({"type": "text", "text": said})
    return {
        "id": identifier("msg_", seed),
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content,
        "stop_reason": reason,
        "stop_sequence": None,
        "usage": message_usage(messages, content, options, seed=seed),
    }


def message_usage(
    messages: Sequence[Mapping[str, Any]], content: Sequence[Json], options: Mapping[str, Any], *, seed: int
) -> Json:
    """Usage as Anthropic counts it: `input_tokens` leaves out what the cache took part in.

    With `cache_control` in the request all but the last message is cached; the seed says whether written or read.
    """
    whole = tokens(text_of(options.get("system"))) + sum(4 + tokens(text_of(m.get("content"))) for m in messages)
    if options.get("tools"):
        whole += tokens(str(options["tools"]))
    fresh = 4 + tokens(text_of(messages[-1].get("content"))) if messages else 0
    cached = whole - fresh if b'"cache_control"' in msgspec.json.encode([options, messages]) else 0
    written, read = (cached, 0) if seed % 2 else (0, cached)
    return {
        "input_tokens": whole - cached,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": read,
        "cache_creation": {"ephemeral_5m_input_tokens": written, "ephemeral_1h_input_tokens": 0},
        "output_tokens": sum(tokens(_spelled(block)) for block in content),
        "service_tier": "standard",
    }


def message_events(reply: Mapping[str, Any]) -> Iterator[Json]:
    """The events that stream `reply`; an event's name is its `type`."""
    usage = reply["usage"]
    started = {**reply, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    yield {"type": "message_start", "message": started}
    for index, block in enumerate(reply["content"]):
        yield {"type": "content_block_start", "index": index, "content_block": _opened(block)}
        if index == 0:
            yield {"type": "ping"}
        for delta in _deltas(block):
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    delta = {"stop_reason": reply["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": delta, "usage": {"output_tokens": usage["output_tokens"]}}
    yield {"type": "message_stop"}


def _opened(block: Json) -> Json:
    if block["type"] == "text":
        return {"type": "text", "text": ""}
    if block["type"] == "thinking":
        return {"type": "thinking", "thinking": "", "signature": ""}
    return {**block, "input": {}}


def _deltas(block: Json) -> Iterator[Json]:
    if block["type"] == "text":
        yield from ({"type": "text_delta", "text": piece} for piece in pieces(block["text"]))
    elif block["type"] == "thinking":
        yield from ({"type": "thinking_delta", "thinking": piece} for piece in pieces(block["thinking"]))
        yield {"type": "signature_delta", "signature": block["signature"]}
    else:
        yield from ({"type": "input_json_delta", "partial_json": piece} for piece in pieces(_spelled(block)))


def _spelled(block: Json) -> str:
    if block["type"] == "tool_use":
        return msgspec.json.encode(block["input"]).decode()
    return str(block.get("text") or block.get("thinking"))


def _tool_use(options: Mapping[str, Any], messages: Sequence[Mapping[str, Any]], seed: int) -> Json | None:
    tools = [tool for tool in options.get("tools") or () if "input_schema" in tool]
    choice = options.get("tool_choice") or {}
    last = messages[-1].get("content") if messages else None
    answered = isinstance(last, list) and any(part.get("type") == "tool_result" for part in last)
    if not tools or answered or choice.get("type") == "none":
        return None
    tool = next((tool for tool in tools if tool["name"] == choice.get("name")), tools[seed % len(tools)])
    given = example_of(tool["input_schema"], seed=seed)
    return {"type": "tool_use", "id": identifier("toolu_", seed), "name": tool["name"], "input": given}
