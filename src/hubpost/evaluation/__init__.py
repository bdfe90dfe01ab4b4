"""Figures with their uncertainty, from events and records, real or simulated alike."""
