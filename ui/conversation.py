"""The bodies of a request as a conversation: who said what, in order. Pure; never raises.

Knows OpenAI's chat completions, completions, embeddings, images and responses, Anthropic's messages, Gemini's
contents, and their event streams; tools, vector databases and data as applications log them (ui/events.py). Whatever
it does not know it shows as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ui import events, streams
from ui.messages import Conversation, Message, Part, pretty, short
from ui.streams import dicts

__all__ = ["Conversation", "Message", "Part", "read", "with_error"]

Json = dict[str, Any]


def with_error(conversation: Conversation, error: Part) -> Conversation:
    """The conversation ending with what went wrong."""
    return replace(conversation, answered=(*conversation.answered, Message("error", (error,))))


_NOT_PARAMETERS = {"messages", "input", "prompt", "system", "instructions", "tools", "contents", "systemInstruction"}


def read(request_body: str, response_body: str) -> Conversation:
    """The conversation of the two bodies."""
    request, response = _parsed(request_body), _parsed(response_body)
    document = request if isinstance(request, dict) else {}
    if events.is_one(document):
        return Conversation((events.asked(document),), tuple(_kept(events.answered(document, response))))
    parameters = ((name, short(value)) for name, value in document.items() if name not in _NOT_PARAMETERS)
    return Conversation(
        asked=tuple(_kept(_request(request))),
        answered=tuple(_kept(_response(response))),
        tools=tuple(filter(None, map(_tool_name, dicts(document.get("tools"))))),
        parameters=tuple(parameters),
    )


def _parsed(body: str) -> Any:
    if streams.is_stream(body):
        return streams.assemble(body) or body
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body


def _kept(messages: Iterator[Message]) -> Iterator[Message]:
    return (message for message in messages if message.parts)


def _request(body: Any) -> Iterator[Message]:
    if not isinstance(body, dict):
        yield Message("user", _whatever(body))
        return
    for name in ("system", "instructions", "systemInstruction"):
        yield Message("system", tuple(_parts(body.get(name))))
    told = body.get("messages") or body.get("contents")
    if isinstance(told, list):
        yield from map(_message, told)
    elif "input" in body:
        yield from _input(body["input"])
    elif "prompt" in body:
        yield Message("user", tuple(_parts(body["prompt"])))
    else:
        yield Message("user", _whatever(body))


def _input(value: Any) -> Iterator[Message]:
    """The input of responses (items) or of embeddings (texts)."""
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        yield from map(_item, value)
    else:
        yield Message("user", tuple(_parts(value)))


def _response(body: Any) -> Iterator[Message]:
    if not isinstance(body, dict):
        yield Message("assistant", _whatever(body))
        return
    if error := body.get("error"):
        yield Message("error", (Part("error", _error(error)),))
    if isinstance(body.get("choices"), list):
        for choice in dicts(body["choices"]):
            message = choice.get("message")
            yield _message(message) if isinstance(message, dict) and _said(message) else _completion(choice)
    elif isinstance(body.get("output"), list):
        yield from map(_item, body["output"])
    elif isinstance(body.get("content"), list | str):
        yield _message(body)
    elif isinstance(body.get("candidates"), list):
        yield from (_message(candidate.get("content")) for candidate in dicts(body["candidates"]))
    elif isinstance(body.get("data"), list):
        vectors = events.vectors(body["data"])
        yield Message("assistant", (vectors,) if vectors else tuple(map(_datum, body["data"][:50])))
    elif not error:
        yield Message("assistant", _whatever(body))


def _said(message: Json) -> bool:
    return any(value for name, value in message.items() if name != "role")


def _completion(choice: Json) -> Message:
    text = choice.get("text")
    return Message("assistant", (Part("text", text),) if isinstance(text, str) and text else ())


def _message(message: Any) -> Message:
    if not isinstance(message, dict):
        return Message("user", _whatever(message))
    role = {"model": "assistant"}.get(str(message.get("role")), str(message.get("role") or "user"))
    parts: list[Part] = []
    for name in ("reasoning_content", "reasoning"):
        if isinstance(message.get(name), str) and message[name]:
            parts.append(Part("reasoning", message[name]))
    if role == "tool":
        text = "\n".join(part.text for part in _parts(message.get("content")))
        parts.append(Part("tool_result", text, id=str(message.get("tool_call_id") or "")))
    else:
        parts += _parts(message.get("content", message.get("parts")))
    if message.get("refusal"):
        parts.append(Part("refusal", str(message["refusal"])))
    for call in dicts(message.get("tool_calls")):
        function = call.get("function") if isinstance(call.get("function"), dict) else call
        parts.append(_call(function, call.get("id")))
    if isinstance(message.get("function_call"), dict):
        parts.append(_call(message["function_call"], ""))
    return Message(role, tuple(parts))


def _item(item: Any) -> Message:
    """An item of the responses API."""
    if not isinstance(item, dict):
        return Message("user", tuple(_parts(item)))
    match item.get("type"):
        case "function_call":
            return Message("assistant", (_call(item, item.get("call_id")),))
        case "function_call_output":
            text = "\n".join(part.text for part in _parts(item.get("output")))
            return Message("tool", (Part("tool_result", text, id=str(item.get("call_id") or "")),))
        case "reasoning":
            texts = [*_parts(item.get("summary")), *_parts(item.get("content"))]
            return Message("assistant", tuple(Part("reasoning", part.text) for part in texts if part.text))
        case None | "message":
            return _message(item)
        case _:
            return Message("assistant", _whatever(item))


def _parts(content: Any) -> Iterator[Part]:
    """The parts of a message's content: text, or a list of blocks."""
    if content is None or content == "":
        return
    if isinstance(content, str):
        yield Part("text", content)
    elif isinstance(content, list) and content and all(isinstance(one, int) for one in content):
        yield Part("json", f"{len(content)} token ids: {short(content)}")
    elif isinstance(content, list):
        for block in content:
            yield from _parts(block) if isinstance(block, str | list) else [_block(block)]
    elif isinstance(content, dict) and isinstance(content.get("parts"), list):
        yield from _parts(content["parts"])
    else:
        yield _block(content)


def _block(block: Any) -> Part:
    if not isinstance(block, dict):
        return Part("json", pretty(block))
    match block.get("type"):
        case "text" | "input_text" | "output_text" | "summary_text" | "reasoning_text":
            return Part("text", str(block.get("text") or ""))
        case "thinking":
            return Part("reasoning", str(block.get("thinking") or ""))
        case "redacted_thinking":
            return Part("reasoning", "(redacted by the provider)")
        case "refusal":
            return Part("refusal", str(block.get("refusal") or ""))
        case "tool_use" | "server_tool_use":
            return _call({"name": block.get("name"), "arguments": block.get("input")}, block.get("id"))
        case "tool_result":
            text = "\n".join(part.text or f"({part.kind})" for part in _parts(block.get("content")))
            return Part("tool_result", text, id=str(block.get("tool_use_id") or ""))
        case "image_url" | "input_image" | "image":
            return Part("image", _image(block))
        case "input_file" | "file" | "document" | "input_audio":
            return _file(block)
    if isinstance(block.get("text"), str):
        return Part("text", block["text"])
    if isinstance(inline := block.get("inlineData"), dict):
        return Part("image", f"data:{inline.get('mimeType')};base64,{inline.get('data')}")
    if isinstance(call := block.get("functionCall"), dict):
        return _call({"name": call.get("name"), "arguments": call.get("args")}, "")
    if isinstance(answer := block.get("functionResponse"), dict):
        return Part("tool_result", pretty(answer.get("response")), str(answer.get("name") or ""))
    return Part("json", pretty(block))


def _image(block: Json) -> str:
    """The address of an image: a data URL, or where it lies."""
    found = block.get("image_url")
    if isinstance(found, dict):
        found = found.get("url")
    source = block.get("source")
    if isinstance(source, dict):
        data = f"data:{source.get('media_type')};base64,{source.get('data')}"
        found = source.get("url") or data
    return str(found or "")


def _file(block: Json) -> Part:
    inner = found if isinstance(found := block.get("file"), dict) else block
    name = inner.get("filename") or inner.get("title") or inner.get("file_id") or str(block.get("type"))
    return Part("file", name=str(name))


def _call(function: Any, call_id: Any) -> Part:
    function = function if isinstance(function, dict) else {}
    arguments = function.get("arguments")
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except (ValueError, RecursionError):
            return Part("tool_call", arguments, str(function.get("name") or ""), str(call_id or ""))
    return Part("tool_call", pretty(arguments), str(function.get("name") or ""), str(call_id or ""))


def _datum(datum: Any) -> Part:
    """An image of a response's `data`."""
    if isinstance(datum, dict) and isinstance(datum.get("b64_json"), str):
        return Part("image", f"data:image/png;base64,{datum['b64_json']}")
    if isinstance(datum, dict) and isinstance(datum.get("url"), str):
        return Part("image", datum["url"])
    return Part("json", pretty(datum))


def _tool_name(tool: Json) -> str:
    function = found if isinstance(found := tool.get("function"), dict) else tool
    return str(function.get("name") or function.get("type") or "")


def _error(error: Any) -> str:
    if isinstance(error, dict) and isinstance(error.get("message"), str):
        named = error.get("type") or error.get("code")
        return f"{named}: {error['message']}" if named else error["message"]
    return error if isinstance(error, str) else pretty(error)


def _whatever(body: Any) -> tuple[Part, ...]:
    if body in ("", None, {}, []):
        return ()
    return (Part("text", body) if isinstance(body, str) else Part("json", pretty(body)),)
