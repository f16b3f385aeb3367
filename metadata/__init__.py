"""The metadata database: organisations, API keys, sign-ins, property names. SQLite, or PostgreSQL by DATABASE_URL."""
