"""Starts the parts of an installation, keeps them together and ends them together."""
