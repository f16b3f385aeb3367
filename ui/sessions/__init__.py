"""Sessions: what belongs together, as a list, as trees, beside each other."""
