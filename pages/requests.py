"""Every request of the view, newest first, and one of them in detail."""

from __future__ import annotations

from ui import requests
from ui.frame import page

page("Requests", requests.draw)
