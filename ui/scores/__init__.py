"""Scores and feedback: how good the answers were."""
