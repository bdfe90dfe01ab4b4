"""What the templates show, shaped from the board; no words, no HTML."""
