"""The demo provider's words: texts, token counts and values derived from a seed. Pure.

Nothing here is a model. The same seed gives the same text, and every text says where it comes from.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from random import Random
from typing import Any

import msgspec

LABEL = "Demo provider: no model wrote this."

_OPENINGS = (
    "Here is a short answer to",
    "This is how one might go about",
    "Three things matter about",
    "In brief, on the subject of",
    "A careful look at",
)
_SENTENCES = (
    "Start with the smallest case that shows the effect, then widen it.",
    "The numbers are stable across the last runs, within two percent.",
    "Most of the time goes into reading; the writing is quick once the facts are in order.",
    "If the result looks too good, check the units first.",
    "Two of the three sources agree; the third is older and measures something else.",
    "The simplest explanation is a retry that was counted twice.",
    "Keep the old path until the new one has run for a week.",
    "A cache helps here, but only where the same question comes back.",
    "It is worth writing the assumption down before it is forgotten.",
    "The second option costs more and is easier to undo.",
    "Nothing in the log contradicts this, though the log is thin around midnight.",
    "Ask the people who use it daily; they know which step hurts.",
)


def seed_of(body: object) -> int:
    """A number that stands for a request's body: equal bodies have equal seeds."""
    return zlib.crc32(msgspec.json.encode(body, order="deterministic"))


def tokens(text: str) -> int:
    """Roughly the tokens of `text`: four characters each, at least one if there is any text."""
    return (len(text) + 3) // 4


def answer(question: str, *, seed: int, sentences: int = 0) -> str:
    """A labelled text that takes up the question's first words. `sentences`: 0 lets the seed choose 2 to 6."""
    random = Random(seed)
    subject = " ".join(question.split()[:12]).rstrip(".?!:,;") or "your request"
    chosen = random.choices(_SENTENCES, k=sentences or random.randint(2, 6))
    return " ".join((LABEL, f"{random.choice(_OPENINGS)} “{subject}”.", *chosen))


def thoughts(question: str, *, seed: int) -> str:
    """What a reasoning model would show of its thinking."""
    random = Random(~seed)
    subject = " ".join(question.split()[:8]) or "this"
    return f"The user asks about “{subject}”. " + " ".join(random.choices(_SENTENCES, k=random.randint(1, 3)))


def pieces(text: str) -> list[str]:
    """`text` cut as a stream delivers it: a word and its space at a time."""
    words = text.split(" ")
    return [word + " " for word in words[:-1]] + words[-1:]


def text_of(content: object) -> str:
    """The text of a message's content, whatever its form: a string, parts, or nothing."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return " ".join(text_of(part) for part in content)
    if isinstance(content, Mapping):
        return text_of(content.get("text") or content.get("content") or "")
    return ""


def example_of(schema: Mapping[str, Any], *, seed: int) -> Any:
    """A value that a JSON schema allows, for tool arguments and structured answers."""
    if "const" in schema:
        return schema["const"]
    if choices := schema.get("enum"):
        return choices[seed % len(choices)]
    for combined in ("anyOf", "oneOf"):
        if variants := schema.get(combined):
            return example_of(variants[0], seed=seed)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {name: example_of(part, seed=seed + at) for at, (name, part) in enumerate(properties.items())}
    if kind == "array":
        return [example_of(schema.get("items", {}), seed=seed)]
    return {"integer": seed % 100, "number": seed % 1000 / 10, "boolean": seed % 2 == 0, "null": None}.get(
        str(kind), f"demo {seed % 1000}"
    )


def identifier(prefix: str, seed: int) -> str:
    """An id in a provider's style, the same for the same seed."""
    return f"{prefix}demo{seed & 0xFFFFFFFF:08x}"


def is_reasoning_model(model: str) -> bool:
    """Whether a model of this name thinks before it answers, judged as OpenAI names them."""
    return model.startswith(("o1", "o3", "o4", "gpt-5"))
