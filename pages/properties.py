"""Properties: what the applications say of their requests, as dimensions of cost and volume."""

from __future__ import annotations

from ui.frame import page
from ui.properties import page as properties

page("Properties", properties.draw)
