"""The cache: what it answered, and what that saved."""

from __future__ import annotations

from ui.cache import page as cache
from ui.frame import page

page("Cache", cache.draw)
