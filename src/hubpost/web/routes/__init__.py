"""Routes: parse, call one action, shape the reply. They bear the names of the actions."""
