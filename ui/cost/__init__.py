"""The cost explorer: where the money goes, and what it would be elsewhere."""
