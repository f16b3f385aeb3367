"""The overview: how many requests, what they cost, how fast they were, and who and what stands behind them."""

from __future__ import annotations

from ui import overview
from ui.frame import page

page("Overview", overview.draw)
