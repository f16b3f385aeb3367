"""Sessions: what belongs together, as a list, as trees, beside each other."""

from __future__ import annotations

from ui.frame import page
from ui.sessions import page as sessions

page("Session" if sessions.is_open() else "Sessions", sessions.draw, with_view=not sessions.is_open())
