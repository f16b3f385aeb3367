"""The requests of a view, and one of them."""
