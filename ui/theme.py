"""The colours that mean something, the same on every page. Told apart with any colour vision (after Okabe and Ito),
and legible on the light and on the dark theme."""

from __future__ import annotations

import zlib

SUCCEEDED = "#3f83d4"
CLIENT_ERROR = "#e69f00"
SERVER_ERROR = "#d55e00"
NOT_ANSWERED = "#b06fb8"

COST = "#0b9e77"
BAND = "rgba(11,158,119,0.18)"
"""Where the cost to come is likely to be."""
USERS = "#3f83d4"
NEW = "#e69f00"
"""Users never seen before."""
SCORE, SCORE_BAND = "#3f83d4", "rgba(63,131,212,0.18)"
"""A mean or a rate, and where it lies with a probability of 95 %."""
HIT, MISS = "#0b9e77", "#8a94a6"
"""What the cache answered, and what it could not."""
LAG = "#8a94a6"
NOTE = "#8a94a6"
NOTHING = "#b4bac6"
"""Requests without a value of what the others are told apart by."""
BEFORE = "#8a94a6"
"""The period before, beside the present one."""
GOOD, BAD = "#3f83d4", "#d55e00"
"""Ratings, and differences for the better or the worse."""

SERIES = ("#3f83d4", "#e69f00", "#0b9e77", "#d55e00", "#b06fb8", "#56b4e9", "#8a94a6")
"""Things that have no colour of their own, largest first; the last is for all others together."""
MANY = (*SERIES[:-1], "#7f6fc6", "#94b447", "#c98500", "#d67fa8")
"""Ten of them; all others together have the last of SERIES."""
SCALE = ((0.0, "rgba(63,131,212,0.05)"), (1.0, "rgba(63,131,212,0.95)"))
"""From few to many, on either theme's ground."""
SCALE_BAD = ((0.0, "rgba(213,94,0,0.05)"), (1.0, "rgba(213,94,0,0.95)"))
"""From well to badly."""

PROVIDERS = {
    "openai": "#0b9e77", "anthropic": "#d55e00", "azure": "#3f83d4", "google": "#e69f00", "gemini": "#e69f00",
    "vertex_ai": "#e69f00", "bedrock": "#b06fb8", "mistral": "#f0a35e", "groq": "#56b4e9", "vllm": "#8a94a6",
}  # fmt: skip
"""Those that most people have; any other has one of SERIES, always the same."""

TOKENS = {
    "input": "#3f83d4", "cached input": "#56b4e9", "cache write": "#e69f00", "cache write, 1 h": "#c98500",
    "output": "#0b9e77", "reasoning": "#b06fb8", "audio input": "#8a94a6", "audio output": "#d55e00",
}  # fmt: skip
BUCKETS = {
    "input": "input", "cache_read": "cached input", "cache_write": "cache write", "cache_write_1h": "cache write, 1 h",
    "output": "output", "reasoning": "reasoning", "input_audio": "audio input", "output_audio": "audio output",
}  # fmt: skip
"""Token buckets (warehouse/prices.py) -> the names that people read, which TOKENS colours."""
KINDS = {"llm": "#3f83d4", "tool": "#e69f00", "vector_db": "#b06fb8", "data": "#8a94a6", "span": "#56b4e9"}
"""Kinds of step of a session; a span is any other of OpenTelemetry."""
PERCENTILES = {"p50": "#3f83d4", "p90": "#0b9e77", "p95": "#e69f00", "p99": "#d55e00"}

OUTCOMES = {
    "succeeded": ("succeeded", SUCCEEDED),
    "client_errors": ("4xx", CLIENT_ERROR),
    "server_errors": ("5xx", SERVER_ERROR),
    "not_answered": ("no answer", NOT_ANSWERED),
}
"""Column of a series -> its name and colour."""


def shade(share: float) -> str:
    """A cell's ground for a share of 0 to 1; the text on it stays legible on either theme."""
    return f"rgba(63,131,212,{0.06 + 0.5 * share:.2f})"


def provider_colour(name: str) -> str:
    return PROVIDERS.get(name) or SERIES[zlib.crc32(name.encode()) % (len(SERIES) - 1)]


def status_colour(status: int) -> str:
    if 200 <= status < 400:
        return SUCCEEDED
    if status < 200:
        return NOT_ANSWERED
    return CLIENT_ERROR if status < 500 else SERVER_ERROR
