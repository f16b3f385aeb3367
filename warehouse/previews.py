"""What a table shows of a conversation: the last thing asked and the reply, extracted by ClickHouse.

Knows the bodies of OpenAI's chat, completions, embeddings and responses, of Anthropic's messages and of Gemini, and
their event streams; tools, vector databases and data as applications log them. Of anything else it shows the beginning.
"""

from __future__ import annotations

import polars as pl

from warehouse.client import Reader
from warehouse.requests import KEY, for_page

STREAM_BYTES = 65_536
"""How much of an event stream is looked at."""


def previews(reader: Reader, page: pl.DataFrame, *, characters: int = 200) -> pl.DataFrame:
    """`page` with `request_preview` and `response_preview`, one line each. It needs the columns of `KEY`."""
    if page.is_empty():
        empty = pl.lit("").alias
        return page.with_columns(empty("request_preview"), empty("response_preview"))
    found = for_page(
        reader,
        page,
        [f"{_line(_ASKED, characters)} AS request_preview", f"{_line(_REPLY, characters)} AS response_preview"],
    )
    return page.join(found, on=KEY, how="left", maintain_order="left")


def _line(expression: str, characters: int) -> str:
    return f"substringUTF8(trim(replaceRegexpAll(substringUTF8({expression}, 1, {characters * 4}), '\\\\s+', ' ')), 1, {characters})"  # noqa: E501


def _texts(parts: str, key: str = "text") -> str:
    """The texts of an array of parts, joined."""
    strings = f"arrayMap(p -> JSONExtractString(p, '{key}'), {parts})"
    return f"arrayStringConcat(arrayFilter(s -> s != '', {strings}), ' ')"


def _content(json: str, key: str) -> str:
    """A message's content: text, or an array of parts."""
    parts = _texts(f"JSONExtractArrayRaw({json}, '{key}')")
    return f"if(JSONType({json}, '{key}') = 'Array', {parts}, JSONExtractString({json}, '{key}'))"


def _first(*expressions: str, otherwise: str) -> str:
    """The first that is not empty."""
    return f"coalesce({', '.join(f'nullIf({e}, {chr(39) * 2})' for e in expressions)}, {otherwise})"


def _last_of_user(key: str) -> str:
    messages = f"JSONExtractArrayRaw(r.request_body, '{key}')"
    return f"arrayLast(m -> JSONExtractString(m, 'role') = 'user', {messages})"


_LOGGED = "JSONExtractString(r.request_body, '_type')"


def _member(name: str, of: str = "request_body") -> str:
    """A member of a body: text as it is, anything else as JSON."""
    text = f"JSONExtractString(r.{of}, '{name}')"
    return f"if({text} != '', {text}, JSONExtractRaw(r.{of}, '{name}'))"


_EVENT = (
    f"multiIf({_LOGGED} = 'tool', concat({_member('toolName')}, ' ', {_member('input')}), "
    f"{_LOGGED} = 'vector_db', arrayStringConcat(arrayFilter(s -> s != '', [{_member('operation')}, "
    f"{_member('databaseName')}, {_member('text')}]), ' · '), "
    f"{_LOGGED} = 'data', concat({_member('name')}, ' ', {_member('query')}), '')"
)

_ASKED = _first(
    _EVENT,
    _content(_last_of_user("messages"), "content"),
    _content(_last_of_user("input"), "content"),
    "JSONExtractString(r.request_body, 'input', 1)",
    "JSONExtractString(r.request_body, 'input')",
    "JSONExtractString(r.request_body, 'prompt', 1)",
    "JSONExtractString(r.request_body, 'prompt')",
    _texts("JSONExtractArrayRaw(r.request_body, 'contents', -1, 'parts')"),
    otherwise="r.request_body",
)

_EVENTS = f"extractAll(substring(r.response_body, 1, {STREAM_BYTES}), '(?m)^data: ?(\\\\{{[^\\\\n]*\\\\}})')"
_DELTA = (
    "concat(JSONExtractString(e, 'choices', 1, 'delta', 'content'), JSONExtractString(e, 'choices', 1, 'text'), "
    "JSONExtractString(e, 'delta', 'text'), "
    "if(JSONExtractString(e, 'type') = 'response.output_text.delta', JSONExtractString(e, 'delta'), ''))"
)
_STREAMED = (
    f"if(match(r.response_body, '^(data|event|id|:)'), arrayStringConcat(arrayMap(e -> {_DELTA}, {_EVENTS})), '')"
)
_OUTPUT_TEXTS = _texts(
    "arrayFlatten(arrayMap(o -> JSONExtractArrayRaw(o, 'content'), JSONExtractArrayRaw(r.response_body, 'output')))"
)

_VECTORS = "length(JSONExtractArrayRaw(r.response_body, 'data'))"
_EMBEDDED = (
    "if(JSONHas(r.response_body, 'data', 1, 'embedding'), "
    f"concat(toString({_VECTORS}), if({_VECTORS} = 1, ' embedding', ' embeddings')), '')"
)
_MATCHES = (
    f"if({_LOGGED} = 'vector_db' AND JSONType(r.response_body) = 'Array', "
    "concat(toString(JSONLength(r.response_body)), ' matches: ', arrayStringConcat(arrayMap(m -> concat("
    "JSONExtractString(m, 'id'), ' ', JSONExtractRaw(m, 'score')), JSONExtractArrayRaw(r.response_body)), ', ')), '')"
)
_SAID = _first(_member("message", "response_body"), _member("error", "response_body"), otherwise="r.response_body")
_ENDED = f"if({_LOGGED} != '', concat({_member('status', 'response_body')}, ' ', {_SAID}), '')"
"""How a logged event ended, if it says so."""

_REPLY = _first(
    f"if(JSONHas(r.response_body, 'status'), {_ENDED}, '')",
    _MATCHES,
    _EMBEDDED,
    _content("JSONExtractRaw(r.response_body, 'choices', 1, 'message')", "content"),
    "JSONExtractString(r.response_body, 'choices', 1, 'text')",
    "JSONExtractString(r.response_body, 'choices', 1, 'message', 'tool_calls', 1, 'function', 'name')",
    _texts("JSONExtractArrayRaw(r.response_body, 'content')"),
    _texts("JSONExtractArrayRaw(r.response_body, 'content')", "name"),
    _OUTPUT_TEXTS,
    "JSONExtractString(r.response_body, 'error', 'message')",
    "JSONExtractString(r.response_body, 'error')",
    _texts("JSONExtractArrayRaw(r.response_body, 'candidates', 1, 'content', 'parts')"),
    _STREAMED,
    otherwise="r.response_body",
)
