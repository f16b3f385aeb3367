"""Bodies as they went over the wire, read as conversations."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import chat
from ui.conversation import Conversation, Message, Part, read
from ui.marks import around

USER = {"role": "user", "content": "What is the weather in Rome?"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Rome"}'}}
SHOWN_CALL = Part("tool_call", '{\n  "city": "Rome"\n}', "weather", "call_1")


def conversation(request: Any, response: Any) -> Conversation:
    return read(*(body if isinstance(body, str) else json.dumps(body) for body in (request, response)))


def events(*documents: dict[str, Any], named: bool = False) -> str:
    lines = [(f"event: {d['type']}\n" if named else "") + f"data: {json.dumps(d)}\n\n" for d in documents]
    return "".join(lines) + ("" if named else "data: [DONE]\n\n")


def delta(**of: Any) -> dict[str, Any]:
    return {"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": of}]}


def test_a_chat_completion_shows_roles_texts_and_the_tool_call() -> None:
    asked = {"model": "gpt-4o", "temperature": 0, "messages": [{"role": "system", "content": "Be brief."}, USER]}
    asked["tools"] = [{"type": "function", "function": {"name": "weather", "parameters": {}}}]
    reply = {"choices": [{"index": 0, "message": {"role": "assistant", "content": None, "tool_calls": [CALL]}}]}
    found = conversation(asked, reply)
    assert found.asked == (
        Message("system", (Part("text", "Be brief."),)),
        Message("user", (Part("text", "What is the weather in Rome?"),)),
    )
    assert found.answered == (Message("assistant", (SHOWN_CALL,)),)
    assert found.tools == ("weather",)
    assert found.parameters == (("model", "gpt-4o"), ("temperature", "0"))


def test_a_tool_result_names_its_call() -> None:
    found = conversation({"messages": [{"role": "tool", "tool_call_id": "call_1", "content": "21 °C"}]}, {})
    assert found.asked == (Message("tool", (Part("tool_result", "21 °C", id="call_1"),)),)


def test_a_streamed_chat_completion_is_put_together() -> None:
    stream = events(
        delta(role="assistant", content="It is "), delta(content="warm."), {"choices": [], "usage": {"total_tokens": 3}}
    )
    assert conversation({"messages": [USER]}, stream).answered == (
        Message("assistant", (Part("text", "It is warm."),)),
    )


def test_streamed_tool_calls_grow_by_their_index() -> None:
    stream = events(
        delta(tool_calls=[{"index": 0, "id": "call_1", "function": {"name": "weather", "arguments": ""}}]),
        delta(tool_calls=[{"index": 0, "function": {"arguments": '{"city": '}}]),
        delta(tool_calls=[{"index": 0, "function": {"arguments": '"Rome"}'}}]),
    )
    assert conversation({}, stream).answered == (Message("assistant", (SHOWN_CALL,)),)


def test_a_stream_that_broke_off_shows_what_had_come() -> None:
    stream = f'data: {json.dumps(delta(content="Half an ans"))}\n\ndata: {{"choices": [{{"del'
    assert conversation({}, stream).answered == (Message("assistant", (Part("text", "Half an ans"),)),)


def test_a_refusal_and_reasoning_are_told_apart_from_text() -> None:
    message = {"role": "assistant", "content": None, "refusal": "I cannot.", "reasoning_content": "Hm."}
    found = conversation({}, {"choices": [{"message": message}]})
    assert found.answered == (Message("assistant", (Part("reasoning", "Hm."), Part("refusal", "I cannot."))),)


def test_an_anthropic_message_shows_thinking_text_and_tool_use() -> None:
    asked = {"system": [{"type": "text", "text": "Be kind."}], "messages": [USER]}
    content = [
        {"type": "thinking", "thinking": "Rome…", "signature": "x"},
        {"type": "text", "text": "Looking."},
        {"type": "tool_use", "id": "call_1", "name": "weather", "input": {"city": "Rome"}},
    ]
    found = conversation(asked, {"type": "message", "role": "assistant", "content": content})
    assert found.asked[0] == Message("system", (Part("text", "Be kind."),))
    assert found.answered == (Message("assistant", (Part("reasoning", "Rome…"), Part("text", "Looking."), SHOWN_CALL)),)


def test_an_anthropic_stream_is_put_together() -> None:
    stream = events(
        {"type": "message_start", "message": {"role": "assistant", "content": []}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Ciao"}},
        {"type": "content_block_start", "index": 1,
         "content_block": {"type": "tool_use", "id": "call_1", "name": "weather", "input": {}}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '{"city":'}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '"Rome"}'}},
        {"type": "message_stop"},
        named=True,
    )  # fmt: skip
    assert conversation({}, stream).answered == (Message("assistant", (Part("text", "Ciao"), SHOWN_CALL)),)


def test_an_anthropic_tool_result_is_one() -> None:
    block = {"type": "tool_result", "tool_use_id": "call_1", "content": [{"type": "text", "text": "21 °C"}]}
    found = conversation({"messages": [{"role": "user", "content": [block]}]}, {})
    assert found.asked == (Message("user", (Part("tool_result", "21 °C", id="call_1"),)),)


RESPONSE_ITEMS = [
    {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Think."}]},
    {"type": "function_call", "call_id": "call_1", "name": "weather", "arguments": '{"city": "Rome"}'},
    {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Warm."}]},
]
SHOWN_ITEMS = (
    Message("assistant", (Part("reasoning", "Think."),)),
    Message("assistant", (SHOWN_CALL,)),
    Message("assistant", (Part("text", "Warm."),)),
)


def test_responses_show_their_items() -> None:
    asked = {
        "instructions": "Be brief.",
        "input": [USER, {"type": "function_call_output", "call_id": "c", "output": "1"}],
    }
    found = conversation(asked, {"object": "response", "error": None, "output": RESPONSE_ITEMS})
    assert [message.role for message in found.asked] == ["system", "user", "tool"]
    assert found.answered == SHOWN_ITEMS


def test_a_streamed_response_is_read_of_its_last_event() -> None:
    stream = events(
        {"type": "response.created", "response": {"output": []}},
        {"type": "response.output_text.delta", "output_index": 0, "delta": "Wa"},
        {"type": "response.completed", "response": {"output": RESPONSE_ITEMS}},
        named=True,
    )
    assert conversation({"input": "hi"}, stream).answered == SHOWN_ITEMS


def test_a_streamed_response_that_broke_off_shows_its_text() -> None:
    stream = events({"type": "response.output_text.delta", "output_index": 0, "delta": "Wa"}, named=True)
    assert conversation({}, stream).answered == (Message("assistant", (Part("text", "Wa"),)),)


@pytest.mark.parametrize(
    "error, shown",
    [
        ({"error": {"message": "Slow down", "type": "rate_limit_error"}}, "rate_limit_error: Slow down"),
        ({"type": "error", "error": {"message": "Busy", "type": "overloaded_error"}}, "overloaded_error: Busy"),
        ({"error": "nope"}, "nope"),
    ],
)
def test_errors_are_shown_as_such(error: dict[str, Any], shown: str) -> None:
    assert conversation({}, error).answered == (Message("error", (Part("error", shown),)),)


def test_images_and_files_of_every_api_are_found() -> None:
    blocks = [
        {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}},
        {"type": "input_image", "image_url": "data:image/png;base64,AA=="},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}},
        {"type": "file", "file": {"filename": "a.pdf"}},
    ]
    (message,) = conversation({"messages": [{"role": "user", "content": blocks}]}, {}).asked
    assert [part.text for part in message.parts[:3]] == [
        "https://example.com/cat.png", "data:image/png;base64,AA==", "data:image/png;base64,AA==",
    ]  # fmt: skip
    assert message.parts[3] == Part("file", name="a.pdf")


def test_embeddings_show_what_was_embedded_and_the_size() -> None:
    found = conversation({"input": ["a", "b"]}, {"data": [{"index": 0, "embedding": [0.1, 0.2]}]})
    assert found.asked == (Message("user", (Part("text", "a"), Part("text", "b"))),)
    fields = (("Dimensions", "2"), ("Begins with", "0.1000, 0.2000, …"))
    assert found.answered == (Message("assistant", (Part("fields", name="1 embedding", fields=fields),)),)


def test_an_embedding_in_base64_is_told_by_its_size() -> None:
    packed = base64.b64encode(struct.pack("<4f", 0.5, -0.25, 1, 2)).decode()
    (message,) = conversation({"input": "a"}, {"data": [{"embedding": packed}]}).answered
    assert message.parts[0].fields == (("Dimensions", "4"), ("Begins with", "0.5000, -0.2500, 1.0000, …"))


def test_a_logged_tool_call_reads_as_one() -> None:
    asked = {"_type": "tool", "toolName": "weather", "input": {"city": "Rome"}}
    found = conversation(asked, {"_type": "tool", "status": "error", "error": "503"})
    assert found.asked == (Message("tool", (Part("tool_call", '{\n  "city": "Rome"\n}', "weather"),)),)
    assert found.answered == (
        Message("error", (Part("error", "503"),)), Message("tool", (Part("fields", fields=(("status", "error"),)),)),
    )  # fmt: skip
    assert found.parameters == ()


def test_a_vector_search_shows_its_question_and_its_matches() -> None:
    asked = {"_type": "vector_db", "operation": "search", "text": "tents", "vector": [1, 2], "topK": 3}
    found = conversation(asked, [{"id": "a", "score": 0.9, "metadata": {"x": 1}}, {"id": "b", "score": 0.8}])
    fields = (("Operation", "search"), ("Top K", "3"), ("vector", "2 dimensions"))
    assert found.asked == (Message("vector database", (Part("text", "tents"), Part("fields", fields=fields))),)
    matches = (("a", 'score 0.9 · {"metadata": {"x": 1}}'), ("b", "score 0.8"))
    assert found.answered == (Message("vector database", (Part("fields", name="2 matches", fields=matches),)),)


def test_logged_data_shows_its_query() -> None:
    asked = {"_type": "data", "name": "users", "query": "SELECT 1", "database": "shop"}
    found = conversation(asked, {"_type": "data", "name": "users", "status": "success", "data": [{"id": 7}]})
    told = Part("fields", fields=(("name", "users"), ("database", "shop")))
    assert found.asked == (Message("data", (told, Part("json", "SELECT 1"))),)
    told = Part("fields", fields=(("name", "users"), ("status", "success")))
    assert found.answered == (Message("data", (told, Part("fields", name="1 data", fields=(("7", ""),)))),)


def test_words_of_a_search_are_marked_and_nothing_of_them_is_markup() -> None:
    asked = Conversation((Message("user", (Part("text", "A <b>Parcel</b> & parcels"),)),), ())
    html = chat.asked(asked, ["parcel", "<b>", "&"])
    assert "A <mark>&lt;b&gt;</mark><mark>Parcel</mark>&lt;/b&gt; <mark>&amp;</mark> <mark>parcel</mark>s" in html


def test_a_preview_begins_near_what_was_looked_for() -> None:
    text = "x" * 100 + " needle " + "y" * 100
    assert around(text, ["NEEDLE"], 60) == "…" + text[89:149] + "…"
    assert around(text, ["nothing"], 10) == "x" * 10 + "…"


def test_gemini_contents_are_read() -> None:
    asked = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}
    found = conversation(asked, {"candidates": [{"content": {"role": "model", "parts": [{"text": "Hello"}]}}]})
    assert found.asked == (Message("user", (Part("text", "Hi"),)),)
    assert found.answered == (Message("assistant", (Part("text", "Hello"),)),)


def test_unknown_bodies_are_shown_as_they_are() -> None:
    found = conversation("plain text", {"something": 1})
    assert found.asked == (Message("user", (Part("text", "plain text"),)),)
    assert found.answered == (Message("assistant", (Part("json", '{\n  "something": 1\n}'),)),)


def test_empty_bodies_have_no_messages() -> None:
    assert read("", "") == Conversation((), ())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["tool", "vector_db", "data"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["_type", "embedding", "messages", "choices", "message", "content", "type", "text", "role", "delta",
                 "tool_calls", "function", "input", "output", "error", "data", "source", "response", "index", "system",
                 "tools", "parts", "item"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON, JSON)
def test_no_body_is_too_odd_to_be_read(request: Any, response: Any) -> None:
    for body in (json.dumps(response), f"data: {json.dumps(response)}\n\n"):
        found = read(json.dumps(request), body)
        chat.asked(found), chat.answered(found, otherwise="")


HOSTILE = '<img src=x onerror="alert(1)"><script>alert(1)</script>'


@pytest.mark.parametrize("role", ["user", HOSTILE])
@pytest.mark.parametrize(
    "kind", ["text", "reasoning", "refusal", "tool_call", "tool_result", "image", "file", "error", "fields"]
)
def test_no_part_brings_markup_of_its_own(kind: Any, role: str) -> None:
    part = Part(kind, HOSTILE, HOSTILE, HOSTILE, ((HOSTILE, HOSTILE),))
    html = chat.asked(Conversation((Message(role, (part,)),), ()))
    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize("address", ["https://example.com/x.png", "javascript:alert(1)", "data:text/html;base64,AA=="])
def test_only_inline_images_are_loaded(address: str) -> None:
    html = chat.asked(Conversation((Message("user", (Part("image", address),)),), ()))
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_an_inline_image_is_shown() -> None:
    html = chat.asked(Conversation((Message("user", (Part("image", "data:image/png;base64,AA=="),)),), ()))
    assert '<img alt="image of the conversation" src="data:image/png;base64,AA==">' in html
