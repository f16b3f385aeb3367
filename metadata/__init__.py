"""The metadata database: organisations, keys, sign-ins, property names, saved queries. SQLite or PostgreSQL."""
