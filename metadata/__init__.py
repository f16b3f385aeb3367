"""The metadata database: organisations, API keys, sign-in, property names. SQLite by default, PostgreSQL by DATABASE_URL."""
