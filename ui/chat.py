"""A conversation as HTML. Pure. Text is shown as text: no Markdown, no markup, nothing loaded from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from html import escape

from ui.conversation import Conversation, Message, Part
from ui.marks import marked

Writer = Callable[[str], str]
"""From text to HTML."""

_INLINE_IMAGE = re.compile(r"data:image/(png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+\Z")
_FENCED = re.compile(r"^```[^\n`]*\n(.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE)
_ROLES = {"system", "developer", "user", "assistant", "tool", "error"}
LONGEST = 20_000
"""Characters of a part that are shown; the raw body has the rest."""


def asked(conversation: Conversation, words: Sequence[str] = ()) -> str:
    """What was asked; `words` of a search are marked."""
    return _messages(conversation.asked, words) or _nothing("No request body was recorded.")


def answered(conversation: Conversation, words: Sequence[str] = (), *, otherwise: str) -> str:
    """What was answered; `otherwise` stands for nothing."""
    return _messages(conversation.answered, words) or _nothing(otherwise)


def _messages(messages: Sequence[Message], words: Sequence[str]) -> str:
    write = partial(marked, words=words)
    return "".join(_message(message, write) for message in messages)


def _message(message: Message, write: Writer) -> str:
    tools = any(part.kind == "tool_result" for part in message.parts)
    kind = "tool" if tools else message.role if message.role in _ROLES else "user"
    role = "tool result" if tools else message.role
    body = "".join(_part(part, write) for part in message.parts)
    return f'<div class="hg-message {kind}"><div class="role">{escape(role.capitalize())}</div>{body}</div>'


def _part(part: Part, write: Writer) -> str:
    text = write(part.text[:LONGEST]) + _rest(part.text)
    match part.kind:
        case "text":
            return _prose(part.text, write)
        case "reasoning":
            return f'<details class="part"><summary>Reasoning</summary><div class="text">{text}</div></details>'
        case "refusal":
            return f'<div class="part"><b>Refused</b><div class="text">{text}</div></div>'
        case "tool_call":
            return f'<div class="part"><b>Calls {escape(part.name)}</b> {_id(part.id)}<pre>{text}</pre></div>'
        case "tool_result":
            return f'<div class="part">{_id(part.id)}<pre>{text}</pre></div>'
        case "image":
            return _image(part.text)
        case "file":
            return f'<div class="part"><b>File</b> {escape(part.name)}</div>'
        case "fields":
            return _fields(part, write)
        case "error":
            return f'<div class="text"><b>{text}</b></div>'
        case _:
            return f"<pre>{text}</pre>"


def _prose(text: str, write: Writer) -> str:
    """Text as it was written, fenced code set apart."""
    pieces = _FENCED.split(text[:LONGEST])
    shown = [
        f"<pre>{write(piece)}</pre>" if index % 2 else f'<div class="text">{write(piece.strip())}</div>'
        for index, piece in enumerate(pieces)
        if piece.strip()
    ]
    return "".join(shown) + _rest(text)


def _fields(part: Part, write: Writer) -> str:
    """Names and values, side by side."""
    pairs = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{write(value[:LONGEST])}</dd></div>" for name, value in part.fields
    )
    return (
        f'<div class="part">{f"<b>{write(part.name)}</b>" if part.name else ""}<dl class="hg-facts">{pairs}</dl></div>'
    )


def _image(address: str) -> str:
    """Inline images are shown; one that lies elsewhere is a link, for loading it would tell its server."""
    if _INLINE_IMAGE.match(address):
        return f'<div class="part"><img alt="image of the conversation" src="{escape(address)}"></div>'
    if address.startswith(("https://", "http://")):
        shown = escape(address if len(address) <= 100 else address[:99] + "…")
        link = f'<a href="{escape(address)}" target="_blank" rel="noreferrer noopener">{shown}</a>'
        return f'<div class="part"><b>Image</b> {link} <small>opens at its own server</small></div>'
    return f'<div class="part"><b>Image</b> <small>{escape(address[:60])}</small></div>'


def _rest(text: str) -> str:
    more = len(text) - LONGEST
    return f"<small>… {more:,} characters more in the raw body</small>" if more > 0 else ""


def _id(of: str) -> str:
    return f"<small>{escape(of)}</small>" if of else ""


def _nothing(text: str) -> str:
    return f'<div class="hg-none">{escape(text)}</div>'
