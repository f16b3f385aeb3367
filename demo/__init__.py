"""What a newcomer without a provider's key uses: a provider of our own, and a month of believable traffic."""
