"""Settings: keys, retention, appearance."""
