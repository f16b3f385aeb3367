"""Settings: keys, retention, appearance."""

from __future__ import annotations

from ui.frame import page
from ui.organisation import page as organisation

page("Settings", organisation.draw, with_view=False)
