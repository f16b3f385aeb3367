"""Rate limits: what was limited, and whom."""
