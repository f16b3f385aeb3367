"""Scores and feedback: how good the answers were."""

from __future__ import annotations

from ui.frame import page
from ui.scores import page as scores

page("Scores", scores.draw)
