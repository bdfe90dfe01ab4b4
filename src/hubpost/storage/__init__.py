"""The database: schema, one writer, the live board, and reads. SQLite and PostgreSQL alike."""
