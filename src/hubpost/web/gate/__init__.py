"""The gate: who asks, what the route needs, where it lies, and whether that goes together."""
