"""Accounts, grants and signing in."""
