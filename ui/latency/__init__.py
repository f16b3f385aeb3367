"""Latency and reliability: how long it takes, and why it fails."""
