"""Grassroots records entered once: disputes, tasks, visits, border, services, rosters, surveys."""
