"""Accounts, grants and sessions in the database."""
