"""The REST interface /api/v1: JSON in and out, described by /api/v1/openapi.json."""
