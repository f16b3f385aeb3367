"""Where the users page is: addresses of its states. Pure."""

from __future__ import annotations

from ui.state import View

USER, SEARCH, SORT, ORDER, PAGE = "user", "search", "sort", "order", "page"


def link(view: View, user_id: str, **shown: str) -> str:
    """The page of one user, from which a link leads back to the list as it is `shown`."""
    return "/users" + view.query(user=user_id, **shown)
