"""The colours that mean something, the same on every page. Told apart with any colour vision (after Okabe and Ito),
and legible on the light and on the dark theme."""

from __future__ import annotations

SUCCEEDED = "#3f83d4"
CLIENT_ERROR = "#e69f00"
SERVER_ERROR = "#d55e00"
NOT_ANSWERED = "#b06fb8"

COST = "#0b9e77"
USERS = "#3f83d4"
LAG = "#8a94a6"

TOKENS = {"input": "#3f83d4", "cached input": "#56b4e9", "output": "#0b9e77", "reasoning": "#b06fb8"}
PERCENTILES = {"p50": "#3f83d4", "p90": "#0b9e77", "p95": "#e69f00", "p99": "#d55e00"}

OUTCOMES = {
    "succeeded": ("succeeded", SUCCEEDED),
    "client_errors": ("4xx", CLIENT_ERROR),
    "server_errors": ("5xx", SERVER_ERROR),
    "not_answered": ("no answer", NOT_ANSWERED),
}
"""Column of a series -> its name and colour."""


def status_colour(status: int) -> str:
    if 200 <= status < 400:
        return SUCCEEDED
    if status < 200:
        return NOT_ANSWERED
    return CLIENT_ERROR if status < 500 else SERVER_ERROR
