"""Latency and reliability: how long it takes, and why it fails."""

from __future__ import annotations

from ui.frame import page
from ui.latency import page as latency

page("Latency and reliability", latency.draw)
