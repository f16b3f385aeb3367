"""The cache: what it answered, and what that saved."""
