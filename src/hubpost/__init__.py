"""Hubpost 枢所: hub groups of rural police stations, planned, run and evaluated."""

__version__ = "0.1.0"
