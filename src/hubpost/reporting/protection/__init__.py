"""Pages on data protection, written from the program's own tables and settings."""
