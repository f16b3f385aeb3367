"""The cost explorer: where the money goes, and what it would be elsewhere."""

from __future__ import annotations

from ui.cost import page as cost
from ui.frame import page

page("Cost", cost.draw)
