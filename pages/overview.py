"""The overview: how many requests, what they cost, how fast they were, and who and what stands behind them."""

from __future__ import annotations

from ui.frame import page
from ui.overview import page as overview

page("Overview", overview.draw)
