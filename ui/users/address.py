"""Where the users page is: addresses of its states. Pure."""

from __future__ import annotations

from ui.state import View

USER, SEARCH, SORT, ORDER, PAGE = "user", "search", "sort", "order", "page"


def link(view: View, user_id: str) -> str:
    """The page of one user."""
    return "/users" + view.query(user=user_id)
