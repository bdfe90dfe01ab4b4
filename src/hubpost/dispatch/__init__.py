"""Which unit to send, and why; pure functions of a board."""
