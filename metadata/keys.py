"""API keys and other secrets that are shown once and kept hashed."""

from __future__ import annotations

import hashlib
import secrets

PREFIX = "sk-helicone-"


def new_key() -> str:
    """A key in the form the original's clients expect: sk-helicone-xxxxxxx-xxxxxxx-xxxxxxx-xxxxxxx."""
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    return PREFIX + "-".join("".join(secrets.choice(alphabet) for _ in range(7)) for _ in range(4))


def hashed(secret: str) -> str:
    """SHA-256 in hex. The secrets are random and long, so no salt or stretching is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
