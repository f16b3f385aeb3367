"""The overview: what was asked, what it cost, how fast and how well it went."""
