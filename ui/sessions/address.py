"""Where the sessions' page is: a session opened from a list, and the list as it was left. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ui.state import View

PAGE, LIST_PAGE = "page", "list-page"
"""The list's page; the same while a session of it is open."""
LISTED = (
    "show", "search", "tag", "bounds", "sort", "sessions-requests.cut", "sessions-cost.cut", "sessions-duration.cut",
)  # fmt: skip
"""Parameters that say how the list is shown."""


def to_session(view: View, given: Mapping[str, str], session_id: str, **more: str) -> str:
    """The page of a session; `given` are the URL's parameters, of which it keeps how the list was left."""
    page = given.get(PAGE) or given.get(LIST_PAGE)
    return "/sessions" + view.query(**_listed(given), **({LIST_PAGE: page} if page else {}), session=session_id, **more)


def to_list(view: View, given: Mapping[str, str]) -> str:
    """The list as it was when a session of it was opened."""
    page = given.get(LIST_PAGE)
    return "/sessions" + view.query(**_listed(given), **({PAGE: page} if page else {}))


def _listed(given: Mapping[str, str]) -> dict[str, str]:
    return {name: given[name] for name in LISTED if given.get(name)}
