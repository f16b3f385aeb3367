"""Users: who asks, how much, and who comes back."""
