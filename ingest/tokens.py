"""Count tokens with the encodings that LiteLLM bundles, so that nothing is ever fetched.

Only their files are used: importing LiteLLM itself would take seconds and hundreds of MB from the worker. An encoding
is loaded when the first text has to be counted.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import re
from pathlib import Path

import tiktoken

LONGEST = 400_000
"""Characters that are counted; what is beyond is taken to be like what came before."""

_NEWER = re.compile(r"gpt-(4o|4\.1|4\.5|[5-9])|chatgpt|o[1-9]\b|gpt-oss")


def count(text: str, model: str) -> int:
    """Tokens of `text` as `model` would count them: exact for OpenAI's models, near enough for the others."""
    if not text:
        return 0
    name = "o200k_base" if _NEWER.search(model.lower()) else "cl100k_base"
    counted = len(_encoding(name).encode_ordinary(_breakable(text[:LONGEST])))
    return counted if len(text) <= LONGEST else counted * len(text) // LONGEST


@functools.cache
def _encoding(name: str) -> tiktoken.Encoding:
    spec = importlib.util.find_spec("litellm")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("litellm is not installed")
    bundled = Path(spec.origin).parent / "litellm_core_utils" / "tokenizers"
    os.environ["TIKTOKEN_CACHE_DIR"] = str(bundled)
    return tiktoken.get_encoding(name)


_UNBROKEN = re.compile(r"[^\s]{1000}")


def _breakable(text: str) -> str:
    """Break runs without white space (base64, a repeated letter): byte-pair encoding is quadratic in their length."""
    return _UNBROKEN.sub(lambda run: run.group() + " ", text)
