"""A conversation as HTML. Pure. Text is shown as text: no Markdown, no markup, nothing loaded from elsewhere."""

from __future__ import annotations

import re
from html import escape

from ui.conversation import Conversation, Message, Part

_INLINE_IMAGE = re.compile(r"data:image/(png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+\Z")
_FENCED = re.compile(r"^```[^\n`]*\n(.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE)
_ROLES = {"system", "developer", "user", "assistant", "tool", "error"}
LONGEST = 20_000
"""Characters of a part that are shown; the raw body has the rest."""


def asked(conversation: Conversation) -> str:
    return "".join(map(_message, conversation.asked)) or _nothing("No request body was recorded.")


def answered(conversation: Conversation, *, otherwise: str) -> str:
    return "".join(map(_message, conversation.answered)) or _nothing(otherwise)


def _message(message: Message) -> str:
    tools = any(part.kind == "tool_result" for part in message.parts)
    kind = "tool" if tools else message.role if message.role in _ROLES else "user"
    role = "tool result" if tools else message.role
    body = "".join(map(_part, message.parts))
    return f'<div class="hg-message {kind}"><div class="role">{escape(role.capitalize())}</div>{body}</div>'


def _part(part: Part) -> str:
    text = _cut(part.text)
    match part.kind:
        case "text":
            return _prose(part.text)
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
        case "error":
            return f'<div class="text"><b>{text}</b></div>'
        case _:
            return f"<pre>{text}</pre>"


def _prose(text: str) -> str:
    """Text as it was written, fenced code set apart."""
    pieces = _FENCED.split(text[:LONGEST])
    shown = [
        f"<pre>{escape(piece)}</pre>" if index % 2 else f'<div class="text">{escape(piece.strip())}</div>'
        for index, piece in enumerate(pieces)
        if piece.strip()
    ]
    return "".join(shown) + _rest(text)


def _image(address: str) -> str:
    """Inline images are shown; one that lies elsewhere is a link, for loading it would tell its server."""
    if _INLINE_IMAGE.match(address):
        return f'<div class="part"><img alt="image of the conversation" src="{escape(address)}"></div>'
    if address.startswith(("https://", "http://")):
        shown = escape(address if len(address) <= 100 else address[:99] + "…")
        link = f'<a href="{escape(address)}" target="_blank" rel="noreferrer noopener">{shown}</a>'
        return f'<div class="part"><b>Image</b> {link} <small>opens at its own server</small></div>'
    return f'<div class="part"><b>Image</b> <small>{escape(address[:60])}</small></div>'


def _cut(text: str) -> str:
    return escape(text[:LONGEST]) + _rest(text)


def _rest(text: str) -> str:
    more = len(text) - LONGEST
    return f"<small>… {more:,} characters more in the raw body</small>" if more > 0 else ""


def _id(of: str) -> str:
    return f"<small>{escape(of)}</small>" if of else ""


def _nothing(text: str) -> str:
    return f'<div class="hg-none">{escape(text)}</div>'
