"""What a table shows of a conversation: the last thing asked and the reply, extracted by ClickHouse.

Knows the bodies of OpenAI's chat, completions, embeddings and responses, of Anthropic's messages and of Gemini, and
their event streams; tools, vector databases and data as applications log them. Of anything else it shows the beginning.
Of a search, `matches` shows what it found beside that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import Condition
from warehouse.requests import KEY, for_page
from warehouse.timerange import TimeRange

STREAM_BYTES = 65_536
"""How much of an event stream is looked at."""
BEFORE_MATCH, MATCH_CHARACTERS = 60, 400
"""Of a body's text around what a search found in it; escapes take several characters each."""

QUOTE = re.compile(r'(?<!\\)"')
ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
ESCAPES = {"n": " ", "r": " ", "t": " ", "b": " ", "f": " "}


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


def matches(
    reader: Reader, within: TimeRange, condition: Condition, *, page: pl.DataFrame, words: Sequence[str]
) -> pl.DataFrame:
    """What a search found of the rows of `page` (of `KEY`), wherever in a body: the text around the first of `words`
    (`match`), and whose body has it, the request's or else the response's (`match_in`). Null where neither has."""
    at = "multiSearchFirstPositionCaseInsensitiveUTF8({}, {{words:Array(String)}})".format
    body = "if(in_request > 0, r.request_body, r.response_body)"
    found = for_page(
        reader,
        page,
        [
            f"{at('r.request_body')} AS in_request",
            f"if(in_request > 0, in_request, {at('r.response_body')}) AS place",
            f"substringUTF8({body}, greatest(place - {BEFORE_MATCH}, 1), least(place - 1, {BEFORE_MATCH})) AS before",
            f"substringUTF8({body}, place, {MATCH_CHARACTERS}) AS rest",
        ],
        {"words": list(words)},
    ).filter(pl.col("place") > 0)
    whose = pl.when(pl.col("in_request") > 0).then(pl.lit("request")).otherwise(pl.lit("response"))
    texts = [_within_string(before, rest) for before, rest in found.select("before", "rest").iter_rows()]
    return found.select(*KEY, whose.alias("match_in"), pl.Series("match", texts, pl.String))


def _within_string(before: str, rest: str) -> str:
    """Two neighbouring pieces of JSON as a line of text, no further than the string that they meet in."""
    text = QUOTE.split(before)[-1] + QUOTE.split(rest)[0]
    plain = ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1] else ESCAPES.get(m[2], m[2]), text)
    # A character beyond the 16-bit ones is escaped in two halves.
    whole = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return " ".join(whole.split())


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
