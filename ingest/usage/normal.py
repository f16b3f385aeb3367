"""The one form that every provider's token counts are brought to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

MOST = 2**32 - 1
"""What a token column holds; nobody's count is larger, so more is a provider's error."""

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding JSON that somebody else wrote may raise."""


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens. Totals include their parts: prompt = plain + cache reads + cache writes + audio, completion = plain +
    reasoning + audio; `cache_write_1h` is the part of `cache_write` that is kept for an hour."""

    prompt: int = 0
    completion: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    reasoning: int = 0
    prompt_audio: int = 0
    completion_audio: int = 0
    declared_usd: float | None = None
    """What the provider itself says the request cost."""
    tier: str = ""
    """The service tier that was billed, where it is not the standard one: batch, flex, priority …"""
    extras: tuple[str, ...] = ()
    """What multiplies the price besides: a region (`us`), a speed (`fast`)."""
    source: str = "provider"

    def __bool__(self) -> bool:
        return bool(self.prompt or self.completion)


def number(counts: Mapping[str, Any], *names: str) -> int:
    """The first of `names` that holds a count; 0 if none does."""
    for name in names:
        value = counts.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and value == value:
            return max(0, min(MOST, int(value)))
    return 0


def part(counts: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """The first of `names` that holds an object; empty if none does."""
    return next((value for name in names if isinstance(value := counts.get(name), dict)), {})


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""
