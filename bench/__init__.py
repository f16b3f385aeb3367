"""Measurements, side by side in one run, as ratios: `make bench`. Results in docs/performance.md."""
