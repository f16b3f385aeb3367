"""Properties: what the applications say of their requests, as dimensions of cost and volume."""
