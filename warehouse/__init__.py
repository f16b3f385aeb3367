"""ClickHouse: the schema, the client, the embedded engine, and one read model a subject."""
