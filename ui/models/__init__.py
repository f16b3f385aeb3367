"""Models: LiteLLM's prices and limits, side by side."""
