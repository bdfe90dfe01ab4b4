"""One function per thing a user can do; state, event, decision and audit row commit together."""
