"""What a conversation is made of (ui/conversation.py reads it, ui/chat.py shows it). Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "reasoning", "refusal", "tool_call", "tool_result", "image", "file", "error", "json", "fields"]


@dataclass(frozen=True)
class Part:
    """A piece of a message. `name` is a tool's or a file's; `id` links a call and its result; `fields` are names and
    values."""

    kind: Kind
    text: str = ""
    name: str = ""
    id: str = ""
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Message:
    """`role` as the provider has it: system, developer, user, assistant, tool; `error` for what went wrong."""

    role: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Conversation:
    """Messages of the request and of the response; the tools on offer; the request's other parameters."""

    asked: tuple[Message, ...]
    answered: tuple[Message, ...]
    tools: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()


def pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:119] + "…"
