"""Rate limits: what was limited, and whom."""

from __future__ import annotations

from ui.frame import page
from ui.limits import page as limits

page("Rate limits", limits.draw)
