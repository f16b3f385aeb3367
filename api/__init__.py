"""The REST API, and the application of the port that it shares with the gateway."""
