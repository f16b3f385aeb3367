"""Measurements: `python -m bench` (or `make bench`). Side by side in one run, as ratios; results in docs/performance.md."""
