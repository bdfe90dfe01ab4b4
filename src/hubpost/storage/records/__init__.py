"""Tables and queries of the grassroots records."""
