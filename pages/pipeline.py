"""Whether what goes through the gateway arrives in the warehouse, and how late."""

from __future__ import annotations

from ui import pipeline
from ui.frame import page

page("Pipeline", pipeline.draw, with_view=False)
