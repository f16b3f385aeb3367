"""Models: LiteLLM's prices and limits, side by side."""

from __future__ import annotations

from ui.frame import page
from ui.models import page as models

page("Models", models.draw, with_view=False)
