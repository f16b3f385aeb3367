"""Every request of the view, newest first, and one of them in detail."""

from __future__ import annotations

from ui.frame import page
from ui.requests import page as requests

page("Requests", requests.draw)
