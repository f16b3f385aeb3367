"""Sessions: what belongs together, as a list, as trees, beside each other."""

from __future__ import annotations

from ui.frame import page
from ui.sessions import page as sessions

page("Sessions", sessions.draw)
