"""Bodies in the format of OpenAI's Responses API, whole and streamed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from demo.replies import CACHED_FROM, Json
from demo.wording import answer, example_of, identifier, is_reasoning_model, pieces, text_of, thoughts, tokens


def response_reply(
    model: str, given: object, *, seed: int, created: int, text: str = "", options: Mapping[str, Any] | None = None
) -> Json:
    """A response to `given` (the request's `input`: a text or a list of items)."""
    options = options or {}
    question = text_of(given[-1] if isinstance(given, list) and given else given)
    output: list[Json] = []
    reasoning = 0
    if is_reasoning_model(model) or options.get("reasoning"):
        thought = thoughts(question, seed=seed)
        reasoning = tokens(thought)
        output.append({"id": identifier("rs_", seed), "type": "reasoning", "summary": [_summary(thought)]})
    item = _function_call(options, given, seed) or _message(text or answer(question, seed=seed), seed)
    output.append(item)
    used = tokens(text_of(given)) + tokens(text_of(options.get("instructions"))) + 4
    cached = used // 128 * 128 if used >= CACHED_FROM else 0
    spent = reasoning + tokens(item.get("arguments") or text_of(item.get("content")))
    return {
        "id": identifier("resp_", seed),
        "object": "response",
        "created_at": created,
        "status": "completed",
        "completed_at": created,
        "error": None,
        "incomplete_details": None,
        "instructions": options.get("instructions"),
        "max_output_tokens": options.get("max_output_tokens"),
        "model": model,
        "output": output,
        "parallel_tool_calls": True,
        "previous_response_id": options.get("previous_response_id"),
        "reasoning": {"effort": None, "summary": None},
        "store": options.get("store", True),
        "temperature": 1.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": options.get("tool_choice", "auto"),
        "tools": options.get("tools", []),
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": {
            "input_tokens": used,
            "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": 0},
            "output_tokens": spent,
            "output_tokens_details": {"reasoning_tokens": reasoning},
            "total_tokens": used + spent,
        },
        "metadata": options.get("metadata", {}),
    }


def response_events(reply: Mapping[str, Any]) -> Iterator[Json]:
    """The events that stream `reply`; an event's name is its `type`."""
    started = {**reply, "status": "in_progress", "output": [], "usage": None, "completed_at": None}
    events: list[Json] = [
        {"type": "response.created", "response": started},
        {"type": "response.in_progress", "response": started},
    ]
    for at, item in enumerate(reply["output"]):
        events += _item_events(at, item)
    events.append({"type": "response.completed", "response": dict(reply)})
    for number, event in enumerate(events):
        yield {**event, "sequence_number": number}


def _item_events(at: int, item: Json) -> Iterator[Json]:
    place = {"item_id": item["id"], "output_index": at}
    opened = {name: [] if isinstance(value, list) else value for name, value in item.items()}
    if item["type"] == "function_call":
        opened["arguments"] = ""
    if "status" in item:
        opened["status"] = "in_progress"
    yield {"type": "response.output_item.added", "output_index": at, "item": opened}
    if item["type"] == "function_call":
        for piece in pieces(item["arguments"]):
            yield {"type": "response.function_call_arguments.delta", **place, "delta": piece}
        done = {"name": item["name"], "arguments": item["arguments"]}
        yield {"type": "response.function_call_arguments.done", **place, **done}
    elif item["type"] == "reasoning":
        yield from _part_events("reasoning_summary", {**place, "summary_index": 0}, item["summary"][0])
    else:
        yield from _part_events("output", {**place, "content_index": 0}, item["content"][0])
    yield {"type": "response.output_item.done", "output_index": at, "item": item}


def _part_events(kind: str, place: Json, part: Json) -> Iterator[Json]:
    part_name = "content_part" if kind == "output" else f"{kind}_part"
    extra: Json = {"logprobs": []} if kind == "output" else {}
    yield {"type": f"response.{part_name}.added", **place, "part": {**part, "text": ""}}
    for piece in pieces(part["text"]):
        yield {"type": f"response.{kind}_text.delta", **place, "delta": piece, **extra}
    yield {"type": f"response.{kind}_text.done", **place, "text": part["text"], **extra}
    yield {"type": f"response.{part_name}.done", **place, "part": part}


def _message(text: str, seed: int) -> Json:
    content = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]
    head = {"id": identifier("msg_", seed), "type": "message", "status": "completed", "role": "assistant"}
    return {**head, "content": content}


def _function_call(options: Mapping[str, Any], given: object, seed: int) -> Json | None:
    tools = [tool for tool in options.get("tools") or () if tool.get("type") == "function"]
    last = given[-1] if isinstance(given, list) and given else {}
    answered = isinstance(last, Mapping) and last.get("type") == "function_call_output"
    if not tools or answered or options.get("tool_choice") == "none":
        return None
    tool = tools[seed % len(tools)]
    arguments = msgspec.json.encode(example_of(tool.get("parameters") or {}, seed=seed)).decode()
    ids = {"id": identifier("fc_", seed), "call_id": identifier("call_", seed)}
    return {**ids, "type": "function_call", "status": "completed", "name": tool["name"], "arguments": arguments}


def _summary(text: str) -> Json:
    return {"type": "summary_text", "text": text}
