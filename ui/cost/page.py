"""The page as a whole."""

from __future__ import annotations

from ui.frame import Context


def draw(context: Context) -> None:
    raise NotImplementedError
