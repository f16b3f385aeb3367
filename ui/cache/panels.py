"""The panels of the page."""

from __future__ import annotations

from ui.panel import Panel

PANELS: tuple[Panel, ...] = ()
