"""Event streams put together again: the body that the provider would have sent without streaming. Pure.

Knows OpenAI's chat completions, completions and responses, and Anthropic's messages. A stream that broke off gives
what had come by then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def is_stream(body: str) -> bool:
    return body.lstrip()[:6].startswith(("data:", "event:", "id:", ": "))


def assemble(body: str) -> Json:
    """The streamed body as one document; empty if no event of it is known."""
    events = list(_events(body))
    if any("choices" in event for event in events):
        return _chat(events)
    if any(str(event.get("type", "")).startswith("response.") for event in events):
        return _response(events)
    if any(event.get("type") == "message_start" for event in events):
        return _message(events)
    return next((event for event in events if "error" in event), {})


def _events(body: str) -> Iterator[Json]:
    for line in body.splitlines():
        if line.startswith("data:"):
            try:
                event = json.loads(line[5:])
            except ValueError:
                continue
            if isinstance(event, dict):
                yield event


def _chat(events: list[Json]) -> Json:
    """Chat completions, and completions, whose choices carry `text` instead of a `delta`."""
    whole: Json = {}
    choices: dict[int, Json] = {}
    for event in events:
        whole |= {name: value for name, value in event.items() if name != "choices" and value is not None}
        for part in dicts(event.get("choices")):
            choice = choices.setdefault(part.get("index") or 0, {"message": {"role": "assistant"}})
            _merge(choice["message"], part.get("delta") or {})
            choice["text"] = choice.get("text", "") + (part.get("text") or "")
            choice["finish_reason"] = part.get("finish_reason") or choice.get("finish_reason")
    return {**whole, "choices": list(choices.values())}


def _merge(message: Json, delta: Json) -> None:
    """Texts grow; tool calls grow by their index; anything else is taken as it comes."""
    for name, value in delta.items():
        if name == "tool_calls":
            calls = message.setdefault("tool_calls", [])
            for call in dicts(value):
                _merge_call(calls, call)
        elif isinstance(value, str) and name not in ("role", "name"):
            message[name] = (message.get(name) or "") + value
        elif value is not None:
            message[name] = value


def _merge_call(calls: list[Json], part: Json) -> None:
    index = part.get("index")
    at = index if isinstance(index, int) and 0 <= index <= len(calls) else len(calls)
    if at == len(calls):
        calls.append({"function": {"name": "", "arguments": ""}})
    call, function = calls[at], part.get("function") or {}
    call["id"] = part.get("id") or call.get("id")
    call["function"]["name"] += function.get("name") or ""
    call["function"]["arguments"] += function.get("arguments") or ""


def _response(events: list[Json]) -> Json:
    """Responses: the last event holds all of it; a stream that broke off has its finished items and text so far."""
    whole: Json = {}
    output: dict[int, Json] = {}
    for event in events:
        whole = event["response"] if isinstance(event.get("response"), dict) else whole
        at = event.get("output_index") or 0
        if isinstance(event.get("item"), dict):
            output[at] = event["item"]
        elif event.get("type") == "response.output_text.delta":
            item = output.setdefault(at, {"type": "message", "role": "assistant"})
            said = "".join(part.get("text", "") for part in dicts(item.get("content")))
            item["content"] = [{"type": "output_text", "text": said + str(event.get("delta", ""))}]
    return whole if whole.get("output") else {**whole, "output": list(output.values())}


def _message(events: list[Json]) -> Json:
    whole: Json = {}
    blocks: dict[int, Json] = {}
    for event in events:
        kind, at = event.get("type"), event.get("index") or 0
        if kind == "message_start":
            whole = dict(event.get("message") or {})
        elif kind == "content_block_start":
            blocks[at] = dict(event.get("content_block") or {})
        elif kind == "content_block_delta":
            _merge_block(blocks.setdefault(at, {"type": "text"}), event.get("delta") or {})
        elif kind == "message_delta":
            whole |= event.get("delta") or {}
            whole["usage"] = (whole.get("usage") or {}) | (event.get("usage") or {})
        elif kind == "error":
            whole["error"] = event.get("error")
    return {**whole, "content": list(blocks.values())}


def _merge_block(block: Json, delta: Json) -> None:
    for name in ("text", "thinking", "signature"):
        if isinstance(delta.get(name), str):
            block[name] = (block.get(name) or "") + delta[name]
    if isinstance(delta.get("partial_json"), str):
        before = block.get("input")
        block["input"] = (before if isinstance(before, str) else "") + delta["partial_json"]


def dicts(value: object) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
