"""Every panel there is, by name: for dashboards that people put together, for downloads, for measuring."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping

from ui.panel import Panel

PAGES = ("overview", "sessions", "users", "properties", "scores", "cost", "latency", "cache", "limits")
"""Packages of ui/ that have a module `panels` with a tuple `PANELS`."""


TITLES = {"limits": "Rate limits"}
"""Of pages that are not called as their package is."""


@functools.cache
def pages() -> Mapping[str, tuple[Panel, ...]]:
    """The panels of each page that has any, by the page's title."""
    found = {page: importlib.import_module(f"ui.{page}.panels").PANELS for page in PAGES}
    return {TITLES.get(page, page.capitalize()): panels for page, panels in found.items() if panels}


@functools.cache
def panels() -> Mapping[str, Panel]:
    """All panels by name, in the order of the pages."""
    found = [panel for of_page in pages().values() for panel in of_page]
    named = {panel.name: panel for panel in found}
    assert len(named) == len(found), "two panels have one name"
    return named


def panel(name: str, options: Mapping[str, str]) -> Panel:
    """The panel of that name with these options, given as text. Raises `KeyError` and `ValueError`."""
    found = panels()[name]
    kinds = {option: type(value) for option, value in found.options}
    return found.having(**{option: kinds[option](text) for option, text in options.items()})
