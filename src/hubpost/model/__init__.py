"""The nouns of the house and the one function that changes a board; imports nothing of ours."""
