"""One suite for every store: the in-memory twin, SQLite and PostgreSQL."""
